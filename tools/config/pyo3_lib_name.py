"""The names that PyO3 gives libpython (pyo3-build-config, src/impl_.rs, `default_lib_name_*`, 0.22.6 to 0.30.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_abi
from pyo3_abi import ABI3, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_abi import PythonAbi
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_PYTHON3_D_WORKS = (3, 10)
"""https://github.com/python/cpython/issues/101614: before, python3_d.dll cannot be linked to."""
_LAST_WITH_M = (3, 7)
_PYPY_WITH_MINOR = (3, 9)


@dataclass(frozen=True)
class Library:
    """What the name depends on besides the ABI."""

    windows: bool
    mingw: bool = False
    cygwin: bool = False
    ld_version: str | None = None
    """sysconfig's LDVERSION."""
    debug: bool = False
    """Whether the file names of extension modules start with `_d`; from PyO3 0.30 on the ABI says it."""


def for_target(abi: PythonAbi, pyo3: PyO3Version, target: Triple) -> str:
    """Give the name where nothing is known of the interpreter but its ABI (`default_lib_name_for_target`)."""
    return lib_name(abi, pyo3, Library(windows=target.os == "windows", cygwin=target.os == "cygwin"))


def lib_name(abi: PythonAbi, pyo3: PyO3Version, library: Library) -> str:
    """Give the name of libpython.

    Args:
        abi: before PyO3 0.29 with the interpreter's own version.
        pyo3: whose names these are.
        library: the platform and what the interpreter says of itself.

    Raises:
        ToolError: there is no such Python.
    """
    if Behaviour.ABI_OF_OWN.of(pyo3):
        return _windows(abi, pyo3, library) if library.windows else _unix(abi, pyo3, library)
    return _windows_before_29(abi, pyo3, library) if library.windows else _unix_before_29(abi, pyo3, library)


def _windows(abi: PythonAbi, pyo3: PyO3Version, library: Library) -> str:
    major, minor = abi.version
    if abi.implementation == "PyPy":
        return f"libpypy{major}.{minor}-c"
    if abi.implementation == "GraalVM":
        return "python-native"
    if library.mingw:
        return "lib" + _unix(abi, pyo3, Library(windows=False, cygwin=True))
    debug = abi.debug if Behaviour.DEBUG_ABI.of(pyo3) else library.debug
    if debug and abi.version < _PYTHON3_D_WORKS:
        return f"python{major}{minor}_d"
    shown = "" if abi.stable else str(minor)
    return f"python{major}{shown}{'t' if abi.free_threaded else ''}{'_d' if debug else ''}"


def _unix(abi: PythonAbi, pyo3: PyO3Version, library: Library) -> str:
    major, minor = abi.version
    if abi.implementation == "PyPy":
        return f"pypy{library.ld_version or dotted(abi.version)}-c"
    if abi.implementation == "GraalVM":
        return "python-native"
    if abi.implementation == "RustPython":
        return "rustpython_capi"
    if library.ld_version is not None:
        return f"python{library.ld_version}"
    shown = "" if library.cygwin and abi.stable else f".{minor}"
    debug = abi.debug and Behaviour.DEBUG_ABI.of(pyo3)
    return f"python{major}{shown}{'t' if abi.free_threaded else ''}{'d' if debug else ''}"


def _windows_before_29(abi: PythonAbi, pyo3: PyO3Version, library: Library) -> str:
    major, minor = abi.version
    old = Behaviour.OLD_LIB_NAMES.of(pyo3)
    if library.debug and (old or abi.version < _PYTHON3_D_WORKS):
        return f"python{major}{minor}_d"
    if abi.kind == ABI3 and abi.implementation not in pyo3_abi.WITHOUT_STABLE_ABI:
        return "python3_d" if library.debug else "python3"
    if library.mingw:
        if abi.free_threaded:
            raise ToolError(
                f"the interpreter is a free-threaded Python for MinGW, PyO3 {pyo3.version} does not support that: "
                "choose one with the GIL or PyO3 0.29 or newer"
            )
        return f"python{major}.{minor}"
    if abi.free_threaded:
        pyo3_abi.require_free_threaded(abi.version)
    return f"python{major}{minor}{'t' if abi.free_threaded else ''}{'_d' if library.debug else ''}"


def _unix_before_29(abi: PythonAbi, pyo3: PyO3Version, library: Library) -> str:
    major, minor = abi.version
    if abi.implementation == "GraalVM":
        return "python-native"
    if abi.implementation == "PyPy":
        if Behaviour.OLD_LIB_NAMES.of(pyo3) and abi.version < _PYPY_WITH_MINOR:
            return f"pypy{major}-c"
        return f"pypy{library.ld_version or dotted(abi.version)}-c"
    if library.ld_version is not None:
        return f"python{library.ld_version}"
    if Behaviour.CYGWIN_LIB_NAMES.of(pyo3) and library.cygwin and abi.kind == ABI3:
        return "python3"
    if abi.version <= _LAST_WITH_M:
        return f"python{major}.{minor}m"
    if abi.free_threaded:
        pyo3_abi.require_free_threaded(abi.version)
    return f"python{major}.{minor}{'t' if abi.free_threaded else ''}"
