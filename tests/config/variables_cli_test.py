"""The rules and the tools know the same variables."""

from __future__ import annotations

import ast

import pyo3_settings
from pyo3_testing import TESTS

FILE = TESTS.parent / "rules" / "private" / "common" / "variables.bzl"


def lists() -> dict[str, list[str]]:
    """Read the constants that are lists of strings."""
    nodes = [node for node in ast.parse(FILE.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    return {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in nodes if isinstance(node.value, ast.List)
    }


def test_variables_of_rules_and_tools() -> None:
    known = lists()
    assert set(known) == {"FILE_VARIABLES", "INTERPRETER_VARIABLES", "VALUE_VARIABLES"}
    # Where to look for programs is no setting of PyO3.
    assert sorted(sum(known.values(), ["PATH"])) == sorted(pyo3_settings.VARIABLES)
