"""The PyO3 versions that these rules know, read from pyo3_versions/<version>.json.

`tools/bazel run //tools/dev:add_pyo3 -- VERSION` adds one. schemas/pyo3_version.schema.json says what each field means
and where PyO3's sources have it.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pyo3_common
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

PythonVersion = tuple[int, int]

ABI3_GENERATION = "abi3"
"""0.22 to 0.28: config key `abi3`, and `version` is lowered to the abi3 floor."""
TARGET_ABI_GENERATION = "target_abi"
"""From 0.29 on: config key `target_abi`, and the interpreter's version is kept."""

_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pyo3_versions")


@dataclass(frozen=True)
class PyO3Version:
    """What the sources of one PyO3 version hold as constants."""

    version: str
    generation: str
    """ABI3_GENERATION or TARGET_ABI_GENERATION."""
    python: Mapping[str, tuple[PythonVersion, PythonVersion]]
    """Oldest and newest Python by implementation (pyo3-ffi's SUPPORTED_VERSIONS_*)."""
    implementations: tuple[str, ...]
    """Names that a config file can hold."""
    python_min: PythonVersion
    """The first version that `Py_3_*` cfgs are registered for (MINIMUM_SUPPORTED_VERSION)."""
    cfgs_from: PythonVersion
    """The first version that a `Py_3_*` cfg is set for; PyO3 0.22 starts one below `python_min`."""
    checked_cfgs_max: PythonVersion
    """The last version that a `Py_3_*` cfg is registered for."""
    abi3_min: PythonVersion
    abi3_max: PythonVersion
    """ABI3_MAX_MINOR or STABLE_ABI_MAX_MINOR."""
    abi3t_min: PythonVersion | None
    """None: no abi3t."""
    free_threaded_min: PythonVersion | None
    """None: no free-threaded build is supported."""
    graalpy_min: PythonVersion
    """In GraalPy's own version numbers."""
    build_flags: frozenset[str]
    """Those that this version reads from the interpreter (BuildFlags)."""
    py_sys_config_values: tuple[str, ...]
    config_keys: tuple[str, ...]
    """Keys of the config file in the writer's order."""
    variables: tuple[str, ...]
    """Environment variables that the build scripts read or depend on, those of Cargo left out."""
    forward_compatibility: tuple[str, ...]
    """Those of `variables` that allow a Python newer than the newest supported one."""
    expected_cfgs: tuple[str, ...]
    """Names that print_expected_cfgs registers beside `Py_3_*` and `py_sys_config`."""
    check_cfg_rustc: int
    """N of the rustc 1.N that cfgs are registered from; 0 is any."""
    feature_cfgs: Mapping[str, int]
    """Cfg name to the N of the rustc 1.N that it needs (print_feature_cfgs)."""
    feature_cfgs_checked: bool
    """Whether print_feature_cfgs registers these names too."""
    cfg_crates: frozenset[str]
    """Crates whose build scripts register `expected_cfgs` and print `feature_cfgs`."""
    always_cfgs: Mapping[str, tuple[str, ...]]
    """By crate."""
    crates_with_build_script: frozenset[str]
    macros_read_config: bool
    """Whether the macros' code depends on the interpreter."""
    links: Mapping[str, str]
    """Crate to its `links` name, under which Cargo hands a build script's answers on."""
    rpath: str | None
    """What a program gets as run path: "framework" (macOS only), "libpython" or nothing."""
    linking_oses: frozenset[str]
    """Operating systems where an extension module links libpython too (is_linking_libpython_for_target)."""
    cross_lib_dir_warning: bool
    """Whether linking without a lib_dir is warned about in a cross build."""
    emscripten_link_args_below: int | None
    """N of the rustc 1.N from which extension modules need no arguments on Emscripten; None: always."""
    raw_dylib_names: frozenset[str]
    """Windows libraries that raw-dylib can link, those with a Python version in their name left out."""
    features: tuple[str, ...]
    """Of the crate pyo3."""
    dependencies: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By crate and kind (build, normal), those that are not optional."""
    msrv: str
    """Oldest rustc."""


def supported_versions() -> list[str]:
    """Give the known PyO3 versions, oldest first."""
    names = [name[: -len(".json")] for name in os.listdir(_FOLDER) if re.fullmatch(r"\d+\.\d+\.\d+\.json", name)]
    return sorted(names, key=lambda version: [int(part) for part in version.split(".")])


def pyo3_version(version: str) -> PyO3Version:
    """Look a PyO3 version up.

    Raises:
        ToolError: there is no table of it, or the table lacks a field.
    """
    known = supported_versions()
    if version not in known:
        raise ToolError(
            f"PyO3 {version} is not supported, expected one of {', '.join(known)}: "
            "pin one of these in Cargo.lock, or use a version of these rules that knows it"
        )
    return _load(version)


@functools.cache
def _load(version: str) -> PyO3Version:
    return parse(pyo3_common.read_json(os.path.join(_FOLDER, f"{version}.json"), "table of a PyO3 version"))


def parse(table: Mapping[str, Any]) -> PyO3Version:
    """Turn a table's JSON into a PyO3Version; fields without a meaning here are ignored.

    Raises:
        ToolError: a field is not there.
    """
    names = [each.name for each in fields(PyO3Version)]
    missing = [name for name in names if name not in table]
    if missing:
        raise ToolError(
            f"the table of PyO3 {table.get('version')} has no {', '.join(missing)}, expected every field of "
            "pyo3_version.schema.json: fill them in from PyO3's sources"
        )
    values = {name: _frozen(table[name]) for name in names}
    values["python"] = {name: (each["min"], each["max"]) for name, each in values["python"].items()}
    for name in ("build_flags", "cfg_crates", "crates_with_build_script", "linking_oses", "raw_dylib_names"):
        values[name] = frozenset(values[name])
    return PyO3Version(**values)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {name: _frozen(each) for name, each in value.items()}
    return value
