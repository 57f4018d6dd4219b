"""The gate libpython: the library does not bring a Python along.

The process that imports it has one. On Linux and macOS a module that needs libpython fails in a Python that is linked
statically, or loads a second one (https://peps.python.org/pep-0513/#libpythonx-y-so-1). On Windows a DLL has to name
the one that its symbols come from: python3.dll for a stable ABI, pythonXY.dll otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyo3_lib_name
from pyo3_binary import PE
from pyo3_gate import Outcome, failed_if, not_checked

if TYPE_CHECKING:
    from pyo3_binary import Binary
    from pyo3_gate import Module

_WINDOWS = re.compile(r"(lib)?python\d[\w.]*\.dll|libpypy[\w.-]*\.dll|python-native\.dll", re.IGNORECASE)
_UNIX = re.compile(r"lib(python\d|pypy|python-native|rustpython)[^/]*|Python3?(\.framework/.*)?")
# What links libpython everywhere, also in PyO3 0.22 (`is_linking_libpython_for_target`).
_LINKING_OSES = ("aix", "android", "cygwin", "ios")


def is_libpython(name: str) -> bool:
    """Tell whether a needed library is a Python."""
    return bool(_WINDOWS.fullmatch(name) or _UNIX.fullmatch(name.rpartition("/")[2]) or "Python.framework/" in name)


def check(module: Module, binary: Binary) -> Outcome:
    """Apply the gate."""
    found = [name for name in binary.needed if is_libpython(name)]
    if binary.format == PE:
        return _windows(module, found)
    if module.target.os in _LINKING_OSES:
        return not_checked(f"on {module.target.os} an extension module links libpython")
    if not found:
        return failed_if(None)
    return failed_if(
        f"it needs {', '.join(found)}, expected no libpython, since the Python that imports it has its own: "
        "take -lpython and the like out of `rustc_flags`, build scripts and `deps`"
    )


def _windows(module: Module, found: list[str]) -> Outcome:
    if module.config is None or module.pyo3 is None:
        return not_checked("the pyo3 is the user's own, nothing is known of its ABI")
    library = pyo3_lib_name.Library(windows=True, debug=module.debug)
    name = module.config.lib_name or pyo3_lib_name.lib_name(module.config.target_abi, module.pyo3, library)
    expected = [f"{prefix}{name}.dll".casefold() for prefix in ("", "lib")]
    wrong = [each for each in found if each.casefold() not in expected]
    if not wrong:
        return failed_if(None)
    return failed_if(
        f"it imports from {', '.join(wrong)}, expected no Python but {name}.dll for {module.abi}: "
        "take other import libraries out of `rustc_flags`, build scripts and `deps`"
    )
