"""Every file with tests is run by some target."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import source_tree
import starlark

PYTHON = source_tree.sources("*_test.py", below="tests")
RULES = source_tree.sources("*_tests.bzl", below="tests")


def calls(path: Path) -> set[str]:
    """Give the names that a BUILD file calls; none when there is no such file."""
    if not (source_tree.ROOT / path).is_file():
        return set()
    nodes = ast.walk(starlark.parse(path))
    return {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("folder", sorted({path.parent for path in PYTHON}), ids=str)
def test_folder_with_test_files_makes_targets_of_them(folder: Path) -> None:
    """Look for pytest_tests, which takes all *_test.py of its own folder and none below."""
    assert "pytest_tests" in calls(folder / "BUILD.bazel")


@pytest.mark.parametrize("path", RULES, ids=str)
def test_rule_tests_are_called(path: Path) -> None:
    """Look for the macro that is named like the file."""
    assert path.stem in calls(path.parent / "BUILD.bazel")


def test_there_are_files() -> None:
    assert len(PYTHON) > 10
    assert len(RULES) > 5
