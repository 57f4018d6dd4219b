"""Recording the symbols of Pythons, on a small copy of a checkout."""

from __future__ import annotations

import json
import pathlib
import shutil
import sys
import sysconfig

import pyo3_symbol_table
import pytest
import record_symbols
from dev_common import DevError
from pyo3_symbol_table import SymbolTable

LOCK = "# a lock\nabi3info==2026.1.1 --hash=sha256:0\n"
TABLE = SymbolTable({"3.12": ("a",)}, {"PyA": "3.12", "PyB": "3.12"}, {}, "")


@pytest.fixture
def root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("BUILD_WORKSPACE_DIRECTORY", str(tmp_path))
    (tmp_path / "tools" / "extension").mkdir(parents=True)
    (tmp_path / record_symbols.LOCK).write_text(LOCK, encoding="utf-8")
    return tmp_path


def read(root: pathlib.Path) -> SymbolTable:
    return pyo3_symbol_table.parse(json.loads((root / record_symbols.TABLE).read_text(encoding="utf-8")))


def test_stable_abi_alone(root: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record_symbols.main([]) == 0
    table = read(root)
    assert (table.columns, table.symbols, table.stable_origin) == ({}, {}, "abi3info 2026.1.1")
    assert table.stable["PyList_New"] == "3.2"
    assert table.stable["PyErr_SetFromWindowsErr"] == "3.7 MS_WINDOWS"
    assert capsys.readouterr().out == f"wrote {record_symbols.TABLE}: 0 symbols of \n"


def test_this_python(root: pathlib.Path) -> None:
    folder = pathlib.Path(str(sysconfig.get_config_var("LIBDIR")))
    libraries = [folder / str(sysconfig.get_config_var(name)) for name in ("INSTSONAME", "LDLIBRARY")]
    found = next((path for path in libraries if path.suffix != ".a" and path.is_file()), pathlib.Path(sys.executable))
    assert record_symbols.main(["3.99", "this one", str(found.resolve())]) == 0
    table = read(root)
    assert table.columns == {"3.99": ("this one",)}
    assert table.symbols["PyList_New"] == "3.99"
    assert set(map(pyo3_symbol_table.is_python_symbol, table.symbols)) == {True}


def test_what_was_recorded_stays(root: pathlib.Path) -> None:
    shutil.copyfile(pyo3_symbol_table.PATH, root / record_symbols.TABLE)
    before = read(root)
    assert record_symbols.main([]) == 0
    after = read(root)
    assert (after.columns, after.symbols) == (before.columns, before.symbols)


def test_a_new_column_and_more_of_it() -> None:
    table = record_symbols.merged(TABLE, "3.13", "one build", ["PyB", "PyC"])
    assert list(table.columns) == ["3.12", "3.13"]
    assert table.symbols == {"PyA": "3.12", "PyB": "3.12-3.13", "PyC": "3.13"}
    table = record_symbols.merged(table, "3.13", "another", ["PyA"])
    assert table.columns["3.13"] == ("another", "one build")
    assert table.symbols == {"PyA": "3.12-3.13", "PyB": "3.12-3.13", "PyC": "3.13"}
    assert record_symbols.merged(table, "3.13", "another", ["PyA"]) == table


def test_a_column_between_others() -> None:
    table = SymbolTable({"3.11": ("a",), "3.13": ("b",)}, {"PyA": "3.11-3.13"}, {}, "")
    assert record_symbols.merged(table, "3.12", "c", ["PyB"]).symbols == {"PyA": "3.11 3.13", "PyB": "3.12"}


def test_a_column_of_no_python() -> None:
    with pytest.raises(DevError, match=r"'python3' names no Python; expected: X\.Y, X\.Yt, X\.Yd, X\.Ytd, pypyX\.Y or"):
        record_symbols.merged(TABLE, "python3", "a", [])


def test_a_file_without_python_symbols() -> None:
    sample = pathlib.Path(__file__).parents[1] / "extension" / "testdata" / "sample.elf"
    with pytest.raises(DevError, match=r"sample.elf exports no Python symbol; expected: a libpython, or a python with"):
        record_symbols.exported_by(str(sample))


def test_a_lock_without_abi3info() -> None:
    with pytest.raises(DevError, match=r"requirements_lock.txt does not name abi3info; expected: its version; run"):
        record_symbols.locked_abi3info("# nothing\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["3.13", "here"], "there are 2 arguments; expected: COLUMN ORIGIN FILE, or none"),
        (["3.13", "here", "/absent"], "No such file or directory: '/absent'"),
    ],
)
def test_refused(arguments: list[str], message: str, root: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record_symbols.main(arguments) == 1
    stderr = capsys.readouterr().err
    assert stderr.startswith("ERROR: //tools/dev:record_symbols: ")
    assert message in stderr
    assert not (root / record_symbols.TABLE).exists()
