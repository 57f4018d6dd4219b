"""The BUILD files that rules/private/crates/build_file.bzl generates, for the crates of metadata.bzl."""

from __future__ import annotations

import ast
import pathlib

import pytest
from pyo3_testing import assert_golden

# Bazel writes them; in a checkout they are below bazel-bin.
GENERATED = pathlib.Path(__file__).parent / "generated"
NAMES = [
    "macros",
    "older_build_config",
    "older_macros",
    "older_root",
    "older_root_without_group",
    "older_twin",
    "outside",
    "outside_root",
    "pyo3",
    "quote",
    "root",
    "root_without_group",
    "scripted",
]


@pytest.mark.parametrize("name", NAMES)
def test_build_file(name: str) -> None:
    assert_golden("crates", f"{name}.BUILD", text(name))


@pytest.mark.parametrize("name", NAMES)
def test_build_file_can_be_parsed(name: str) -> None:
    assert ast.parse(text(name)).body


def test_all_are_compared() -> None:
    assert sorted(path.stem for path in GENERATED.iterdir()) == NAMES


def text(name: str) -> str:
    if not GENERATED.is_dir():
        pytest.skip("only Bazel can generate BUILD files: run `tools/bazel test //tests/crates/...`")
    return (GENERATED / f"{name}.BUILD").read_text(encoding="utf-8")
