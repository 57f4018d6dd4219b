"""The table of Python's symbols, and what the gate python_symbols concludes from it."""

from __future__ import annotations

import pathlib

import pyo3_gate_symbols
import pyo3_symbol_table
import pytest
import record_symbols
from gate_testing import WINDOWS, binary, module
from pyo3_gate import FAILED, NOT_CHECKED, PASSED, Outcome
from pyo3_symbol_table import SymbolTable, from_ranges, is_python_symbol, stable_fault, symbol_table, to_ranges

COLUMNS = ("3.8", "3.9", "3.10", "3.13", "3.13d", "3.13t", "3.14", "pypy3.11")


@pytest.mark.parametrize(
    "name",
    ["PyList_New", "_PyObject_New", "Py_None", "_Py_NoneStruct", "PyPyList_New", "_PyPy_NoneStruct", "PyInitial"],
)
def test_python_symbols(name: str) -> None:
    assert is_python_symbol(name)


@pytest.mark.parametrize(
    "name",
    ["PyInit_m", "PyModExport_m", "PYO3_INTROSPECTION_1_m", "Pyramid", "pypy_init", "__Py_x", "xPyList_New", "_ZN2Py"],
)
def test_other_symbols(name: str) -> None:
    assert not is_python_symbol(name)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([], ""),
        (["3.9"], "3.9"),
        (["3.8", "3.9", "3.10"], "3.8-3.10"),
        (["3.8", "3.10", "3.13", "3.14"], "3.8 3.10-3.14"),
        (["pypy3.11", "3.13t", "3.13d", "3.13"], "3.13 3.13d 3.13t pypy3.11"),
    ],
)
def test_ranges(found: list[str], text: str) -> None:
    assert to_ranges(found, COLUMNS) == text
    assert set(from_ranges(text, COLUMNS)) == set(found)


@pytest.mark.parametrize("name", ["", "3", "3.13x", "3.13dt"])
def test_columns_that_name_no_python(name: str) -> None:
    with pytest.raises(ValueError, match="names no Python"):
        pyo3_symbol_table.column_key(name)


def test_recorded_pythons() -> None:
    table = symbol_table()
    pythons = [f"3.{minor}" for minor in range(7, 16)]
    assert list(from_ranges("3.7-3.15", tuple(table.columns))) == pythons
    assert set(table.columns) == {*pythons, "3.13d", "3.14d", "3.15d", "3.13t", "pypy3.11"}
    assert all(table.columns.values())
    assert all(map(is_python_symbol, table.symbols))
    assert pathlib.Path(pyo3_symbol_table.PATH).stat().st_size < 300_000


def test_every_python_exports_the_stable_abi() -> None:
    """The two sources agree, so that the gate is right on what they both say."""
    table = symbol_table()
    floors = [(3, minor) for minor in range(7, 16)]
    faults = {(name, stable_fault(table, name, floor, False, False)) for name in table.stable for floor in floors}
    # CPython 3.9 has a macro instead.
    assert {fault for fault in faults if "missing" in str(fault[1])} == {("PyCFunction_New", "missing in 3.9")}


def test_stable_abi_is_that_of_abi3info() -> None:
    table = symbol_table()
    assert table.stable == record_symbols.stable_symbols()


TABLE = SymbolTable(
    columns=dict.fromkeys(COLUMNS, ("somewhere",)),
    symbols={
        "PyOld": "3.8-3.9",
        "PyAll": "3.8-3.14 3.13d 3.13t",
        "PyGap": "3.8-3.9 3.13",
        "PyNew": "3.13-3.14",
        "PyDebug": "3.13d",
        "PyThreads": "3.13t",
        "PyPyAll": "pypy3.11",
    },
    stable={
        "PyAll": "3.2",
        "PyNew": "3.12",
        "PyNewest": "3.15",
        "PyGap": "3.2",
        "PyFork": "3.7 HAVE_FORK",
        "PyWin": "3.7 MS_WINDOWS",
        "PyStack": "3.7 USE_STACKCHECK",
        "PyDebug": "3.10 Py_REF_DEBUG",
        "PyTrace": "3.2 Py_TRACE_REFS",
        "PyThread": "3.2 PY_HAVE_THREAD_NATIVE_ID",
    },
    stable_origin="a test",
)


@pytest.mark.parametrize(
    ("symbol", "windows", "debug", "fault"),
    [
        ("PyAll", False, False, None),
        ("PyNew", False, False, None),
        ("PyNewest", False, False, "added in 3.15"),
        ("PyOther", False, False, "in no stable ABI"),
        ("PyGap", False, False, "missing in 3.14"),
        ("PyFork", False, False, None),
        ("PyFork", True, False, "not on Windows"),
        ("PyWin", True, False, None),
        ("PyWin", False, False, "on Windows only"),
        ("PyStack", True, False, None),
        ("PyStack", False, False, "on Windows only"),
        ("PyDebug", False, True, None),
        ("PyDebug", False, False, "in debug builds of Python only"),
        ("PyTrace", True, False, "in debug builds of Python only"),
        ("PyThread", False, False, None),
    ],
)
def test_stable_fault(symbol: str, windows: bool, debug: bool, fault: str | None) -> None:
    assert stable_fault(TABLE, symbol, (3, 12), windows, debug) == fault


