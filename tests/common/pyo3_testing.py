"""What the tests of several tools share: running one, and comparing text with a committed file."""

from __future__ import annotations

import os
import pathlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

LABEL = "//pkg:target"
TESTS = pathlib.Path(__file__).parent.parent


class Result(NamedTuple):
    code: int
    stderr: str


def run_tool(
    main: Callable[[Sequence[str]], int], arguments: Sequence[object], capsys: pytest.CaptureFixture[str]
) -> Result:
    """Run a tool for LABEL; a Python traceback is never an acceptable message."""
    code = main(["--label", LABEL, *map(str, arguments)])
    stderr = capsys.readouterr().err
    assert "Traceback" not in stderr
    return Result(code, stderr)


def assert_refused(result: Result, *fragments: str, outputs: Sequence[pathlib.Path] = ()) -> None:
    """The tool failed with code 1, named the target and all the fragments, and wrote nothing."""
    assert result.code == 1
    assert result.stderr.startswith(f"ERROR: {LABEL}: ")
    for fragment in fragments:
        assert fragment in result.stderr
    for output in outputs:
        assert list(output.parent.glob(output.name + "*")) == []


def assert_golden(stage: str, name: str, text: str) -> None:
    """`text` is the content of tests/<stage>/snapshots/<name>; UPDATE_SNAPSHOTS=1 writes it instead."""
    path = TESTS / stage / "snapshots" / name
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    assert path.read_bytes().decode("utf-8") == text
