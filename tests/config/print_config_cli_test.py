"""Tests of `bazel run //:my_ext.config`, without Bazel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyo3_config
import pyo3_explain
import pyo3_print_config
import pytest
from pyo3_common import ToolError
from pyo3_testing import TESTS

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

CONFIG = "implementation=CPython\nversion=3.14\n"
EXPLANATION = {
    "schema": 1,
    "command": "explain",
    "config": {"implementation": "CPython"},
    "features": [],
    "notices": [],
    "other": [],
    "pyo3_version": "0.30.1",
    "source": "toolchain",
    "target": "x86_64-unknown-linux-gnu",
    "values": [
        {
            "key": "implementation",
            "value": "CPython",
            "origin": {"source": "toolchain", "detail": "the facts"},
            "causes": [],
        }
    ],
}
FILES = {"r/config.config.txt": CONFIG, "r/config.explain.json": json.dumps(EXPLANATION)}


def output(*arguments: str, files: tuple[str, ...] = tuple(FILES), **environment: str) -> tuple[str, int]:
    return pyo3_print_config.output(["--label", "l", *files, *arguments], environment, FILES.__getitem__)


def test_plain() -> None:
    assert output() == output("print") == (CONFIG, 0)
    assert output(files=tuple(reversed(FILES))) == (CONFIG, 0)


@pytest.mark.parametrize(
    "halting", [lambda: output("--pyo3-print-config"), lambda: output("explain", PYO3_PRINT_CONFIG="1")]
)
def test_req_7_halts_as_pyo3_does(halting: Callable[[], tuple[str, int]]) -> None:
    text, code = halting()
    assert code == 101
    head, foot = "-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --", "note: unset the"
    assert text.startswith(f"\n{head}\n{CONFIG}\n{foot}")


def test_req_7_and_66_config_action_halts(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = TESTS / "probe" / "snapshots" / "cpython-3.14-linux-x86_64.facts.json"
    arguments = ["--label", "l", "--facts", str(facts), "--pyo3-version", "0.30.1"]
    arguments += ["--target", "x86_64-unknown-linux-gnu", "--output", str(tmp_path / "config.txt")]
    with pytest.raises(SystemExit) as ended:
        pyo3_config.main([*arguments, "--setting", "PYO3_PRINT_CONFIG=1"])
    assert ended.value.code == 101
    halted = capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert pyo3_config.main([*arguments, "--setting", "PYO3_PRINT_CONFIG=0"]) == 0
    assert halted == pyo3_explain.halting((tmp_path / "config.txt").read_text(encoding="utf-8"))


def test_other_value_of_the_variable() -> None:
    assert output(PYO3_PRINT_CONFIG="0") == (CONFIG, 0)


def test_explain() -> None:
    text, code = output("explain")
    assert code == 0
    assert "implementation=CPython\n  from  toolchain: the facts\n" in text


def test_json() -> None:
    assert json.loads(output("explain", "--format", "json")[0]) == EXPLANATION
    printed = json.loads(output("--format", "json")[0])
    assert printed == {key: value for key, value in {**EXPLANATION, "command": "print"}.items() if key in printed}
    assert set(EXPLANATION) - set(printed) == {"other", "values"}


def test_errors() -> None:
    with pytest.raises(ToolError, match="there is no interpreter config: the extension names a `pyo3` crate"):
        output(files=())
    with pytest.raises(ToolError, match="the command is 'guess', expected print or explain"):
        output("guess")


def test_main_reports_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert pyo3_print_config.main([]) == 1
    assert capsys.readouterr().err.startswith("ERROR: pyo3_config: there is no interpreter config")


def test_runfile_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert pyo3_print_config.main(["print", *FILES]) == 1
    assert "runfile" in capsys.readouterr().err
