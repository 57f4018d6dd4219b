"""Records which symbols a Python exports: `tools/bazel run //tools/dev:record_symbols -- [COLUMN ORIGIN FILE]`.

COLUMN names the Python as 3.14, 3.14t, 3.14d or pypy3.11; ORIGIN says where FILE comes from, which is a libpython or a
program with Python in it. What several files of one column export is joined, since patch releases add symbols. The
stable ABI is taken from the package abi3info each time; without arguments nothing else is.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import abi3info
import pyo3_binary
import pyo3_common
import pyo3_symbol_table
from dev_common import DevError, checkout, write
from pyo3_symbol_table import SymbolTable, column_key, is_python_symbol, to_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LOCK = "tools/requirements_lock.txt"
TABLE = "tools/extension/python_symbols.json"


def stable_symbols() -> dict[str, str]:
    """Give the stable ABI as abi3info has it: symbol to "X.Y" or "X.Y MACRO"."""
    symbols = {}
    for entry in (*abi3info.FUNCTIONS.values(), *abi3info.DATAS.values()):
        macro = f" {entry.ifdef.name}" if entry.ifdef else ""
        symbols[entry.symbol.name] = f"{entry.added}{macro}"
    return dict(sorted(symbols.items()))


def locked_abi3info(lock: str) -> str:
    """Read from a lock of Python libraries which abi3info this is."""
    matched = re.search(r"^abi3info==(\S+)", lock, re.MULTILINE)
    if matched is None:
        raise DevError(f"{LOCK} does not name abi3info; expected: its version; run //tools/dev:lock_wheels")
    return f"abi3info {matched[1]}"


def exported_by(path: str) -> set[str]:
    """Give the Python symbols that a file exports."""
    _, binaries = pyo3_binary.read_binaries(path, path)
    found = {name for binary in binaries for name in binary.exports if is_python_symbol(name)}
    if not found:
        raise DevError(f"{path} exports no Python symbol; expected: a libpython, or a python with --export-dynamic")
    return found


def merged(table: SymbolTable, column: str, origin: str, exported: Iterable[str]) -> SymbolTable:
    """Add what one file exports to a column, a new one if need be.

    Raises:
        DevError: the column's name is that of no Python.
    """
    try:
        column_key(column)
    except ValueError as error:
        raise DevError(f"{error}; expected: X.Y, X.Yt, X.Yd, X.Ytd, pypyX.Y or graalpyX.Y") from error
    found = {symbol: set(table.columns_of(symbol)) for symbol in table.symbols}
    for symbol in exported:
        found.setdefault(symbol, set()).add(column)
    origins = {*table.columns.get(column, ()), origin}
    columns = {**table.columns, column: tuple(sorted(origins))}
    ordered = {name: columns[name] for name in sorted(columns, key=column_key)}
    return SymbolTable(ordered, ranges(found, ordered), table.stable, table.stable_origin)


def ranges(found: Mapping[str, set[str]], columns: Iterable[str]) -> dict[str, str]:
    """Write the columns of each symbol."""
    names = list(columns)
    return {symbol: to_ranges(found[symbol], names) for symbol in sorted(found)}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the table anew."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if len(arguments) not in (0, 3):
            raise DevError(f"there are {len(arguments)} arguments; expected: COLUMN ORIGIN FILE, or none")
        root = checkout(os.environ)
        path = root / TABLE
        old = pyo3_symbol_table.parse(pyo3_common.read_json(str(path), "table")) if path.exists() else None
        origin = locked_abi3info((root / LOCK).read_text(encoding="utf-8"))
        table = SymbolTable(old.columns if old else {}, old.symbols if old else {}, stable_symbols(), origin)
        if arguments:
            table = merged(table, arguments[0], arguments[1], exported_by(os.path.abspath(arguments[2])))
        write(path, pyo3_common.to_json(pyo3_symbol_table.to_json_object(table)))
        print(f"wrote {TABLE}: {len(table.symbols)} symbols of {', '.join(table.columns)}")
    except (DevError, pyo3_common.ToolError, OSError) as error:
        print(f"ERROR: //tools/dev:record_symbols: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
