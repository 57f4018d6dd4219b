"""What rules/private/crates/known.bzl repeats of the tables that the tools read."""

from __future__ import annotations

import ast
import json
import pathlib
from typing import Any

import pyo3_build_scripts
import pyo3_other_crates
import pyo3_triple
import pyo3_versions
import pytest

_ROOT = pathlib.Path(__file__).parent.parent.parent


def _constants() -> dict[str, Any]:
    text = (_ROOT / "rules/private/crates/known.bzl").read_text(encoding="utf-8")
    assignments = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in assignments
        if isinstance(node.targets[0], ast.Name)
    }


def test_versions() -> None:
    assert _constants()["PYO3_VERSIONS"] == pyo3_versions.supported_versions()[::-1]


def test_crates_of_pyo3_with_build_scripts() -> None:
    tables = [pyo3_versions.pyo3_version(version) for version in pyo3_versions.supported_versions()]
    assert set(_constants()["PYO3_BUILD_SCRIPTS"]) == set().union(*(table.crates_with_build_script for table in tables))


def test_other_crates() -> None:
    path = pathlib.Path(pyo3_other_crates.__file__).parent / "pyo3_crates.json"
    crates = json.loads(path.read_text(encoding="utf-8"))["crates"]
    assert _constants()["OTHER_BUILD_SCRIPTS"] == {name: sorted(versions) for name, versions in crates.items()}


@pytest.mark.parametrize("name", pyo3_other_crates.known_crates())
def test_crates_whose_build_scripts_write_files(name: str) -> None:
    version = _constants()["OTHER_BUILD_SCRIPTS"][name][0]
    rustc = pyo3_build_scripts.parse_rustc_version("release: 1.88.0\nhost: x86_64-unknown-linux-gnu\n")
    target = pyo3_triple.parse_triple(rustc.host)
    outputs = pyo3_build_scripts.crate_outputs(name, version, [], rustc, target, None)
    assert (name in _constants()["WRITING_BUILD_SCRIPTS"]) == bool(outputs.out_files)
