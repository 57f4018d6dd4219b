"""The gate python_symbols: all Pythons that the module is for export the symbols that it needs.

A module for a stable ABI must keep to that of its floor (https://docs.python.org/3/c-api/stable.html); what a compiler
lets through otherwise fails on some Python at import or, with lazy binding, at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_symbol_table
from pyo3_abi import dotted
from pyo3_gate import PASSED, Outcome, enumerate_some, failed_if, not_checked
from pyo3_symbol_table import WINDOWS_MACROS, column_key, is_python_symbol, stable_fault, symbol_table

if TYPE_CHECKING:
    from pyo3_abi import PythonAbi
    from pyo3_binary import Binary
    from pyo3_gate import Module
    from pyo3_symbol_table import SymbolTable

_COLUMN_PREFIXES = {"CPython": "", "PyPy": "pypy", "GraalVM": "graalpy"}


def check(module: Module, binary: Binary) -> Outcome:
    """Apply the gate."""
    abi = module.abi
    if abi is None:
        return not_checked("the pyo3 is the user's own, nothing is known of its ABI")
    if abi.implementation not in _COLUMN_PREFIXES:
        return not_checked(f"nothing is recorded of {abi.implementation}")
    symbols = sorted(filter(is_python_symbol, binary.undefined))
    if abi.stable and abi.implementation == "CPython":
        return failed_if(_stable(module, abi, symbols, symbol_table()))
    return _specific(module, abi, symbols, symbol_table())


def _stable(module: Module, abi: PythonAbi, symbols: list[str], table: SymbolTable) -> str | None:
    windows = module.target.os == "windows"
    faults = {symbol: stable_fault(table, symbol, abi.version, windows, module.debug) for symbol in symbols}
    found = [f"{symbol} ({fault})" for symbol, fault in faults.items() if fault]
    if not found:
        return None
    oldest = dotted(abi.version)
    return (
        f"it uses {enumerate_some(found)}, expected only what the stable ABI has since Python {oldest} ({abi.kind}): "
        'raise the floor, build for one version of Python (abi = "version"), or do without'
    )


def column_of(abi: PythonAbi, debug: bool) -> str:
    """Name the Python that a version-specific module is for, as the columns of the table are named."""
    flags = ("t" if abi.free_threaded else "") + ("d" if debug else "")
    return _COLUMN_PREFIXES[abi.implementation] + dotted(abi.version) + flags


def _specific(module: Module, abi: PythonAbi, symbols: list[str], table: SymbolTable) -> Outcome:
    column = column_of(abi, module.debug)
    columns = stand_ins(column, table)
    if not columns:
        return not_checked(f"the symbols of {column} are not recorded")
    windows = module.target.os == "windows"
    missing = [
        name
        for name in symbols
        if not any(table.has(each, name) for each in columns) and not (windows and _on_windows(table, name))
    ]
    if not missing:
        return Outcome(PASSED, "" if columns == [column] else f"{column} is not recorded, {' and '.join(columns)} are")
    found = [f"{name} ({_elsewhere(table, name)})" for name in missing]
    return failed_if(
        f"it uses {enumerate_some(found)}, expected only what {' or '.join(columns)} exports: "
        "put that code under `#[cfg(Py_3_...)]`, or correct the name"
    )


def stand_ins(column: str, table: SymbolTable) -> list[str]:
    """Give the recorded Pythons that tell what a Python exports.

    That is the Python itself. In place of a free-threaded or debug one that is not recorded it is the ordinary one,
    with what the recorded ones of that flavour export besides; none when there are not both.
    """
    if column in table.columns:
        return [column]
    implementation, flags, _, _ = column_key(column)
    plain = column.rstrip("td")
    alike = [each for each in table.columns if column_key(each)[:2] == (implementation, flags)]
    return [plain, *alike] if flags and plain in table.columns and alike else []


def _on_windows(table: SymbolTable, symbol: str) -> bool:
    """Tell whether a symbol is one that the recorded Pythons lack because they run on Linux."""
    return table.stable.get(symbol, "").partition(" ")[2] in WINDOWS_MACROS


def _elsewhere(table: SymbolTable, symbol: str) -> str:
    columns = table.columns_of(symbol)
    return f"in {pyo3_symbol_table.to_ranges(columns, table.columns)}" if columns else "in no recorded Python"
