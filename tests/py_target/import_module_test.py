"""The tests that matrices generate: what they accept, what they refuse, and what they say."""

from __future__ import annotations

import importlib.machinery
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyo3_import_module
import pyo3_load_module
import pytest
from pyo3_common import ToolError
from pyo3_import_module import Child
from pyo3_testing import assert_refused, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]
PYTHON = pyo3_import_module.this_python()
FILES = ["_main/pkg/_native.cpython-313-x86_64-linux-gnu.so", "_main/pkg/__init__.py", "_main/pkg/_native.pyi"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Gives a folder on sys.path with a package of one Python module."""
    folder = tmp_path / "root" / "matrix_pkg"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "plain.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(folder.parent)
    yield folder
    for name in [name for name in sys.modules if name.startswith("matrix_pkg")]:
        del sys.modules[name]


def test_this_python() -> None:
    assert PYTHON.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")


def test_module_file() -> None:
    assert pyo3_import_module.module_file("pkg._native", FILES) == FILES[0]
    assert pyo3_import_module.module_file("_native", ["_native.abi3.so"]) == "_native.abi3.so"
    for files in (FILES[1:], [FILES[0], "_main/pkg/_native.abi3.so"]):
        with pytest.raises(ToolError, match=r"named like the module pkg\._native; expected one"):
            pyo3_import_module.module_file("pkg._native", files)


@pytest.mark.parametrize("imported", ["/runfiles/_main/pkg/a.so", "C:\\runfiles\\_main\\pkg\\a.so"])
def test_imported_file(imported: str) -> None:
    pyo3_import_module.check_file("a", imported, "_main/pkg/a.so")


@pytest.mark.parametrize("imported", [None, "/runfiles/_main/pkg/a.abi3.so", "/runfiles/x_main/pkg/a.so"])
def test_other_file(imported: str | None) -> None:
    with pytest.raises(ToolError, match=r"expected one that ends with _main/pkg/a\.so"):
        pyo3_import_module.check_file("a", imported, "_main/pkg/a.so")


def test_gil_contract() -> None:
    pyo3_import_module.check_gil("a", before=False, after=False, gil_used=False)
    pyo3_import_module.check_gil("a", before=False, after=True, gil_used=True)


@pytest.mark.parametrize(
    ("before", "after", "gil_used", "said"),
    [
        (True, True, False, "the GIL was on before a was imported"),
        (False, True, False, "importing a switched the GIL on, expected it to stay off"),
        (False, False, True, "`gil_used` is True, but the GIL stayed off"),
    ],
)
def test_broken_gil_contract(before: bool, after: bool, gil_used: bool, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        pyo3_import_module.check_gil("a", before, after, gil_used)


def test_import_on_a_free_threaded_python(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, False, False, True, False, True])
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: next(answers), raising=False)
    arguments = ("matrix_pkg.plain", "matrix_pkg/plain.py")
    assert pyo3_import_module.import_module(*arguments, "3.14t", gil_used=False).endswith("and the GIL stayed off")
    with pytest.raises(ToolError, match="switched the GIL on"):
        pyo3_import_module.import_module(*arguments, "3.14td", gil_used=False)
    said = pyo3_import_module.import_module(*arguments, "3.14t", gil_used=None)
    assert said == "Python 3.14t imported matrix_pkg/plain.py"


def test_import_with_a_gil(package: Path) -> None:
    said = pyo3_import_module.import_module("matrix_pkg.plain", "matrix_pkg/plain.py", "3.14", gil_used=False)
    assert said == "Python 3.14 imported matrix_pkg/plain.py"


@pytest.mark.parametrize(
    ("child", "said"),
    [
        (Child(pyo3_load_module.UNKNOWN, "its suffixes are .so\n"), "does not know a file of a: its suffixes are .so"),
        (Child(pyo3_load_module.REFUSED, "undefined symbol: PyX\n"), "refused to load a: undefined symbol: PyX"),
    ],
)
def test_refusal(child: Child, said: str) -> None:
    assert pyo3_import_module.check_refusal("a", "3.13t", child) == f"Python 3.13t {said}"


@pytest.mark.parametrize(
    ("child", "said"),
    [
        (Child(pyo3_load_module.LOADED, "/x/a.abi3.so\n"), "loaded a from /x/a.abi3.so, expected it to refuse"),
        (Child(-11, ""), "ended with code -11 when it loaded a, expected an ImportError"),
        (Child(1, "Traceback: boom"), "ended with code 1 when it loaded a, expected an ImportError: Traceback: boom"),
    ],
)
def test_no_refusal(child: Child, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        pyo3_import_module.check_refusal("a", "3.13t", child)


def test_load(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = pyo3_import_module.package_folders("matrix_pkg.plain", ["", str(package.parent)])
    assert folders[1] == str(package)
    assert pyo3_load_module.main(["matrix_pkg.plain", *folders]) == pyo3_load_module.LOADED
    assert capsys.readouterr().out.endswith("plain.py\n")
    (package / f"no_library{SUFFIX}").write_bytes(b"text")
    assert pyo3_load_module.main(["matrix_pkg.no_library", *folders]) == pyo3_load_module.REFUSED
    assert "no_library" in capsys.readouterr().out
    (package / "other.cpython-399-x86_64-linux-gnu.so").write_bytes(b"")
    assert pyo3_load_module.main(["matrix_pkg.other", *folders]) == pyo3_load_module.UNKNOWN
    assert SUFFIX in capsys.readouterr().out


def test_program(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--module", "matrix_pkg.other", "--python", PYTHON, "--refused"]
    (package / "other.cpython-399-x86_64-linux-gnu.so").write_bytes(b"")
    assert run_tool(pyo3_import_module.main, options, capsys).code == 0
    (package / "other.py").write_text("", encoding="utf-8")
    assert_refused(run_tool(pyo3_import_module.main, options, capsys), "expected it to refuse", "`refused_by`")
    (package / "other.py").write_text("import os; os.abort()", encoding="utf-8")
    assert_refused(run_tool(pyo3_import_module.main, options, capsys), "it does not survive")


def test_program_under_another_python(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_tool(pyo3_import_module.main, ["--module", "a", "--python", "3.99", "a.so"], capsys)
    assert_refused(result, f"the test is for Python 3.99 and runs under {PYTHON}", "check that the toolchain")


def test_program_imports(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--module", "matrix_pkg.plain", "--python", PYTHON]
    assert_refused(
        run_tool(pyo3_import_module.main, [*options, "_main/matrix_pkg/plain.so"], capsys),
        "importing matrix_pkg.plain took the file",
    )
