"""What the tools share: errors, whole files, canonical JSON."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pyo3_common
import pytest
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence


def _fail(message: str) -> None:
    raise ToolError(message)


def test_run_gives_0() -> None:
    assert pyo3_common.run(lambda _: None, ["--label", "//a:b"]) == 0


@pytest.mark.parametrize(
    ("arguments", "label"),
    [(["x", "--label", "//a:b"], "//a:b"), (["--label=//a:b"], "//a:b"), (["--label"], "(no label)")],
)
def test_run_reports_an_error(arguments: Sequence[str], label: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pyo3_common.run(lambda _: _fail("it is broken"), arguments) == 1
    assert capsys.readouterr().err == f"ERROR: {label}: it is broken\n"


def test_run_reports_an_error_of_the_system(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "absent" / "file"
    assert pyo3_common.run(lambda _: pyo3_common.write_text(str(path), "x"), []) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_parser_wants_a_label() -> None:
    with pytest.raises(ToolError, match="--label"):
        pyo3_common.ArgumentParser("a tool").parse_args([])


def test_parser_leaves_the_terminal_alone() -> None:
    """Its width costs an import of shutil, in every action."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import pyo3_common;"
        "pyo3_common.ArgumentParser('a tool').parse_args(['--label', '//a:b']); print('shutil' in sys.modules)"
    )
    folder = pathlib.Path(pyo3_common.__file__).parent
    command = [sys.executable, "-I", "-S", "-c", code, str(folder)]
    assert subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout == "False\n"


def test_warning(capsys: pytest.CaptureFixture[str]) -> None:
    pyo3_common.warn("//a:b", "careful")
    assert capsys.readouterr().err == "WARNING: //a:b: careful\n"


def test_text_keeps_its_newlines(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    pyo3_common.write_text(str(path), "ä\n")
    assert path.read_bytes() == b"\xc3\xa4\n"
    assert pyo3_common.read_text(str(path), "file") == "ä\n"


def test_failed_write_leaves_nothing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        pyo3_common.write_text(str(path), "new \udcff")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert path.read_text(encoding="utf-8") == "old"


def test_json_is_canonical(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    pyo3_common.write_json(str(path), {"schema": 1, "b": ["ä"], "a": None})
    assert path.read_text(encoding="utf-8") == '{\n "a": null,\n "b": [\n  "ä"\n ],\n "schema": 1\n}\n'
    assert pyo3_common.read_json(str(path), "file") == {"schema": 1, "b": ["ä"], "a": None}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "the thing .* is not JSON"),
        (b"1", "holds a JSON int, expected an object"),
        (b"{}", "has schema None, expected 1: it was written for another version"),
        (b"\xff", "is not UTF-8 .byte 0."),
    ],
)
def test_read_json_refuses(content: bytes, message: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ToolError, match=message):
        pyo3_common.read_json(str(path), "thing")


@pytest.mark.parametrize(("text", "is_number"), [("07", True), ("", False), ("1.", False), ("-1", False), ("²", False)])
def test_number(text: str, is_number: bool) -> None:
    assert pyo3_common.is_number(text) is is_number


def test_excerpt() -> None:
    assert pyo3_common.excerpt("short") == "'short'"
    assert pyo3_common.excerpt("x" * 300) == "'" + "x" * 200 + "...'"
