"""The PyO3 versions that these rules know, read from pyo3_versions.json.

To add a version, add its entry to the file: the numbers are in that version's pyo3-build-config/src/impl_.rs and the
build.rs files of pyo3, pyo3-ffi and pyo3-macros-backend.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_common
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

PythonVersion = tuple[int, int]


@dataclass(frozen=True)
class PyO3Version:
    """What the build scripts of one PyO3 version hold as constants."""

    version: str
    python: Mapping[str, tuple[PythonVersion, PythonVersion]]
    """Oldest and newest Python by implementation (pyo3-ffi's SUPPORTED_VERSIONS_*)."""
    python_min: PythonVersion
    """The version that the `Py_3_*` cfgs start with (MINIMUM_SUPPORTED_VERSION)."""
    abi3_min: PythonVersion
    abi3_max: PythonVersion
    """STABLE_ABI_MAX_MINOR."""
    abi3t_min: PythonVersion
    free_threaded_min: PythonVersion
    graalpy_min: tuple[int, int]
    """In GraalPy's own version numbers."""
    build_flags: frozenset[str]
    """Those that this version reads from the interpreter (BuildFlags::ALL)."""
    py_sys_config_values: tuple[str, ...]
    feature_cfgs: Mapping[str, int]
    """Cfg name to the rustc 1.x that it needs (print_feature_cfgs)."""
    always_cfgs: Mapping[str, tuple[str, ...]]
    """By crate."""
    crates_with_build_script: frozenset[str]
    raw_dylib_names: frozenset[str]
    """Windows libraries that raw-dylib can link, those with a Python version in their name left out."""


@functools.cache
def _table() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pyo3_versions.json")
    table: dict[str, Any] = pyo3_common.read_json(path, "table of PyO3 versions")["pyo3"]
    return table


def supported_versions() -> list[str]:
    """Give the known PyO3 versions, oldest first."""
    return sorted(_table(), key=lambda version: [int(part) for part in version.split(".")])


def pyo3_version(version: str) -> PyO3Version:
    """Look a PyO3 version up.

    Raises:
        ToolError: it is not in the table.
    """
    entry = _table().get(version)
    if entry is None:
        raise ToolError(
            f"PyO3 {version} is not supported, expected one of {', '.join(supported_versions())}: "
            "pin one of these in Cargo.lock, or use a version of these rules that knows it"
        )
    return PyO3Version(
        version=version,
        python={name: (tuple(each["min"]), tuple(each["max"])) for name, each in entry["python"].items()},
        python_min=tuple(entry["python_min"]),
        abi3_min=tuple(entry["abi3_min"]),
        abi3_max=tuple(entry["abi3_max"]),
        abi3t_min=tuple(entry["abi3t_min"]),
        free_threaded_min=tuple(entry["free_threaded_min"]),
        graalpy_min=tuple(entry["graalpy_min"]),
        build_flags=frozenset(entry["build_flags"]),
        py_sys_config_values=tuple(entry["py_sys_config_values"]),
        feature_cfgs=entry["feature_cfgs"],
        always_cfgs={name: tuple(each) for name, each in entry["always_cfgs"].items()},
        crates_with_build_script=frozenset(entry["crates_with_build_script"]),
        raw_dylib_names=frozenset(entry["raw_dylib_names"]),
    )
