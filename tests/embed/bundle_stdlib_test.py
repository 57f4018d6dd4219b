"""Which files of a standard library a bundle takes, and where it finds them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyo3_bundle_stdlib
import pytest
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so")


@pytest.mark.parametrize(
    "path",
    [
        "os.py",
        "json/decoder.py",
        "unittest/mock.py",
        "LICENSE.txt",
        "_sysconfigdata__linux_x86_64-linux-gnu.py",
        "_sysconfig_vars__linux_x86_64-linux-gnu.json",
        "pydoc_data/_pydoc.css",
        "lib-dynload/_ssl.cpython-314-x86_64-linux-gnu.so",
        "lib-dynload/_other.abi3.so",
        "lib-dynload/plain.so",
        "lib-dynload/_xxsubinterpreters.cpython-314-x86_64-linux-gnu.so",
    ],
)
def test_taken(path: str) -> None:
    assert pyo3_bundle_stdlib.is_taken(path, SUFFIXES)


@pytest.mark.parametrize(
    "path",
    [
        "test/test_os.py",
        "sqlite3/test/dump.py",
        "lib2to3/tests/data/crlf.py",
        "json/__pycache__/decoder.cpython-314.pyc",
        "old.pyc",
        "idlelib/run.py",
        "turtledemo/clock.py",
        "ensurepip/__main__.py",
        "site-packages/six.py",
        "dist-packages/six.py",
        "config-3.14-x86_64-linux-gnu/Makefile",
        "sitecustomize.py",
        "usercustomize.py",
        "EXTERNALLY-MANAGED",
        "build-details.json",
        "lib-dynload/_ssl.cpython-314d-x86_64-linux-gnu.so",
        "lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so",
        "lib-dynload/_testcapi.cpython-314-x86_64-linux-gnu.so",
        "lib-dynload/_ctypes_test.cpython-314-x86_64-linux-gnu.so",
        "lib-dynload/xxlimited_35.cpython-314-x86_64-linux-gnu.so",
    ],
)
def test_left(path: str) -> None:
    assert not pyo3_bundle_stdlib.is_taken(path, SUFFIXES)


def fill(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("", encoding="utf-8")


def answer(stdlib: Path, platstdlib: Path, platlibdir: str = "lib") -> str:
    folders = {"stdlib": str(stdlib), "platstdlib": str(platstdlib), "platlibdir": platlibdir, "lib_dir": "/usr/lib64"}
    return json.dumps({"schema": 1, **folders})


def test_installed(tmp_path: Path) -> None:
    """Modules for the processor may have a folder of their own, and the prefix another name for lib."""
    pure, native = tmp_path / "lib" / "python3.14t", tmp_path / "lib64" / "python3.14t"
    fill(pure, "os.py", "json/decoder.py", "test/test_os.py")
    fill(native, "lib-dynload/_ssl.abi3.so")
    (pure / "gone.py").symlink_to("nowhere")
    found = pyo3_bundle_stdlib.from_answer(answer(pure, native, "lib64"), "python3.14t", "3.14", SUFFIXES)
    assert (found.place, found.lib_dir) == ("lib64/python3.14t", "/usr/lib64")
    assert found.files == (
        ("json/decoder.py", str(pure / "json/decoder.py")),
        ("lib-dynload/_ssl.abi3.so", str(native / "lib-dynload/_ssl.abi3.so")),
        ("os.py", str(pure / "os.py")),
    )


def test_nothing_is_installed(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        pyo3_bundle_stdlib.from_answer(answer(tmp_path, tmp_path), "/usr/bin/python3.14", "3.14", SUFFIXES)
    message = str(caught.value)
    assert f"/usr/bin/python3.14 names {tmp_path}, without an os.py" in message
    assert "Install it (Debian: libpython3.14-stdlib, Fedora: python3-libs)" in message


def test_in_the_build() -> None:
    top = "external/python_3_14"
    files = [f"{top}/bin/python3", f"{top}/lib/libpython3.14.so.1.0", f"{top}/lib/python3.13/os.py"]
    files += [f"{top}/lib/python3.14/{path}" for path in ("os.py", "json/decoder.py", "test/test_os.py")]
    found = pyo3_bundle_stdlib.from_runtime(files, "3.14", SUFFIXES)
    assert found.place == "lib/python3.14"
    assert [path for path, _ in found.files] == ["json/decoder.py", "os.py"]
    assert found.files[1] == ("os.py", f"{top}/lib/python3.14/os.py")


def test_a_free_threaded_python_in_the_build() -> None:
    found = pyo3_bundle_stdlib.from_runtime(["python/lib/python3.13t/os.py"], "3.13", SUFFIXES)
    assert found.place == "lib/python3.13t"


def test_nothing_is_in_the_build() -> None:
    with pytest.raises(ToolError, match=r"none of the 1 files of the toolchain's runtime is lib/python3\.14/os\.py"):
        pyo3_bundle_stdlib.from_runtime(["python/lib/python3.13/os.py"], "3.14", SUFFIXES)
