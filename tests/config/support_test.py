"""What each version of PyO3 refuses or warns of."""

from __future__ import annotations

import pyo3_config_file
import pyo3_support
import pyo3_triple
import pyo3_versions
import pytest
from configs import LINUX, NEW, OLD, VERSIONS
from pyo3_common import ToolError
from pyo3_settings import Settings

ABI3 = {"PYO3_USE_ABI3_FORWARD_COMPATIBILITY": "1"}
STABLE = {"PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY": "1"}
SKIP = {"UNSAFE_PYO3_SKIP_VERSION_CHECK": "1"}


def check(version: str, text: str, environment: dict[str, str] | None = None, target: str = LINUX) -> list[str]:
    """Check a config file's text; lines are separated by blanks."""
    pyo3 = pyo3_versions.pyo3_version(version)
    config = pyo3_config_file.read(text.replace(" ", "\n"), pyo3)
    triple = pyo3_triple.parse_triple(target)
    return pyo3_support.check(config, pyo3, triple, Settings.from_environment(environment or {}))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("implementation", ["CPython", "PyPy", "GraalVM"])
def test_r68_range_of_every_version(version: str, implementation: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    oldest, newest = pyo3.python[implementation]
    for each in (oldest, newest):
        assert check(version, f"version={each[0]}.{each[1]} implementation={implementation}") == []
    with pytest.raises(ToolError, match=f"PyO3 {version} supports .* to .*: choose a newer interpreter"):
        check(version, f"version=3.{oldest[1] - 1} implementation={implementation}")
    experimental = version >= OLD and (implementation == "CPython" or version == NEW)
    if experimental:
        (warning,) = check(version, f"version=3.{newest[1] + 1} implementation={implementation}")
        assert f"is experimental in PyO3 {version}" in warning
    if implementation == "GraalVM" and version == NEW:
        assert check(version, f"version=3.{newest[1] + 2} implementation=GraalVM") == []
    else:
        with pytest.raises(ToolError, match=f"PyO3 {version} supports .*: choose an older interpreter or a newer PyO3"):
            check(version, f"version=3.{newest[1] + 1 + experimental} implementation={implementation}")


@pytest.mark.parametrize("version", VERSIONS)
def test_forward_compatibility(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    for name in pyo3.forward_compatibility:
        assert check(version, "version=3.17", {name: "1"}) == []
        with pytest.raises(ToolError, match=f"or set {pyo3.forward_compatibility[-1]}=1 to build for the stable ABI"):
            check(version, "version=3.17", {name: "0"})
    pypy = "version=3.17 implementation=PyPy"
    if version == NEW:
        assert check(version, pypy, STABLE) == []
        return
    with pytest.raises(ToolError, match="choose an older interpreter or a newer PyO3"):
        check(version, pypy, {**ABI3, **STABLE})


def test_forward_compatibility_of_free_threaded_pythons() -> None:
    text = "version=3.17 build_flags=Py_GIL_DISABLED"
    assert check(NEW, text, STABLE) == []
    with pytest.raises(ToolError, match="or set PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1"):
        check(NEW, text, ABI3)
    with pytest.raises(ToolError, match="a free-threaded Python of this version has no stable ABI"):
        check(OLD, text, ABI3)


@pytest.mark.parametrize("version", VERSIONS)
def test_unsafe_skip(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    too_old = "version=3.9 implementation=PyPy" if version >= "0.27" else "version=3.17"
    assert check(version, too_old, SKIP) == []
    with pytest.raises(ToolError, match=r"choose an? (newer|older) interpreter"):
        check(version, too_old, {"UNSAFE_PYO3_SKIP_VERSION_CHECK": "yes"})
    with pytest.raises(ToolError, match=r"pointers of 64 bits, the Python interpreter of 32: .*same architecture"):
        check(version, f"{too_old} pointer_width=32", SKIP)
    oldest = pyo3.python_min[1]
    with pytest.raises(
        ToolError, match=rf"has no code for one before 3\.{oldest}, whatever is skipped: choose a newer"
    ):
        check(version, f"version=3.{oldest - 1}", SKIP)


def test_free_threaded_python_with_22() -> None:
    text = "version=3.13 build_flags=Py_GIL_DISABLED"
    with pytest.raises(
        ToolError, match=r"is a free-threaded Python, PyO3 0\.22\.6 supports none: choose one with the GIL"
    ):
        check("0.22.6", text)
    assert check("0.22.6", text, {"UNSAFE_PYO3_BUILD_FREE_THREADED": "1"}) == []
    assert check("0.23.5", text) == []


def test_free_threaded_python_that_is_too_old_from_29_on() -> None:
    text = "version=3.13 build_flags=Py_GIL_DISABLED"
    assert check(OLD, text) == []
    for version in ("0.29.3", NEW):
        with pytest.raises(
            ToolError, match=r"a free-threaded Python 3\.13, .* supports free-threaded builds from 3\.14"
        ):
            check(version, text)


def test_free_threaded_build_of_another_implementation() -> None:
    text = "version=3.14 implementation=PyPy target_abi=PyPy-free_threaded-3.14"
    assert check("0.29.3", text) == []
    with pytest.raises(ToolError, match="free-threaded build of CPython only, the interpreter is PyPy: choose another"):
        check(NEW, text)


@pytest.mark.parametrize(
    ("version", "text", "warning"),
    [
        (OLD, "version=3.11 implementation=PyPy abi3=true", "PyPy has no abi3"),
        (OLD, "version=3.12 implementation=GraalVM abi3=true", "GraalPy has no abi3"),
        (OLD, "version=3.14 abi3=true build_flags=Py_GIL_DISABLED", "a free-threaded Python has no abi3"),
        ("0.29.3", "version=3.12 implementation=PyPy target_abi=PyPy-abi3-3.12", "PyPy has no abi3: "),
        (NEW, "version=3.11 implementation=PyPy target_abi=PyPy-abi3-3.11", "PyPy has no abi3 before PyPy 3.12"),
        (NEW, "version=3.12 implementation=GraalVM target_abi=GraalVM-abi3-3.12", "GraalPy has no abi3"),
    ],
)
def test_stable_abi_that_is_none(version: str, text: str, warning: str) -> None:
    (found,) = check(version, text)
    assert found.startswith(warning)


def test_stable_abi_that_is_one() -> None:
    assert check(NEW, "version=3.12 implementation=PyPy target_abi=PyPy-abi3-3.12") == []
    for version in VERSIONS:
        assert check(version, "version=3.12 abi3=true") == []


@pytest.mark.parametrize("version", ["0.29.3", NEW])
def test_abi3t_of_an_older_python(version: str) -> None:
    with pytest.raises(ToolError, match=r"abi3t is asked for with Python 3\.14, .*supports abi3t from 3\.15: use the"):
        check(version, "version=3.14 target_abi=CPython-abi3t-3.14")


def test_rustpython_is_not_checked() -> None:
    assert check(NEW, "version=3.17 implementation=RustPython") == []
