"""Whether a PyO3 version supports a configuration (pyo3-ffi 0.22.6 to 0.30.1, build.rs, `ensure_*`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyo3_abi import ABI3, ABI3T, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError
from pyo3_interpreter_config import GIL_DISABLED

if TYPE_CHECKING:
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_settings import Settings
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_SHOWN_NAMES = {"CPython": "Python", "GraalVM": "GraalPy"}
_FREE_THREADED_STABLE_ABI = (3, 15)
_PYPY_ABI3 = (3, 12)


def check(config: InterpreterConfig, pyo3: PyO3Version, target: Triple, settings: Settings) -> list[str]:
    """Refuse what pyo3-ffi's build script refuses.

    Args:
        config: the configuration to check.
        pyo3: the PyO3 version to check it for.
        target: the platform that is compiled for.
        settings: may allow what else is refused.

    Returns:
        Warnings.

    Raises:
        ToolError: PyO3 does not support the configuration.
    """
    warnings = []
    if settings.unsafe_skip_version_check != "1":
        warnings = _check_version(config, pyo3, settings)
        if Behaviour.ABI_OF_OWN.of(pyo3):
            _check_abi(config, pyo3)
        warnings += stable_abi_warnings(config, pyo3)
    if config.target_abi.version < pyo3.python_min:
        raise ToolError(
            f"the interpreter is Python {dotted(config.target_abi.version)}, PyO3 {pyo3.version} has no code for one "
            f"before {dotted(pyo3.python_min)}, whatever is skipped: choose a newer interpreter"
        )
    if config.pointer_width is not None and config.pointer_width != target.pointer_width:
        raise ToolError(
            f"the Rust target {target.name} has pointers of {target.pointer_width} bits, the Python interpreter of "
            f"{config.pointer_width}: choose a Python toolchain and a Rust toolchain of the same architecture"
        )
    if not Behaviour.FREE_THREADED.of(pyo3) and GIL_DISABLED in config.build_flags:
        _check_without_gil(pyo3, settings)
    return warnings


def _check_without_gil(pyo3: PyO3Version, settings: Settings) -> None:
    if settings.unsafe_build_free_threaded != "1":
        raise ToolError(
            f"the interpreter is a free-threaded Python, PyO3 {pyo3.version} supports none: choose one with the GIL or "
            "PyO3 0.23 or newer, or set UNSAFE_PYO3_BUILD_FREE_THREADED=1 to build anyway"
        )


def shown_name(implementation: str) -> str:
    """Give the name of an implementation as its makers write it."""
    return _SHOWN_NAMES.get(implementation, implementation)


def _check_version(config: InterpreterConfig, pyo3: PyO3Version, settings: Settings) -> list[str]:
    implementation = config.target_abi.implementation
    if implementation not in pyo3.python:
        return []
    oldest, newest = pyo3.python[implementation]
    shown = shown_name(implementation)
    supported = f"PyO3 {pyo3.version} supports {shown} {dotted(oldest)} to {dotted(newest)}"
    abi = config.target_abi
    own = Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3) or (implementation == "CPython" and Behaviour.ABI_OF_OWN.of(pyo3))
    version = config.version if own else abi.version
    if version < oldest:
        raise ToolError(f"the interpreter is {shown} {dotted(version)}, {supported}: choose a newer interpreter")
    following = (newest[0], newest[1] + 1)
    experimental = implementation == "CPython" and Behaviour.EXPERIMENTAL_NEXT.of(pyo3)
    experimental = experimental or Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3)
    if experimental and abi.version == following:
        return [
            f"support for {shown} {dotted(following)} is experimental in PyO3 {pyo3.version}: what is built may not "
            "work with its final release, do not distribute it"
        ]
    if abi.version > newest:
        way_out = _too_new(config, pyo3, settings)
        if way_out is not None:
            raise ToolError(f"the interpreter is {shown} {dotted(abi.version)}, {supported}: {way_out}")
    return []


def _too_new(config: InterpreterConfig, pyo3: PyO3Version, settings: Settings) -> str | None:
    """Say what to do about a Python that is too new, None if it is accepted."""
    abi = config.target_abi
    otherwise = "choose an older interpreter or a newer PyO3"
    stable = f"{otherwise}, or set {pyo3.forward_compatibility[-1]}=1 to build for the stable ABI"
    if abi.implementation == "CPython" and without_gil(config, pyo3):
        if not Behaviour.ABI_OF_OWN.of(pyo3) or abi.version < _FREE_THREADED_STABLE_ABI:
            return f"{otherwise}; a free-threaded Python of this version has no stable ABI"
        if settings.use_stable_abi_forward_compatibility != "1":
            return stable
    if abi.implementation != "CPython" and not Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3):
        return otherwise
    # PyO3 0.30 accepts any GraalPy: the error that it prepares is returned only where there is a stable ABI.
    accepted = settings.forward_compatible(pyo3) or abi.implementation == "GraalVM"
    return None if accepted else stable


def without_gil(config: InterpreterConfig, pyo3: PyO3Version) -> bool:
    """Whether a config is for a free-threaded Python."""
    if Behaviour.ABI_OF_OWN.of(pyo3):
        return config.target_abi.free_threaded
    return Behaviour.FREE_THREADED.of(pyo3) and GIL_DISABLED in config.build_flags


def _check_abi(config: InterpreterConfig, pyo3: PyO3Version) -> None:
    abi = config.target_abi
    _check_free_threaded(config, pyo3)
    stable_ones = ("CPython", "PyPy") if Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3) else ("CPython",)
    oldest = pyo3.abi3t_min
    if abi.kind == ABI3T and abi.implementation in stable_ones and oldest is not None and abi.version < oldest:
        shown = shown_name(abi.implementation)
        raise ToolError(
            f"abi3t is asked for with {shown} {dotted(abi.version)}, PyO3 {pyo3.version} supports abi3t from "
            f"{dotted(oldest)}: use the feature abi3 or a newer interpreter"
        )


def _check_free_threaded(config: InterpreterConfig, pyo3: PyO3Version) -> None:
    abi = config.target_abi
    if not abi.free_threaded or abi.implementation not in pyo3.python:
        return
    shown = shown_name(abi.implementation)
    if abi.implementation != "CPython":
        if not Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3):
            return
        raise ToolError(
            f"PyO3 supports the free-threaded build of CPython only, the interpreter is {shown}: choose another one"
        )
    oldest = pyo3.free_threaded_min
    if oldest is not None and abi.version < oldest:
        raise ToolError(
            f"the interpreter is a free-threaded {shown} {dotted(abi.version)}, PyO3 {pyo3.version} supports "
            f"free-threaded builds from {dotted(oldest)}: choose a newer interpreter or one with the GIL"
        )


def stable_abi_warnings(config: InterpreterConfig, pyo3: PyO3Version) -> list[str]:
    """Say that a config for a stable ABI is of an interpreter that has none, as pyo3-ffi's build script warns."""
    if not Behaviour.ABI_OF_OWN.of(pyo3):
        return _abi3_warnings(config, pyo3) if config.abi3 else []
    abi = config.target_abi
    if not abi.stable:
        return []
    pypy_has_abi3t = Behaviour.EVERY_NEXT_EXPERIMENTAL.of(pyo3)
    if abi.implementation == "GraalVM":
        return [f"GraalPy has no {abi.kind}: what is built works with this version of GraalPy only"]
    if abi.implementation == "PyPy" and not pypy_has_abi3t:
        return [f"PyPy has no {abi.kind}: what is built works with this version of PyPy only"]
    if abi.kind == ABI3 and abi.implementation == "PyPy" and abi.version < _PYPY_ABI3:
        return ["PyPy has no abi3 before PyPy 3.12: what is built works with this version of PyPy only"]
    return []


def _abi3_warnings(config: InterpreterConfig, pyo3: PyO3Version) -> list[str]:
    if config.implementation != "CPython":
        shown = shown_name(config.implementation)
        return [f"{shown} has no abi3: what is built works with this version of {shown} only"]
    if without_gil(config, pyo3):
        return ["a free-threaded Python has no abi3: what is built works with this version of Python only"]
    return []
