"""Stages know those before them, never those after them."""

from __future__ import annotations

from pathlib import Path

import pytest
import source_tree
import starlark
from source_tree import STAGES
from starlark import Load

PRIVATE = "rules/private/"
# Module extensions and repository rules make repositories before any rule is known.
LOADED_BY_BZLMOD = ("bzlmod", "common", "crates", "interpreter")


def fault(load: Load) -> str | None:
    """Say what is wrong with a load statement of a file in rules/; None when nothing is."""
    source, target = str(load.path.parent), load.package
    if target.startswith("@"):
        return None
    if not target.startswith(PRIVATE):
        return f"{load.path} loads the public {load.label}, which is for users only"
    if not source.startswith(PRIVATE):
        return None
    here, there = source.removeprefix(PRIVATE), target.removeprefix(PRIVATE)
    if here == "bzlmod":
        return (
            None if there in LOADED_BY_BZLMOD else f"{load.path} loads {load.label}; bzlmod may load {LOADED_BY_BZLMOD}"
        )
    if there not in STAGES or STAGES.index(there) > STAGES.index(here):
        return f"{load.path} loads {load.label}; {here} may load {STAGES[: STAGES.index(here) + 1]}"
    return None


def test_all_loads() -> None:
    paths = source_tree.sources("*.bzl", below="rules")
    assert len(paths) > 30
    faults = [fault(load) for path in paths for load in starlark.loads(path)]
    assert [text for text in faults if text] == []


def test_every_private_folder_is_a_stage() -> None:
    folders = {path.parent.name for path in source_tree.sources("*.bzl", below="rules/private")}
    assert folders == {*STAGES, "bzlmod"}


@pytest.mark.parametrize(
    ("path", "label", "fragment"),
    [
        ("rules/private/config/a.bzl", "//rules/private/flags:b.bzl", "config may load"),
        ("rules/private/common/a.bzl", "//rules/private/bzlmod:b.bzl", "common may load"),
        ("rules/private/bzlmod/a.bzl", "//rules/private/extension:b.bzl", "bzlmod may load"),
        ("rules/private/tag/a.bzl", "//rules:defs.bzl", "for users only"),
        ("rules/defs.bzl", "//rules:providers.bzl", "for users only"),
        ("rules/private/flags/a.bzl", "//rules/private/config:b.bzl", None),
        ("rules/private/flags/a.bzl", ":b.bzl", None),
        ("rules/private/bzlmod/a.bzl", "//rules/private/crates:b.bzl", None),
        ("rules/defs.bzl", "//rules/private/py_target:b.bzl", None),
        ("rules/private/flags/a.bzl", "@rules_rust//rust:defs.bzl", None),
    ],
)
def test_fault(path: str, label: str, fragment: str | None) -> None:
    (load,) = starlark.loads(Path(path), f'load("{label}", "x")')
    text = fault(load)
    assert text is None if fragment is None else fragment in (text or "")
