"""The range of supported PyO3 versions: tables, locks, rules and documentation agree."""

from __future__ import annotations

import json
import re
from pathlib import Path

import add_pyo3
import pyo3_range
import pyo3_versions
import pytest
from add_pyo3 import Tree

# Of the test's runfiles, or of the checkout.
ROOT = Path()
TREE = Tree(ROOT)


def test_r68_supported_range_is_stated() -> None:
    document = (ROOT / pyo3_range.DOCUMENT).read_text(encoding="utf-8")
    tables = [TREE.table(version) for version in TREE.versions]
    assert document == pyo3_range.with_table(document, pyo3_range.range_table(tables))


def test_r68_supported_range_has_the_newest_patch_of_each_minor_version() -> None:
    assert pyo3_versions.supported_versions() == TREE.versions
    minors = [version.rpartition(".")[0] for version in TREE.versions]
    assert minors == [f"0.{minor}" for minor in range(22, 31)]


def test_r68_rules_know_every_supported_version() -> None:
    rules = (ROOT / pyo3_range.RULES).read_text(encoding="utf-8")
    assert rules == pyo3_range.with_versions(rules, TREE.versions)


@pytest.mark.parametrize("version", TREE.versions)
def test_r68_supported_version_is_locked(version: str) -> None:
    crates = add_pyo3.locked_crates(TREE.lock(version) or "")
    own = {f"{name} {version}" for name in ("pyo3", "pyo3-build-config", "pyo3-ffi", "pyo3-macros")}
    assert own <= crates
    assert crates & own == {crate for crate in crates if re.match(r"pyo3(-build-config|-ffi|-macros)? ", crate)}


@pytest.mark.parametrize("version", TREE.versions)
def test_answers_of_locked_build_scripts_are_known(version: str) -> None:
    known = json.loads((ROOT / "tools/flags/pyo3_crates.json").read_text(encoding="utf-8"))["crates"]
    for crate in add_pyo3.locked_crates(TREE.lock(version) or ""):
        name, _, locked = crate.partition(" ")
        if name in known:
            assert locked in known[name]


def test_locks_share_their_crates() -> None:
    found: dict[str, set[str]] = {}
    for version in TREE.versions:
        for crate in add_pyo3.locked_crates(TREE.lock(version) or ""):
            name, _, locked = crate.partition(" ")
            # One copy of a crate for each of its incompatible versions.
            major = locked.split(".")[0] if not locked.startswith("0.") else locked.rpartition(".")[0]
            if not name.startswith("pyo3"):
                found.setdefault(f"{name} {major}", set()).add(locked)
    assert {name: versions for name, versions in found.items() if len(versions) > 1} == {}


def test_range_table() -> None:
    python = {"CPython": {"min": [3, 5], "max": [3, 9]}, "GraalVM": {"min": [3, 8], "max": [3, 9]}}
    old = {
        "version": "0.1.0",
        "python": python,
        "graalpy_min": [22, 3],
        "free_threaded_min": None,
        "abi3_min": [3, 5],
        "abi3_max": [3, 8],
        "abi3t_min": None,
        "msrv": "1.50",
    }
    new = {**old, "version": "0.2.0", "free_threaded_min": [3, 14], "abi3t_min": [3, 15], "msrv": "1.60.1"}
    new["python"] = {**python, "PyPy": {"min": [3, 7], "max": [3, 9]}}
    assert pyo3_range.range_table([old, new]).splitlines()[1:] == [
        "|---|---|---|---|---|---|---|---|",
        "| 0.2.0 | 3.5 to 3.9 | 3.7 to 3.9 | 22.3 and newer, with 3.8 to 3.9 | from 3.14 | 3.5 to 3.8 | from 3.15 "
        "| from 1.60.1 |",
        "| 0.1.0 | 3.5 to 3.9 | no | 22.3 and newer, with 3.8 to 3.9 | no | 3.5 to 3.8 | no | from 1.50 |",
    ]
