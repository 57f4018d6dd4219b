"""What is public, how the folders are named, and how long files and functions may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import source_tree
import starlark
from source_tree import ROOT, STAGES

BZL = source_tree.sources("*.bzl")
# Folders that are no stage.
OTHER = {
    "rules/private": {"bzlmod"},
    "tools": {"dev", "distro"},
    "tests": {"bench", "bzlmod", "dev", "distro", "e2e", "lint", "pyo3", "support"},
}
# What generated BUILD files and macros in other repositories name, beside rules/*.bzl and rules/settings.
PUBLIC = {
    "rules/private/interpreter/BUILD.bazel": {"current"},
    # Generated crate repositories depend on these.
    "rules/private/config/BUILD.bazel": {"asks_only_abi"},
    # Programs in users' packages compile it.
    "rules/private/embed/BUILD.bazel": {"init_source"},
    # Tests that are generated in users' packages depend on it.
    "rules/private/extension/BUILD.bazel": {"skips_gil"},
    "rules/private/probe/BUILD.bazel": {"current"},
    "rules/BUILD.bazel": {"rules"},
    "rules/settings/BUILD.bazel": {"*"},
}


@pytest.mark.parametrize("folder", OTHER)
def test_folders_are_named_as_stages(folder: str) -> None:
    names = {path.name for path in (ROOT / folder).iterdir() if path.is_dir() and not path.name.startswith(("__", "."))}
    assert names - OTHER[folder] <= set(STAGES)


def public_targets(path: Path) -> set[str]:
    """Give the public targets of a BUILD file, "*" for all of them."""
    found = set()
    for call in (node for node in ast.walk(starlark.parse(path)) if isinstance(node, ast.Call)):
        values = {keyword.arg: keyword.value for keyword in call.keywords}
        visibility = values.get("visibility") or values.get("default_visibility")
        if visibility is not None and "//visibility:public" in ast.literal_eval(visibility):
            found.add("*" if "default_visibility" in values else str(ast.literal_eval(values["name"])))
    return found


def test_only_these_targets_are_public() -> None:
    paths = source_tree.sources("BUILD.bazel", below="rules")
    found = {str(path): public_targets(path) for path in paths}
    assert {path: names for path, names in found.items() if names} == PUBLIC


def test_public_files_only_forward() -> None:
    """Code lives in rules/private; rules/*.bzl names what is public."""
    for path in (path for path in BZL if str(path.parent) == "rules"):
        loaded = [load.package for load in starlark.loads(path)]
        assert loaded, path
        assert all(package.startswith("rules/private/") for package in loaded), path


@pytest.mark.parametrize("path", BZL, ids=str)
def test_every_bzl_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(starlark.parse(path))


@pytest.mark.parametrize("path", BZL, ids=str)
def test_lengths(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= 250
    too_long = {name: lines for name, lines in starlark.functions(path) if lines > 60}
    # The signature and the Args of the one macro that users call take most of its lines.
    if path.name == "pyo3_extension.bzl":
        too_long.pop("pyo3_extension", None)
    assert too_long == {}