@pytest.mark.parametrize(
    ("column", "columns"),
    [
        ("3.13", ["3.13"]),
        ("3.13t", ["3.13t"]),
        ("3.14t", ["3.14", "3.13t"]),
        ("3.10d", ["3.10", "3.13d"]),
        ("3.13td", []),
        ("3.15t", []),
        ("3.15", []),
        ("pypy3.10", []),
        ("graalpy3.12", []),
    ],
)
def test_stand_ins(column: str, columns: list[str]) -> None:
    assert pyo3_gate_symbols.stand_ins(column, TABLE) == columns


def check(abi: str, *undefined: str, target: str | None = None) -> Outcome:
    changes = {"target": target} if target else {}
    return pyo3_gate_symbols.check(module(abi, **changes), binary(undefined=["malloc", *undefined]))


@pytest.fixture
def small_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyo3_gate_symbols, "symbol_table", lambda: TABLE)


@pytest.mark.usefixtures("small_table")
@pytest.mark.parametrize(
    ("abi", "symbol", "outcome"),
    [
        ("CPython-gil_enabled-3.13", "PyAll", Outcome(PASSED)),
        ("CPython-gil_enabled-3.13-debug", "PyDebug", Outcome(PASSED)),
        ("CPython-free_threaded-3.13", "PyThreads", Outcome(PASSED)),
        ("CPython-free_threaded-3.14", "PyThreads", Outcome(PASSED, "3.14t is not recorded, 3.14 and 3.13t are")),
        ("PyPy-gil_enabled-3.11", "PyPyAll", Outcome(PASSED)),
        ("PyPy-gil_enabled-3.10", "PyPyAll", Outcome(NOT_CHECKED, "the symbols of pypy3.10 are not recorded")),
        ("GraalVM-gil_enabled-3.12", "PyAll", Outcome(NOT_CHECKED, "the symbols of graalpy3.12 are not recorded")),
        ("CPython-gil_enabled-3.15", "PyAll", Outcome(NOT_CHECKED, "the symbols of 3.15 are not recorded")),
        ("RustPython-abi3t-3.15", "PyAll", Outcome(NOT_CHECKED, "nothing is recorded of RustPython")),
        ("PyPy-abi3-3.11", "PyPyAll", Outcome(PASSED)),
    ],
)
def test_outcomes(abi: str, symbol: str, outcome: Outcome) -> None:
    assert check(abi, symbol) == outcome


@pytest.mark.usefixtures("small_table")
@pytest.mark.parametrize(
    ("abi", "symbol", "message"),
    [
        ("CPython-gil_enabled-3.13", "PyOld", "it uses PyOld (in 3.8-3.9), expected only what 3.13 exports: "),
        ("CPython-gil_enabled-3.13", "PyWin", "it uses PyWin (in no recorded Python), expected"),
        ("CPython-gil_enabled-3.13", "PyThreads", "it uses PyThreads (in 3.13t), expected"),
        ("CPython-free_threaded-3.14", "PyOld", "expected only what 3.14 or 3.13t exports"),
        (
            "CPython-abi3-3.11",
            "PyNew",
            "it uses PyNew (added in 3.12), expected only what the stable ABI has since Python 3.11",
        ),
        (
            "CPython-abi3t-3.15",
            "PyOld",
            "it uses PyOld (in no stable ABI), expected only what the stable ABI has since",
        ),
        (
            "PyPy-gil_enabled-3.11",
            "PyAll",
            "it uses PyAll (in 3.8-3.14 3.13d 3.13t), expected only what pypy3.11 exports",
        ),
    ],
)
def test_messages(abi: str, symbol: str, message: str) -> None:
    outcome = check(abi, symbol)
    assert outcome.result == FAILED
    assert message in outcome.reason


@pytest.mark.usefixtures("small_table")
def test_what_only_windows_has() -> None:
    for symbol in ("PyWin", "PyStack"):
        assert check("CPython-gil_enabled-3.13", symbol).result == FAILED
        assert check("CPython-gil_enabled-3.13", symbol, target=WINDOWS).result == PASSED
    assert check("CPython-gil_enabled-3.13", "PyFork", target=WINDOWS).result == FAILED


def test_real_free_threaded_symbols() -> None:
    symbols = ("PyUnstable_Module_SetGIL", "_Py_DecRefShared", "_Py_MergeZeroLocalRefcount", "PyCriticalSection_Begin")
    assert check("CPython-free_threaded-3.13", *symbols) == Outcome(PASSED)
    assert check("CPython-free_threaded-3.14", *symbols).result == PASSED
    assert check("CPython-gil_enabled-3.14", *symbols).result == FAILED
