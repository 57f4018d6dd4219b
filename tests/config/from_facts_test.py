"""What follows from the facts of an interpreter: ABI, flags, library."""

from __future__ import annotations

from typing import Any

import pyo3_abi
import pyo3_facts
import pyo3_from_facts
import pyo3_triple
import pyo3_versions
import pytest
from configs import LINUX, NEW, OLD, WINDOWS, other_version
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig
from recorded_facts import facts

PYO3 = pyo3_versions.pyo3_version("0.30.1")


def configured(of: pyo3_facts.Facts, features: tuple[str, ...] = (), target: str = LINUX) -> InterpreterConfig:
    return pyo3_from_facts.configure(of, features, PYO3, pyo3_triple.parse_triple(target), [])


@pytest.mark.parametrize(
    ("minor", "letters", "features", "abi"),
    [
        (14, "", (), "CPython-gil_enabled-3.14"),
        (14, "d", (), "CPython-gil_enabled-3.14-debug"),
        (14, "t", (), "CPython-free_threaded-3.14"),
        (14, "td", (), "CPython-free_threaded-3.14-debug"),
        (14, "", ("abi3",), "CPython-abi3-3.14"),
        (14, "d", ("abi3-py39",), "CPython-abi3-3.9-debug"),
        # What follows is PyO3's choice between requested and available stable ABIs.
        (14, "t", ("abi3", "abi3t"), "CPython-free_threaded-3.14"),
        (14, "", ("abi3t",), "CPython-gil_enabled-3.14"),
        (14, "", ("abi3t", "abi3-py312"), "CPython-abi3-3.12"),
        (15, "", ("abi3t", "abi3-py312"), "CPython-abi3t-3.15"),
        (15, "", ("abi3-py312",), "CPython-abi3-3.12"),
        (15, "t", ("abi3",), "CPython-free_threaded-3.15"),
        (15, "t", ("abi3t-py315",), "CPython-abi3t-3.15"),
        (16, "", ("abi3",), "CPython-abi3-3.15"),
        (16, "", (), "CPython-gil_enabled-3.16"),
    ],
)
def test_target_abi(minor: int, letters: str, features: tuple[str, ...], abi: str) -> None:
    config = configured(other_version(minor, letters), features)
    assert str(config.target_abi) == abi
    assert ("Py_GIL_DISABLED" in config.build_flags) == config.target_abi.free_threaded
    assert pyo3_abi.parse_abi(abi, PYO3) == config.target_abi


def test_debug_brings_its_flags() -> None:
    assert configured(other_version(14, "d")).build_flags == {"Py_DEBUG", "Py_REF_DEBUG"}
    by_name = other_version(12, build_flags=[], debug=True, ext_suffix="_d.cp312-win_amd64.pyd", extension_suffixes=[])
    assert configured(by_name, target=WINDOWS).build_flags == {"Py_DEBUG", "Py_REF_DEBUG"}


def test_flags_that_this_pyo3_does_not_read() -> None:
    assert configured(facts(build_flags=["COUNT_ALLOCS", "Py_TRACE_REFS"])).build_flags == {"COUNT_ALLOCS"}


@pytest.mark.parametrize(
    ("changed", "features", "lib_name"),
    [
        ({"minor": 13}, (), "python313"),
        ({"minor": 13}, ("abi3",), "python3"),
        ({"minor": 14, "letters": "t"}, (), "python314t"),
        ({"minor": 14, "letters": "td"}, (), "python314t_d"),
        ({"minor": 15, "letters": "t"}, ("abi3t",), "python3t"),
        ({"minor": 14, "letters": "d"}, ("abi3-py310",), "python3_d"),
        ({"minor": 14, "letters": "d"}, ("abi3-py39",), "python39_d"),
        ({"minor": 14, "mingw": True, "platform": "mingw_x86_64"}, (), "libpython3.14"),
        ({"minor": 14, "mingw": True, "platform": "mingw_x86_64"}, ("abi3",), "libpython3"),
    ],
)
def test_library_of_windows(changed: dict[str, Any], features: tuple[str, ...], lib_name: str) -> None:
    assert configured(other_version(**changed), features, WINDOWS).lib_name == lib_name


@pytest.mark.parametrize(
    ("name", "target", "lib_name"),
    [
        ("pypy-3.11-linux-x86_64", LINUX, "pypy3.11-c"),
        ("pypy-3.11-linux-x86_64", WINDOWS, "libpypy3.11-c"),
        ("graalpy-25.2-linux-x86_64", LINUX, "python-native"),
        ("graalpy-25.2-linux-x86_64", WINDOWS, "python-native"),
    ],
)
def test_library_of_other_implementations(name: str, target: str, lib_name: str) -> None:
    assert configured(facts(name), target=target).lib_name == lib_name


def test_library_where_ld_version_is_missing() -> None:
    assert configured(other_version(14, "t", ld_version=None)).lib_name == "python3.14t"
    cygwin = other_version(14, ld_version=None, cygwin=True)
    assert configured(cygwin, ("abi3",), "x86_64-pc-cygwin").lib_name == "python3"


def test_rustpython_has_abi3t_only() -> None:
    changed = {"implementation": "RustPython", "implementation_name": "rustpython", "ext_suffix": ".so"}
    rustpython = facts(**changed, extension_suffixes=[".so"])
    assert str(configured(rustpython).target_abi) == "RustPython-abi3t-3.14"
    with pytest.raises(ToolError, match="RustPython supports only abi3t, the configured ABI is abi3"):
        configured(rustpython, ("abi3",))


@pytest.mark.parametrize(
    ("version", "minor", "flags"),
    [("0.22.6", 13, ()), (OLD, 12, ()), (OLD, 13, ("COUNT_ALLOCS", "Py_TRACE_REFS")), (NEW, 13, ("COUNT_ALLOCS",))],
)
def test_build_flags_on_windows(version: str, minor: int, flags: tuple[str, ...]) -> None:
    of = other_version(minor, build_flags=["COUNT_ALLOCS", "Py_TRACE_REFS"])
    target = pyo3_triple.parse_triple(WINDOWS)
    config = pyo3_from_facts.configure(of, [], pyo3_versions.pyo3_version(version), target, [])
    assert config.build_flags == set(flags)
