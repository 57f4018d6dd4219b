"""The interpreter config of an interpreter that was asked, and what the stable-ABI features make of a config.

Follows pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs, `InterpreterConfig::from_interpreter`,
`fixup_for_abi3_version` and `apply_build_env`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyo3_abi
import pyo3_lib_name
from pyo3_abi import ABI3, FREE_THREADED, WITHOUT_STABLE_ABI, PythonAbi, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError
from pyo3_interpreter_config import GIL_DISABLED, InterpreterConfig, finalize, with_abi3, with_ref_debug
from pyo3_lib_name import Library
from pyo3_settings import Settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_facts import Facts
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_WINDOWS_BUILD_FLAGS_FROM = (3, 13)


def configure(
    facts: Facts,
    features: Collection[str],
    pyo3: PyO3Version,
    target: Triple,
    notices: list[str],
    settings: Settings | None = None,
) -> InterpreterConfig:
    """Configure for an interpreter and the enabled features of the crate pyo3.

    Raises:
        ToolError: the features ask for a stable ABI newer than the interpreter, or PyO3 cannot know the interpreter.
    """
    if facts.graalpy_version is not None and facts.graalpy_version < pyo3.graalpy_min:
        raise ToolError(
            f"GraalPy is of version {dotted(facts.graalpy_version)}, PyO3 {pyo3.version} needs "
            f"{dotted(pyo3.graalpy_min)} or newer: choose a newer GraalPy"
        )
    implementation = pyo3_abi.parse_implementation(facts.implementation, pyo3)
    version = facts.version[:2]
    free_threaded = facts.gil_disabled and Behaviour.FREE_THREADED.of(pyo3)
    windows = target.os == "windows"
    config = InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=facts.shared,
        target_abi=_abi(facts, features, pyo3, notices, free_threaded, settings or Settings()),
        lib_name=None,
        pointer_width=facts.pointer_width,
        build_flags=with_ref_debug(frozenset(build_flags_read(facts, pyo3, windows))),
    )
    library = Library(windows, facts.mingw, facts.cygwin, facts.ld_version, facts.ext_suffix.startswith("_d."))
    config = dataclasses.replace(config, lib_name=pyo3_lib_name.lib_name(config.target_abi, pyo3, library))
    config = _with_paths(config, facts, windows, pyo3)
    if Behaviour.ABI_OF_OWN.of(pyo3):
        return finalize(config, pyo3, notices)
    config = with_abi3(config, is_abi3(features, pyo3, settings or Settings()), version, pyo3)
    return with_features(config, features, pyo3, notices, settings)


def _abi(
    facts: Facts,
    features: Collection[str],
    pyo3: PyO3Version,
    notices: list[str],
    free_threaded: bool,
    settings: Settings,
) -> PythonAbi:
    version = facts.version[:2]
    if not Behaviour.ABI_OF_OWN.of(pyo3):
        stable_kind = ABI3 if is_abi3(features, pyo3, settings) else pyo3_abi.GIL_ENABLED
        return PythonAbi(facts.implementation, FREE_THREADED if free_threaded else stable_kind, version, facts.debug)
    stable = pyo3_abi.applicable_stable_abi(facts.implementation, version, free_threaded, features, pyo3)
    debug = facts.debug and Behaviour.DEBUG_ABI.of(pyo3)
    return pyo3_abi.stable_or_specific(facts.implementation, version, stable, free_threaded, debug, pyo3, notices)


def build_flags_read(facts: Facts, pyo3: PyO3Version, windows: bool) -> Collection[str]:
    """Give the build flags that this PyO3 reads from an interpreter; on Windows old ones read none."""
    if windows and not (Behaviour.WINDOWS_BUILD_FLAGS.of(pyo3) and facts.version[:2] >= _WINDOWS_BUILD_FLAGS_FROM):
        return ()
    return [flag for flag in facts.build_flags if flag in pyo3.build_flags]


def _with_paths(config: InterpreterConfig, facts: Facts, windows: bool, pyo3: PyO3Version) -> InterpreterConfig:
    paths = facts.paths
    if paths is None:
        return config
    lib_dir = paths.lib_dir
    if windows:
        lib_dir = None if paths.base_prefix is None else f"{paths.base_prefix}\\libs"
    prefix = paths.python_framework_prefix if "python_framework_prefix" in pyo3.config_keys else None
    return dataclasses.replace(config, lib_dir=lib_dir, executable=paths.executable, python_framework_prefix=prefix)


def is_abi3(features: Collection[str], pyo3: PyO3Version, settings: Settings) -> bool:
    """Whether PyO3 before 0.29 builds for abi3 (`is_abi3`)."""
    return pyo3_abi.requested_version(ABI3, features, pyo3) is not None or settings.forward_compatible(pyo3)


def with_features(
    config: InterpreterConfig,
    features: Collection[str],
    pyo3: PyO3Version,
    notices: list[str],
    settings: Settings | None = None,
) -> InterpreterConfig:
    """Lower the ABI of a config to what the stable-ABI features ask for.

    Raises:
        ToolError: they ask for a stable ABI newer than the interpreter.
    """
    abi = config.target_abi
    if Behaviour.ABI_OF_OWN.of(pyo3):
        stable = pyo3_abi.applicable_stable_abi(abi.implementation, config.version, abi.free_threaded, features, pyo3)
        lowered = pyo3_abi.stable_or_specific(
            abi.implementation, config.version, stable, abi.free_threaded, False, pyo3, notices
        )
        return dataclasses.replace(config, target_abi=dataclasses.replace(lowered, debug=abi.debug))
    abi3 = config.abi3 or is_abi3(features, pyo3, settings or Settings())
    version = abi.version
    free_threaded = Behaviour.FREE_THREADED.of(pyo3) and GIL_DISABLED in config.build_flags
    if config.implementation not in WITHOUT_STABLE_ABI and not free_threaded:
        oldest = pyo3_abi.floor(ABI3, features, pyo3)
        if oldest is not None:
            pyo3_abi.require_floor(ABI3, oldest, version)
            version = oldest
        elif Behaviour.ABI3_CLAMPED.of(pyo3) and is_abi3(features, pyo3, settings or Settings()):
            version = pyo3_abi.clamped(ABI3, version, pyo3, notices)
    return with_abi3(config, abi3, version, pyo3)
