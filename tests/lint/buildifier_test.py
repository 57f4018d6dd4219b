"""buildifier over all Starlark files: format, and all warnings but those that have a reason to be off."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import source_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

# Why each is off.
OFF = {
    "module-docstring": "a BUILD file's rules say what it is; structure_test.py looks at .bzl files",
}
# These belong to the rules themselves, and load what is private to them.
INSIDE = ("tools", "tests")


def buildifier() -> Path | str:
    """Find the program, or skip the test saying why there is none."""
    if "BUILDIFIER" not in os.environ:
        return "buildifier"
    path = Path(os.environ["BUILDIFIER"].split()[0])
    if path.name == "missing.txt":
        pytest.skip(path.read_text(encoding="utf-8"))
    return path.absolute()


def complaints(file: dict[str, Any]) -> Iterator[str]:
    """Word what buildifier says of one file."""
    if not file["formatted"]:
        yield f"{file['filename']}: not formatted"
    path = Path(file["filename"])
    off = {*OFF, "bzl-visibility"} if path.parts[0] in INSIDE else OFF
    for warning in file["warnings"]:
        if warning["category"] not in off:
            yield f"{path}:{warning['start']['line']}: {warning['category']}: {warning['message']}"


def test_buildifier() -> None:
    options = ["--mode=check", "--format=json", "--lint=warn", "--warnings=all"]
    result = subprocess.run(
        [buildifier(), *options, *source_tree.starlark_files()],
        cwd=source_tree.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not result.stderr
    files = json.loads(result.stdout)["files"]
    assert len(files) == len(source_tree.starlark_files())
    lines = [line for file in files for line in complaints(file)]
    assert not lines, "\n".join(lines)
