"""What cross compilation is configured from; test_rN names requirement N."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_platforms
import pyo3_triple
import pyo3_versions
import pytest
from configs import ARM, LINUX, MACOS, NEW, OLD, VERSIONS, WINDOWS, install, resolve
from pyo3_common import ToolError
from pyo3_resolve import Origin
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib


@pytest.mark.parametrize("version", VERSIONS)
def test_r23_r29_version_is_enough_for_a_unix_extension(version: str) -> None:
    resolved = resolve(version, target=ARM, environment={"PYO3_CROSS_PYTHON_VERSION": "3.12"})
    config = resolved.config
    assert (config.implementation, config.version, config.lib_dir, resolved.source) == (
        "CPython",
        (3, 12),
        None,
        "cross",
    )
    assert resolved.origins["version"] == Origin("cross", "PYO3_CROSS_PYTHON_VERSION")
    assert resolved.origins["implementation"].source == "default"


def test_r24_cross_include_dir_is_a_notice() -> None:
    resolved = resolve(facts=facts(), environment={"PYO3_CROSS_INCLUDE_DIR": "/include"})
    assert resolved.notices == ("PYO3_CROSS_INCLUDE_DIR is without effect, PyO3 needs no headers since 0.14: unset it",)
    assert resolved.source == "toolchain"


@pytest.mark.parametrize("version", VERSIONS)
def test_r25_cross_lib_dir_is_read(version: str, tmp_path: pathlib.Path) -> None:
    path = install(tmp_path)
    resolved = resolve(version, target=ARM, environment={"PYO3_CROSS_LIB_DIR": str(tmp_path)}, keep_paths=True)
    config = resolved.config
    assert (config.version, config.lib_name, config.shared) == ((3, 14), "python3.14", True)
    assert config.pointer_width == 64
    assert config.lib_dir == ("/usr/lib/aarch64-linux-gnu" if version == "0.22.6" else str(tmp_path))
    assert resolved.origins["version"] == Origin("cross", path)


def test_r25_armv7_with_a_sysroot(tmp_path: pathlib.Path) -> None:
    soabi = {"SOABI": "cpython-313-arm-linux-gnueabihf", "SIZEOF_VOID_P": 4}
    install(tmp_path / "usr", "sysconfigdata-debian-3.13-linux-aarch64", **soabi)
    environment = {"PYO3_CROSS_LIB_DIR": str(tmp_path / "usr")}
    config = resolve(target="armv7-unknown-linux-gnueabihf", environment=environment).config
    assert (config.version, config.pointer_width, config.lib_dir) == ((3, 13), 32, str(tmp_path / "usr"))
    assert config.executable is None


def test_r26_cross_alone_forces_cross_mode() -> None:
    environment = {"PYO3_CROSS": "1"}
    resolved = resolve(NEW, "abi3-py310", environment=environment)
    assert (resolved.source, resolved.config.version) == ("cross", (3, 10))
    assert resolve(facts=facts(), environment=environment).origins["version"].source == "toolchain"
    with pytest.raises(ToolError, match=f"nothing tells the version of the Python for {LINUX}: set PYO3_CROSS_PYTHON_"):
        resolve(environment=environment)


@pytest.mark.parametrize(
    ("host", "target", "versions"),
    [
        (LINUX, ARM, VERSIONS),
        (LINUX, "x86_64-unknown-linux-musl", []),
        (LINUX, WINDOWS, VERSIONS),
        (MACOS, "x86_64-apple-darwin", []),
        (WINDOWS, "x86_64-pc-windows-gnu", []),
        (WINDOWS, "i686-pc-windows-msvc", []),
        (WINDOWS, "aarch64-pc-windows-msvc", VERSIONS[1:]),
        (WINDOWS, "x86_64-win7-windows-msvc", ["0.23.5", "0.24.2", "0.25.1"]),
        (MACOS, "aarch64-apple-ios", VERSIONS[:6]),
        (ARM, "aarch64-linux-android", []),
    ],
)
def test_r26_cross_mode_follows_from_the_platforms(host: str, target: str, versions: list[str]) -> None:
    triples = pyo3_triple.parse_triple(host), pyo3_triple.parse_triple(target)
    found = [each for each in VERSIONS if pyo3_platforms.crosses(*triples, pyo3_versions.pyo3_version(each))]
    assert found == versions


def test_r26_native_build_asks_the_interpreter() -> None:
    for target, source in ((LINUX, "interpreter"), ("x86_64-unknown-linux-musl", "interpreter"), (ARM, "cross")):
        environment = {"PYO3_PYTHON": "/python"}
        resolved = resolve(NEW, "abi3-py39", target=target, ask=lambda path: facts(), environment=environment)
        assert resolved.source == source


def test_r27_windows_takes_no_sysconfigdata(tmp_path: pathlib.Path) -> None:
    environment = {"PYO3_CROSS_LIB_DIR": str(tmp_path), "PYO3_CROSS_PYTHON_VERSION": "3.12"}
    config = resolve(target=WINDOWS, environment=environment).config
    assert (config.lib_name, config.lib_dir) == ("python312", str(tmp_path))


def test_r28_several_versions_in_one_lib_dir(tmp_path: pathlib.Path) -> None:
    install(tmp_path)
    install(tmp_path, "sysconfigdata-debian-3.13-linux-aarch64")
    environment = {"PYO3_CROSS_LIB_DIR": str(tmp_path)}
    with pytest.raises(ToolError, match=r"there are 2 Pythons in PYO3_CROSS_LIB_DIR=.*, expected one: set") as error:
        resolve(target=ARM, environment=environment)
    for candidate in ("python3.13/_sysconfigdata_", "python3.14/_sysconfigdata_"):
        assert candidate in str(error.value)
    chosen = resolve(target=ARM, environment={**environment, "PYO3_CROSS_PYTHON_VERSION": "3.13"})
    assert chosen.config.version == (3, 13)


def test_r28_no_python_in_the_lib_dir(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ToolError, match=r"there is no _sysconfigdata_\*.py in PYO3_CROSS_LIB_DIR=.*: name the folder"):
        resolve(target=ARM, environment={"PYO3_CROSS_LIB_DIR": str(tmp_path)})


def test_r29_implementation() -> None:
    environment = {"PYO3_CROSS_PYTHON_VERSION": "3.11", "PYO3_CROSS_PYTHON_IMPLEMENTATION": "PyPy"}
    resolved = resolve(target=ARM, environment=environment)
    assert (resolved.config.implementation, resolved.config.lib_name) == ("PyPy", "pypy3.11-c")
    environment["PYO3_CROSS_PYTHON_IMPLEMENTATION"] = "Jython"
    with pytest.raises(ToolError, match=r"PYO3_CROSS_PYTHON_IMPLEMENTATION is 'Jython', PyO3 .* knows CPython, PyPy"):
        resolve(target=ARM, environment=environment)


@pytest.mark.parametrize("version", VERSIONS)
def test_r30_floor_replaces_the_cross_version(version: str) -> None:
    resolved = resolve(version, "abi3-py39", target=ARM)
    assert (resolved.config.version, resolved.config.target_abi.kind) == ((3, 9), "abi3")
    assert resolved.origins["version"] == Origin("feature", "the feature abi3-py39")


@pytest.mark.parametrize("version", VERSIONS)
def test_r31_r32_extension_needs_no_lib_dir_and_no_interpreter(version: str) -> None:
    for target in (ARM, MACOS, WINDOWS):
        config = resolve(version, "abi3-py310", target=target).config
        assert (config.lib_dir, config.target_abi.version) == (None, (3, 10))


@pytest.mark.parametrize("version", VERSIONS)
def test_r33_windows_gnu_from_linux_with_3_9(version: str) -> None:
    environment = {"PYO3_CROSS_PYTHON_VERSION": "3.9"}
    config = resolve(version, target="x86_64-pc-windows-gnu", environment=environment).config
    assert (config.version, config.lib_name) == ((3, 9), "python39")


@pytest.mark.parametrize("name", ["PYO3_MINGW_DLLTOOL", "ZIG_COMMAND"])
def test_r34_r35_tools_for_import_libraries_are_a_notice(name: str) -> None:
    resolved = resolve(facts=facts(), environment={name: "tool"})
    assert resolved.notices[0].startswith(
        f"{name} is for the import library that the feature generate-import-lib makes"
    )


def test_cross_version_of_a_free_threaded_python() -> None:
    environment = {"PYO3_CROSS_PYTHON_VERSION": "3.14t"}
    assert str(resolve(target=ARM, environment=environment).config.target_abi) == "CPython-free_threaded-3.14"
    old = resolve(OLD, target=ARM, environment=environment).config
    assert (old.lib_name, old.build_flags) == ("python3.14t", frozenset())
    with pytest.raises(ToolError, match=r"PYO3_CROSS_PYTHON_VERSION is '3.14t', expected the X.Y of a Python: correct"):
        resolve("0.22.6", target=ARM, environment=environment)
