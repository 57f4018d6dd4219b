"""What libpython is called, by version of PyO3."""

from __future__ import annotations

import pyo3_lib_name
import pyo3_triple
import pyo3_versions
import pytest
from configs import LINUX, NEW, OLD, VERSIONS, WINDOWS
from pyo3_abi import PythonAbi
from pyo3_common import ToolError
from pyo3_lib_name import Library

UNIX = Library(windows=False)
CYGWIN = Library(windows=False, cygwin=True)
MSVC = Library(windows=True)
MSVC_DEBUG = Library(windows=True, debug=True)
MINGW = Library(windows=True, mingw=True)


def name(version: str, abi: str, library: Library) -> str:
    """Give the name for an ABI that is written as IMPLEMENTATION-KIND-MINOR[-debug]."""
    implementation, kind, minor, *debug = abi.split("-")
    python_abi = PythonAbi(implementation, kind, (3, int(minor)), bool(debug))
    return pyo3_lib_name.lib_name(python_abi, pyo3_versions.pyo3_version(version), library)


@pytest.mark.parametrize(
    ("abi", "library", "names"),
    [
        # For 0.22, 0.23, 0.28, 0.29 and 0.30.
        ("CPython-gil_enabled-12", UNIX, "python3.12 python3.12 python3.12 python3.12 python3.12"),
        ("CPython-gil_enabled-12", Library(False, ld_version="3.12d"), " ".join(["python3.12d"] * 5)),
        ("CPython-gil_enabled-12-debug", UNIX, "python3.12 python3.12 python3.12 python3.12 python3.12d"),
        ("CPython-gil_enabled-7", UNIX, "python3.7m python3.7m python3.7m python3.7 python3.7"),
        ("CPython-free_threaded-14", UNIX, "python3.14t python3.14t python3.14t python3.14t python3.14t"),
        ("CPython-abi3-12", UNIX, "python3.12 python3.12 python3.12 python3.12 python3.12"),
        ("CPython-abi3-12", CYGWIN, "python3.12 python3.12 python3 python3 python3"),
        ("PyPy-gil_enabled-11", UNIX, "pypy3.11-c pypy3.11-c pypy3.11-c pypy3.11-c pypy3.11-c"),
        ("PyPy-gil_enabled-8", UNIX, "pypy3-c pypy3.8-c pypy3.8-c pypy3.8-c pypy3.8-c"),
        ("GraalVM-gil_enabled-12", UNIX, " ".join(["python-native"] * 5)),
        ("CPython-gil_enabled-12", MSVC, "python312 python312 python312 python312 python312"),
        ("CPython-abi3-12", MSVC, "python3 python3 python3 python3 python3"),
        ("CPython-free_threaded-14", MSVC, "python314t python314t python314t python314t python314t"),
        ("CPython-gil_enabled-12-debug", MSVC_DEBUG, "python312_d python312_d python312_d python312_d python312_d"),
        ("CPython-abi3-12-debug", MSVC_DEBUG, "python312_d python3_d python3_d python3_d python3_d"),
        ("CPython-abi3-9-debug", MSVC_DEBUG, "python39_d python39_d python39_d python39_d python39_d"),
        ("CPython-free_threaded-14-debug", MSVC_DEBUG, "python314_d " + " ".join(["python314t_d"] * 4)),
        ("CPython-gil_enabled-12-debug", MSVC, "python312 python312 python312 python312 python312_d"),
        ("CPython-gil_enabled-12", MINGW, "python3.12 python3.12 python3.12 libpython3.12 libpython3.12"),
        ("CPython-abi3-12", MINGW, "python3 python3 python3 libpython3 libpython3"),
        ("PyPy-gil_enabled-11", MSVC, "python311 python311 python311 libpypy3.11-c libpypy3.11-c"),
        ("PyPy-abi3-11", MSVC, "python311 python311 python311 libpypy3.11-c libpypy3.11-c"),
        ("GraalVM-gil_enabled-12", MSVC, "python312 python312 python312 python-native python-native"),
    ],
)
def test_names(abi: str, library: Library, names: str) -> None:
    versions = ("0.22.6", "0.23.5", OLD, "0.29.3", NEW)
    assert [name(version, abi, library) for version in versions] == names.split()


def test_rustpython_and_abi3t() -> None:
    assert name(NEW, "RustPython-abi3t-15", UNIX) == "rustpython_capi"
    assert name(NEW, "CPython-abi3t-15", MSVC) == "python3t"
    assert name(NEW, "CPython-abi3t-15-debug", MSVC) == "python3t_d"


@pytest.mark.parametrize("library", [UNIX, MSVC])
def test_free_threaded_python_that_never_was(library: Library) -> None:
    with pytest.raises(ToolError, match=r"cannot build for a free-threaded Python 3\.12, expected 3\.13 or newer"):
        name(OLD, "CPython-free_threaded-12", library)


def test_free_threaded_mingw() -> None:
    with pytest.raises(ToolError, match=r"free-threaded Python for MinGW, PyO3 0\.28\.3 does not support that: choose"):
        name(OLD, "CPython-free_threaded-14", MINGW)
    assert name(NEW, "CPython-free_threaded-14", MINGW) == "libpython3.14t"


@pytest.mark.parametrize("version", VERSIONS)
def test_name_for_a_platform(version: str) -> None:
    abi, pyo3 = PythonAbi("CPython", "gil_enabled", (3, 12), False), pyo3_versions.pyo3_version(version)
    names = {each: pyo3_lib_name.for_target(abi, pyo3, pyo3_triple.parse_triple(each)) for each in (LINUX, WINDOWS)}
    assert names == {LINUX: "python3.12", WINDOWS: "python312"}
