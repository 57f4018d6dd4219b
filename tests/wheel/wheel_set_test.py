"""Collecting wheels of several Pythons."""

from __future__ import annotations

from pathlib import Path

import pyo3_wheel_set
import pytest
from pyo3_testing import Result, assert_refused, run_tool


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "all").mkdir()
    return tmp_path / "all"


def folder(tmp_path: Path, name: str, **wheels: str) -> Path:
    (tmp_path / name).mkdir()
    for wheel, content in wheels.items():
        (tmp_path / name / f"{wheel}.whl").write_text(content, encoding="utf-8")
    return tmp_path / name


def collect(capsys: pytest.CaptureFixture[str], output: Path, *folders: Path) -> Result:
    arguments = [word for each in folders for word in ("--wheels", each)]
    return run_tool(pyo3_wheel_set.main, [*arguments, "--output", output], capsys)


def test_equal_wheels_are_one(tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [folder(tmp_path, "1", a="x"), folder(tmp_path, "2", b="x"), folder(tmp_path, "3", a="x")]
    assert collect(capsys, output, *folders) == (0, "")
    assert sorted(path.name for path in output.iterdir()) == ["a.whl", "b.whl"]


def test_one_name_and_other_content(tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = collect(capsys, output, folder(tmp_path, "1", a="x"), folder(tmp_path, "2", a="y"))
    assert_refused(result, "1/a.whl and ", "2/a.whl have one name and other content; expected one file")


@pytest.mark.parametrize("wheels", [{}, {"a": "x", "b": "y"}])
def test_not_one_wheel(
    tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str], wheels: dict[str, str]
) -> None:
    assert_refused(collect(capsys, output, folder(tmp_path, "1", **wheels)), "expected one wheel: build it anew")
