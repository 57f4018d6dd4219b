"""Equal sources give equal files wherever they lie, and one machine's outputs serve another."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nested import Workspace

_TARGETS = ("//:native", "//:wheel")
_LOCAL = {"disk cache hit", "internal"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reproducible")


@pytest.fixture(scope="module")
def first(folder: Path) -> Iterator[Workspace]:
    """Gives a checkout that takes what other tests compiled, in checkouts of their own."""
    yield from nested.nested_workspace("examples/wheel", folder / "one/rules_pyo3")


@pytest.fixture(scope="module")
def second(folder: Path) -> Iterator[Workspace]:
    """Gives a checkout that compiles everything itself."""
    path = folder / "another/much longer/path/rules_pyo3"
    yield from nested.nested_workspace("examples/wheel", path, folder / "second_cache")


def _files(path: Path) -> Iterator[Path]:
    """Gives a file itself, and of a folder the files in it."""
    yield from sorted(path.iterdir()) if path.is_dir() else [path]


def _build(workspace: Workspace) -> Mapping[str, str]:
    """Builds an extension and its wheel, and gives the sha256 of each output."""
    groups = "--output_groups=+pyo3_config,+pyo3_flags,+pyo3_tag,+pyo3_wheel_check"
    workspace.succeed("build", groups, *_TARGETS)
    query = workspace.succeed("cquery", groups, "--output=files", " + ".join(_TARGETS))
    root = workspace.directory
    outputs = [file for path in set(query.stdout.split()) for file in _files(root / path)]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs}


def test_two_checkouts_give_equal_files(first: Workspace, second: Workspace) -> None:
    outputs = _build(first)
    assert {".so", ".whl"} <= {PurePath(path).suffix for path in outputs}
    assert _build(second) == outputs


def test_another_checkout_is_served_by_the_cache(first: Workspace, second: Workspace) -> None:
    _build(first)
    second.succeed("clean")
    result = second.succeed("build", f"--disk_cache={first.disk_cache}", *_TARGETS)
    counts = nested.process_counts(result.stderr)
    assert counts.get("disk cache hit", 0) > 0, result.describe()
    assert set(counts) <= _LOCAL, result.describe()
