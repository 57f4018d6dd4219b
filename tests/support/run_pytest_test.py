"""How run_pytest.py reports to Bazel, run as Bazel runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import run_pytest

_TWO_TESTS = """
import pytest

def test_a() -> None:
    pass

@pytest.mark.skip(reason="no such machine")
def test_b() -> None:
    pass
"""


def run(tmp_path: Path, source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a file in a process of its own; its report is report.xml."""
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
    (tmp_path / "x_test.py").write_text(source, encoding="utf-8")
    variables = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TEST_TMPDIR": str(tmp_path),
        "XML_OUTPUT_FILE": str(tmp_path / "report.xml"),
        **environment,
    }
    program = [sys.executable, run_pytest.__file__, "x_test.py"]
    return subprocess.run(program, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)


def cases(tmp_path: Path) -> list[str]:
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    return [case.attrib["name"] for case in root.iter("testcase")]


def test_report_and_skip_reasons(tmp_path: Path) -> None:
    result = run(tmp_path, _TWO_TESTS)
    assert result.returncode == 0
    assert "no such machine" in result.stdout
    assert cases(tmp_path) == ["test_a", "test_b"]


def test_filter(tmp_path: Path) -> None:
    assert run(tmp_path, _TWO_TESTS, TESTBRIDGE_TEST_ONLY="test_a").returncode == 0
    assert cases(tmp_path) == ["test_a"]


@pytest.mark.parametrize(("source", "code"), [("", 5), ("def test_a():\n    assert 1 == 2\n", 1), ("x = (", 2)])
def test_failures(tmp_path: Path, source: str, code: int) -> None:
    assert run(tmp_path, source).returncode == code
