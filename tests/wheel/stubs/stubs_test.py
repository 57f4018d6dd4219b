"""Stubs in wheels, and what mypy finds of them where they are installed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pyo3_wheel_contents import FILE, Listed
from pyo3_wheel_stubs import place_stubs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

api = pytest.importorskip("mypy.api", reason="mypy is not installed for this Python")

STUB = "def square(side: float) -> float: ...\n"
SUFFIX = "abi3.so"


def listed(*paths: str) -> list[Listed]:
    return [Listed(FILE, path, f"src/{path}") for path in paths]


def places(paths: Iterable[str], *modules: str) -> list[str]:
    return [each.path for each in place_stubs(listed(*paths), modules)]


@pytest.mark.parametrize("module", ["ext.abi3.so", "ext.cpython-314-x86_64-linux-gnu.so", "ext.pyd"])
def test_stub_of_a_module_in_no_package(module: str) -> None:
    assert places([module, "ext.pyi"], module) == [module, "ext-stubs/__init__.pyi"]


@pytest.mark.parametrize(
    ("path", "module"),
    [("pkg/ext.pyi", "pkg/ext.abi3.so"), ("other.pyi", "ext.abi3.so"), ("pkg/ext.pyi", "ext.abi3.so")],
)
def test_other_stubs_stay(path: str, module: str) -> None:
    assert places([module, path], module) == [module, path]


def install(files: Iterable[Listed], folder: Path) -> Path:
    """Make an environment with the files, stubs with a text in them, and give its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (site,) = (folder / "lib").glob("python3*/site-packages")
    for each in files:
        (site / each.path).parent.mkdir(exist_ok=True)
        (site / each.path).write_text(STUB if each.path.endswith(".pyi") else "", encoding="utf-8")
    return folder / "bin" / "python"


def found_type(module: str, python: Path, folder: Path) -> str:
    """Let mypy tell the type of the function's result."""
    user = folder / "user.py"
    user.write_text(f"import {module}\nreveal_type({module}.square(1.0))\n", encoding="utf-8")
    options = ["--python-executable", str(python), "--cache-dir", str(folder / "cache"), "--config-file="]
    said, _, _ = api.run([*options, str(user)])
    return str(said).partition('Revealed type is "')[2].partition('"')[0]


@pytest.mark.skipif(sys.platform == "win32", reason="environments are laid out for POSIX here")
def test_mypy(tmp_path: Path) -> None:
    """What is moved is found; beside the module it would not be."""
    packaged = listed(f"pkg/ext.{SUFFIX}", "pkg/ext.pyi", "pkg/__init__.py", "pkg/py.typed")
    bare = listed(f"bare.{SUFFIX}", "bare.pyi")
    beside = listed(f"beside.{SUFFIX}", "beside.pyi")
    moved = place_stubs([*packaged, *bare], [f"pkg/ext.{SUFFIX}", f"bare.{SUFFIX}"])
    python = install([*moved, *beside], tmp_path / "venv")
    modules = ("pkg.ext", "bare", "beside")
    assert [found_type(module, python, tmp_path) for module in modules] == ["float", "float", "Any"]
