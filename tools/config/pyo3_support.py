"""Whether a PyO3 version supports a configuration (pyo3-ffi 0.30.1, build.rs, `ensure_*`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyo3_abi import ABI3, ABI3T, dotted
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_SHOWN_NAMES = {"CPython": "Python", "GraalVM": "GraalPy"}


def check(config: InterpreterConfig, pyo3: PyO3Version, target: Triple, allow_newer: bool) -> list[str]:
    """Refuse what pyo3-ffi's build script refuses.

    Args:
        config: the configuration to check.
        pyo3: the PyO3 version to check it for.
        target: the platform that is compiled for.
        allow_newer: what PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1 does for the build script.

    Returns:
        Warnings.

    Raises:
        ToolError: PyO3 does not support the configuration.
    """
    warnings = _check_version(config, pyo3, allow_newer)
    warnings += _check_abi(config, pyo3)
    if config.pointer_width is not None and config.pointer_width != target.pointer_width:
        raise ToolError(
            f"the Rust target {target.name} has pointers of {target.pointer_width} bits, the Python interpreter of "
            f"{config.pointer_width}: choose a Python toolchain and a Rust toolchain of the same architecture"
        )
    return warnings


def _check_version(config: InterpreterConfig, pyo3: PyO3Version, allow_newer: bool) -> list[str]:
    implementation = config.implementation
    if implementation not in pyo3.python:
        return []
    oldest, newest = pyo3.python[implementation]
    shown = _SHOWN_NAMES.get(implementation, implementation)
    supported = f"PyO3 {pyo3.version} supports {shown} {dotted(oldest)} to {dotted(newest)}"
    if config.version < oldest:
        raise ToolError(f"the interpreter is {shown} {dotted(config.version)}, {supported}: choose a newer interpreter")
    abi = config.target_abi
    following = (newest[0], newest[1] + 1)
    if abi.version == following:
        return [
            f"support for {shown} {dotted(following)} is experimental in PyO3 {pyo3.version}: what is built may not "
            "work with its final release, do not distribute it"
        ]
    # PyO3 0.30.1 lets GraalPy pass here: the error that it prepares is returned only where there is a stable ABI.
    if abi.version > following and implementation in ("CPython", "PyPy") and not allow_newer:
        raise ToolError(
            f"the interpreter is {shown} {dotted(abi.version)}, {supported}: choose an older interpreter or a newer "
            "PyO3; what PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1 allows with cargo, the rules do not offer yet"
        )
    return []


def _check_abi(config: InterpreterConfig, pyo3: PyO3Version) -> list[str]:
    abi = config.target_abi
    shown = _SHOWN_NAMES.get(abi.implementation, abi.implementation)
    if abi.free_threaded and abi.implementation in pyo3.python:
        if abi.implementation != "CPython":
            raise ToolError(f"PyO3 supports the free-threaded build of CPython only, the interpreter is {shown}")
        if abi.version < pyo3.free_threaded_min:
            raise ToolError(
                f"the interpreter is a free-threaded {shown} {dotted(abi.version)}, PyO3 {pyo3.version} supports "
                f"free-threaded builds from {dotted(pyo3.free_threaded_min)}: choose a newer interpreter or one with "
                "the GIL"
            )
    if abi.kind == ABI3T and abi.implementation in ("CPython", "PyPy") and abi.version < pyo3.abi3t_min:
        raise ToolError(
            f"abi3t is asked for with {shown} {dotted(abi.version)}, PyO3 {pyo3.version} supports abi3t from "
            f"{dotted(pyo3.abi3t_min)}: use the feature abi3 or a newer interpreter"
        )
    if abi.stable and abi.implementation == "GraalVM":
        return [f"GraalPy has no {abi.kind}: what is built works with this version of GraalPy only"]
    if abi.kind == ABI3 and abi.implementation == "PyPy" and abi.version < _PYPY_ABI3:
        return ["PyPy has no abi3 before PyPy 3.12: what is built works with this version of PyPy only"]
    return []


_PYPY_ABI3 = (3, 12)
