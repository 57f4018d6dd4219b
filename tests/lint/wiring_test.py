"""Every file with tests is run by some target."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import source_tree
import starlark

PYTHON = source_tree.python_files(pattern="*_test.py")
RULES = source_tree.sources("*_tests.bzl", below="tests")


def calls(path: Path) -> set[str]:
    """Give the names that a BUILD file calls; none when there is no such file."""
    if not (source_tree.ROOT / path).is_file():
        return set()
    nodes = ast.walk(starlark.parse(path))
    return {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def strings(path: Path) -> set[object]:
    """Give the literals of a BUILD file, strings among them."""
    return {node.value for node in ast.walk(starlark.parse(path)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("path", PYTHON, ids=str)
def test_test_file_is_in_a_target(path: Path) -> None:
    """Look for pytest_tests, which takes all *_test.py of its folder and none below, or for the file's own name."""
    build = path.parent / "BUILD.bazel"
    called = calls(build)
    assert called, f"{build} does not exist"
    named = called & {"pytest_test", "py_test"} and strings(build) & {path.name, path.stem}
    assert "pytest_tests" in called or named


@pytest.mark.parametrize("path", RULES, ids=str)
def test_rule_tests_are_called(path: Path) -> None:
    """Look for the macro that is named like the file."""
    assert path.stem in calls(path.parent / "BUILD.bazel")


def test_there_are_files() -> None:
    assert len(PYTHON) > 10
    assert len(RULES) > 5
