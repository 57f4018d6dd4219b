"""Which symbols Pythons export, and which of them a stable ABI has.

python_symbols.json is written by `tools/bazel run //tools/dev:record_symbols`: what real interpreters export on Linux,
with a column for each version and flavour, and the stable ABI as the package abi3info has it (from CPython's
Misc/stable_abi.toml).
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_common

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyo3_versions import PythonVersion

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python_symbols.json")

# Entry points are an extension's own; PyPy's symbols are PyPyList_New, _PyPy_NoneStruct and the like.
_PYTHON = re.compile(r"_?Py[A-Z_](?!nit_|odExport_)\w*")
_COLUMN = re.compile(r"([a-z]*)(\d+)\.(\d+)(t?d?)")
# USE_STACKCHECK is defined on Windows (CPython 3.15, Include/pythonrun.h).
WINDOWS_MACROS = ("MS_WINDOWS", "USE_STACKCHECK")
_DEBUG_MACROS = ("Py_REF_DEBUG", "Py_TRACE_REFS")


def is_python_symbol(name: str) -> bool:
    """Tell whether a symbol is one that only a Python can have; entry points of modules are not."""
    return _PYTHON.fullmatch(name) is not None


@dataclass(frozen=True)
class SymbolTable:
    """The content of python_symbols.json."""

    columns: Mapping[str, tuple[str, ...]]
    """Origins of each column; columns are named as Pythons are: 3.13, 3.13t, 3.13d, pypy3.11."""
    symbols: Mapping[str, str]
    """Symbol to the columns that export it, as `to_ranges` writes them."""
    stable: Mapping[str, str]
    """Symbol of the stable ABI to the version that added it and, if any, the macro that it depends on."""
    stable_origin: str

    def has(self, column: str, symbol: str) -> bool:
        """Tell whether a recorded Python exports a symbol."""
        return column in self.columns_of(symbol)

    def columns_of(self, symbol: str) -> list[str]:
        """Give the columns that export a symbol, in order."""
        return from_ranges(self.symbols.get(symbol, ""), tuple(self.columns))


def column_key(column: str) -> tuple[str, str, int, int]:
    """Order columns: flavours one after the other, versions in each."""
    matched = _COLUMN.fullmatch(column)
    if matched is None:
        raise ValueError(f"{column!r} names no Python")
    return matched[1], matched[4], int(matched[2]), int(matched[3])


def _flavours(columns: Iterable[str]) -> list[list[str]]:
    flavours: dict[tuple[str, str], list[str]] = {}
    for column in sorted(columns, key=column_key):
        flavours.setdefault(column_key(column)[:2], []).append(column)
    return list(flavours.values())


def to_ranges(found: Iterable[str], columns: Iterable[str]) -> str:
    """Write some of the columns: FIRST-LAST for columns of one flavour that follow each other, with blanks between."""
    wanted = set(found)
    words = []
    for flavour in _flavours(columns):
        run: list[str] = []
        for column in [*flavour, ""]:
            if column in wanted:
                run.append(column)
            elif run:
                words.append(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}")
                run = []
    return " ".join(words)


@functools.cache
def _ordered(columns: tuple[str, ...]) -> list[str]:
    return [column for flavour in _flavours(columns) for column in flavour]


def from_ranges(text: str, columns: tuple[str, ...]) -> list[str]:
    """Read what `to_ranges` writes."""
    ordered = _ordered(columns)
    found = []
    for word in text.split():
        first, _, last = word.partition("-")
        found += ordered[ordered.index(first) : ordered.index(last or first) + 1]
    return found


def stable_fault(table: SymbolTable, symbol: str, floor: PythonVersion, windows: bool, debug: bool) -> str | None:
    """Say why a module for a stable ABI cannot rely on a symbol; None when it can.

    Some releases lack what the stable ABI says that they have, 3.9 for instance PyCFunction_New.

    Args:
        table: the symbols.
        symbol: what the module needs.
        floor: the oldest Python that the module is for.
        windows: whether the module is for Windows.
        debug: whether the module is for debug builds of Python only.
    """
    if symbol not in table.stable:
        return "in no stable ABI"
    added, _, macro = table.stable[symbol].partition(" ")
    major, minor = added.split(".")
    if (int(major), int(minor)) > floor:
        return f"added in {added}"
    if macro in _DEBUG_MACROS and not debug:
        return "in debug builds of Python only"
    if macro in WINDOWS_MACROS and not windows:
        return "on Windows only"
    if macro == "HAVE_FORK" and windows:
        return "not on Windows"
    missing = set() if macro else _releases(tuple(table.columns), floor).difference(table.columns_of(symbol))
    return f"missing in {to_ranges(missing, table.columns)}" if missing else None


@functools.cache
def _releases(columns: tuple[str, ...], floor: PythonVersion) -> frozenset[str]:
    """Give the columns of ordinary CPythons from a version on."""
    keys = {column: column_key(column) for column in columns}
    return frozenset(column for column, key in keys.items() if key[:2] == ("", "") and key[2:] >= floor)


@functools.cache
def symbol_table() -> SymbolTable:
    """Load the table that comes with these rules."""
    return parse(pyo3_common.read_json(PATH, "table of Python's symbols"))


def parse(value: Mapping[str, Any]) -> SymbolTable:
    """Turn the JSON into a SymbolTable."""
    return SymbolTable(
        columns={name: tuple(origins) for name, origins in value["columns"].items()},
        symbols=value["symbols"],
        stable=value["stable"],
        stable_origin=value["stable_origin"],
    )


def to_json_object(table: SymbolTable) -> dict[str, Any]:
    """Give the object that `parse` reads."""
    return {
        "schema": pyo3_common.SCHEMA,
        "columns": {name: list(origins) for name, origins in table.columns.items()},
        "stable": dict(table.stable),
        "stable_origin": table.stable_origin,
        "symbols": dict(table.symbols),
    }
