"""How pyo3-ffi links libpython: its `emit_link_config`, and the search path for programs at run time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyo3_common import ToolError
from pyo3_outputs import CrateOutputs

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version


@dataclass(frozen=True)
class Switches:
    """What a build decides beside the interpreter."""

    extension_module: bool = True
    """Whether PYO3_BUILD_EXTENSION_MODULE is set, or before PyO3 0.26 the feature extension-module."""
    raw_dylib: bool | None = None
    """PYO3_USE_RAW_DYLIB: None when it is unset, True for `1`."""
    no_std: bool = False
    """Whether PYO3_WIP_NO_STD is on."""
    cross: bool = False
    """Whether the configuration comes from settings for cross compilation."""


def links_libpython(pyo3: PyO3Version, features: Collection[str], target: Triple, switches: Switches) -> bool:
    """Follow pyo3-build-config, src/impl_.rs, `is_linking_libpython_for_target`.

    Most platforms leave libpython to the process that loads a module.
    """
    extension_module = switches.extension_module or "extension-module" in features
    return target.os in pyo3.linking_oses or not extension_module


def link_outputs(pyo3: PyO3Version, target: Triple, config: InterpreterConfig, switches: Switches) -> CrateOutputs:
    """Follow pyo3-ffi, build.rs, `emit_link_config`.

    Raises:
        ToolError: the library is unknown.
    """
    name = config.lib_name
    if name is None:
        raise ToolError(f"{target.name} links to libpython, the PyO3 config file has no lib_name: write it again")
    warnings = []
    if target.os == "windows" and pyo3.raw_dylib_names:
        known = name in _raw_dylib_names(pyo3)
        if known and switches.raw_dylib in (None, True):
            return CrateOutputs(cfgs=("pyo3_use_raw_dylib", f'pyo3_dll="{name}"'))
        if switches.raw_dylib:
            warnings.append(
                "PYO3_USE_RAW_DYLIB is set to 1 but the Python library name is not recognized. "
                "Falling back to full linking."
            )
        if config.implementation == "PyPy":
            name = _pypy_import_library(name, config)
    if config.lib_dir is None and switches.cross and pyo3.cross_lib_dir_warning:
        warnings.append(
            "The output binary will link to libpython, but PYO3_CROSS_LIB_DIR environment variable is not set. "
            "Ensure that the target Python library directory is in the rustc native library search path."
        )
    static = "" if config.shared else "static="
    # PyO3's sources name the library pythonXY on Windows.
    alias = "pythonXY:" if target.os == "windows" else ""
    return CrateOutputs(
        link_args=(f"-l{static}{alias}{name}",),
        link_search=() if config.lib_dir is None else (f"native={config.lib_dir}",),
        warnings=tuple(warnings),
    )


def _pypy_import_library(name: str, config: InterpreterConfig) -> str:
    major, minor = config.target_abi.version
    expected = f"libpypy{major}.{minor}-c"
    if name != expected:
        raise ToolError(f"lib_name is {name!r} in the PyO3 config file, expected {expected} of PyPy: correct lib_name")
    return f"python{major}{minor}"


def _raw_dylib_names(pyo3: PyO3Version) -> set[str]:
    """Follow pyo3-ffi, build.rs, `lib_name_is_known_for_raw_dylib`."""
    names = set(pyo3.raw_dylib_names)
    oldest, newest = pyo3.python["CPython"]
    for minor in range(oldest[1], newest[1] + 2):
        names.update((f"python3{minor}", f"python3{minor}_d"))
        if minor >= 13:
            names.update((f"python3{minor}t", f"python3{minor}t_d"))
    oldest, newest = pyo3.python["PyPy"]
    names.update(f"libpypy3.{minor}-c" for minor in range(oldest[1], newest[1] + 1))
    return names


def rpath_args(pyo3: PyO3Version, crate: str, target: Triple, config: InterpreterConfig) -> tuple[str, ...]:
    """Give the linker's arguments that let a program of this very crate, a test, find libpython at run time.

    Follows pyo3-build-config, src/lib.rs: `_add_python_framework_link_args` until PyO3 0.28, then
    `print_libpython_rpath_link_args`.
    """
    folder = None
    if pyo3.rpath == "framework" and crate == "pyo3" and target.os == "macos":
        folder = config.python_framework_prefix
    elif pyo3.rpath == "libpython" and _has_rpath(target):
        folder = config.lib_dir
    return () if folder is None else (f"-Wl,-rpath,{folder}",)


def _has_rpath(target: Triple) -> bool:
    if target.arch in ("wasm32", "wasm64"):
        return target.os == "emscripten"
    return target.os not in ("cygwin", "windows")


def cdylib_link_args(pyo3: PyO3Version, target: Triple, rustc_minor: int) -> tuple[str, ...]:
    """Follow pyo3-build-config, src/lib.rs, `add_extension_module_link_args`."""
    if target.os == "macos":
        return ("-undefined", "dynamic_lookup")
    below = pyo3.emscripten_link_args_below
    if target.name == "wasm32-unknown-emscripten" and (below is None or rustc_minor < below):
        return ("-sSIDE_MODULE=2", "-sWASM_BIGINT")
    return ()
