"""The gate entry_symbol: the library exports what Python calls to initialise the module.

Python looks for `PyInit_<module>` (https://docs.python.org/3/extending/building.html), since 3.15 first for
`PyModExport_<module>` (PEP 793), and a module for abi3t can only have the latter (PEP 803). From 0.29 on PyO3 makes
both for Python 3.15, and only the latter for abi3t (0.30.1, src/impl_/pymodule.rs); users of pyo3-ffi make one of them.
Without it the import fails, long after the build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyo3_abi import ABI3T, dotted
from pyo3_gate import failed_if

if TYPE_CHECKING:
    from pyo3_abi import PythonAbi
    from pyo3_binary import Binary
    from pyo3_gate import Module, Outcome

INIT = "PyInit_"
EXPORT = "PyModExport_"
_SLOTS_FROM = (3, 15)


def is_entry_point(symbol: str) -> bool:
    """Tell whether a symbol initialises some module."""
    return symbol.startswith((INIT, EXPORT))


def accepted_prefixes(abi: PythonAbi | None) -> tuple[str, ...]:
    """Give what the importers of all Pythons that a module is for look for; one of them has to be there."""
    if abi is not None and abi.kind == ABI3T:
        return (EXPORT,)
    if abi is not None and abi.version < _SLOTS_FROM:
        return (INIT,)
    return (INIT, EXPORT)


def check(module: Module, binary: Binary) -> Outcome:
    """Apply the gate."""
    accepted = accepted_prefixes(module.abi)
    if any(prefix + module.name in binary.exports for prefix in accepted):
        return failed_if(None)
    found = sorted(filter(is_entry_point, binary.exports))
    return failed_if(_message(module, found, " or ".join(prefix + module.name for prefix in accepted)))


def _message(module: Module, found: list[str], expected: str) -> str:
    name = module.name
    if not found:
        add = f"add a `#[pymodule] fn {name}` or `#[pymodule] mod {name}`"
        return f"it exports no {INIT} function, expected {expected}: {add}"
    start = f"it exports {', '.join(found)}, expected {expected}"
    names = sorted({symbol.partition("_")[2] for symbol in found})
    if name in names:
        return f"{start}, which is all that {_importer(module.abi)}: define the module with PyO3's `#[pymodule]`"
    likely = near_miss(name, names)
    rename = f"rename the `#[pymodule]` to {name}, or set `module_name` or `crate_name` to {' or '.join(names)}"
    return f"{start} ({likely}): {rename}" if likely else f"{start}: {rename}"


def _importer(abi: PythonAbi | None) -> str:
    if abi is None or abi.kind == ABI3T:
        return "a Python looks for in a module for abi3t"
    return f"Python {dotted(abi.version)} looks for"


def near_miss(name: str, found: list[str]) -> str | None:
    """Say what looks like a slip in one of the names that were found."""
    for each in found:
        if each.casefold() == name.casefold():
            return f"{each} differs in upper and lower case"
        if each.replace("_", "").casefold() == name.replace("_", "").casefold():
            return f"{each} differs in underscores"
    import difflib

    close = difflib.get_close_matches(name, found, 1)
    return f"{close[0]} is close" if close else None
