"""Which source tells the config, in what order, and what each one tells; test_rN names requirement N."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pyo3_config_file
import pyo3_from_facts
import pyo3_platforms
import pyo3_resolve
import pyo3_triple
import pyo3_versions
import pytest
from configs import (
    ARM,
    LINUX,
    MACOS,
    NEW,
    OLD,
    VERSIONS,
    WINDOWS,
    facts,
    install,
    other_version,
    resolve,
)
from pyo3_common import ToolError
from pyo3_facts import Facts, Paths, TooOldError
from pyo3_resolve import Origin

if TYPE_CHECKING:
    import pathlib

PATHS = Paths("/python/bin/python3", "/python", "/python/lib", "")


class Interpreters:
    """Programs of a folder that say a version, and the facts that are known of each."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.known: dict[str, Facts] = {}

    def add(self, name: str, version: str, of: Facts | None = None) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
        path.chmod(0o755)
        if of is not None:
            self.known[str(path)] = of
        return str(path)

    def ask(self, path: str) -> Facts:
        if path not in self.known:
            raise ToolError(f"the Python interpreter {path} is broken")
        return self.known[path]


@pytest.fixture
def interpreters(tmp_path: pathlib.Path) -> Interpreters:
    return Interpreters(tmp_path)


def asked(interpreters: Interpreters, version: str = NEW, *features: str, **environment: str) -> pyo3_resolve.Resolved:
    variables = {"PATH": str(interpreters.folder / "bin"), **environment}
    return resolve(version, *features, ask=interpreters.ask, environment=variables)


@pytest.mark.parametrize("version", VERSIONS)
def test_r1_one_probe_gives_version_and_linker_facts(version: str) -> None:
    config = resolve(version, facts=facts("cpython-3.13-linux-x86_64")).config
    assert (config.version, config.lib_name, config.shared, config.pointer_width) == ((3, 13), "python3.13", True, 64)


def test_r3_virtualenv_before_path(interpreters: Interpreters) -> None:
    interpreters.add("venv/bin/python", "Python 3.12.0", other_version(12))
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, VIRTUAL_ENV=str(interpreters.folder / "venv"))
    assert (resolved.config.version, resolved.source) == ((3, 12), "interpreter")
    assert resolved.origins["version"].detail.endswith("venv/bin/python (VIRTUAL_ENV)")
    resolved = asked(interpreters, CONDA_PREFIX=str(interpreters.folder / "venv"))
    assert resolved.config.version == (3, 12)


def test_r3_python_before_python3(interpreters: Interpreters) -> None:
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    interpreters.add("bin/python3", "Python 3.12.0", other_version(12))
    assert asked(interpreters).config.version == (3, 13)


@pytest.mark.parametrize("version", ["Python 2.7.18", "no Python at all"])
def test_r3_python_that_is_not_3_is_skipped(interpreters: Interpreters, version: str) -> None:
    interpreters.add("bin/python", version)
    interpreters.add("bin/python3", "Python 3.12.0", other_version(12))
    resolved = asked(interpreters)
    assert resolved.config.version == (3, 12)
    assert "python3 on PATH" in resolved.origins["version"].detail


def test_r3_virtualenv_and_conda_cancel_each_other(interpreters: Interpreters) -> None:
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, VIRTUAL_ENV="/venv", CONDA_PREFIX="/conda")
    assert resolved.config.version == (3, 13)
    assert "VIRTUAL_ENV and CONDA_PREFIX are both set" in resolved.notices[0]


def test_r2_no_python_on_path(interpreters: Interpreters) -> None:
    with pytest.raises(ToolError, match=r"there is no Python 3 on PATH=.*: install one, or name one in PYO3_PYTHON"):
        asked(interpreters)


def test_r4_python_sys_executable_is_below_pyo3_python(interpreters: Interpreters) -> None:
    old = interpreters.add("old/python3", "Python 3.12.0", other_version(12))
    new = interpreters.add("new/python3", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, PYTHON_SYS_EXECUTABLE=old)
    assert resolved.config.version == (3, 12)
    assert "PYTHON_SYS_EXECUTABLE is the old name of PYO3_PYTHON" in resolved.notices[0]
    assert asked(interpreters, PYTHON_SYS_EXECUTABLE=old, PYO3_PYTHON=new).config.version == (3, 13)


def test_r5_pyo3_python_is_a_name_or_a_path(interpreters: Interpreters) -> None:
    path = interpreters.add("bin/pypy3", "Python 3.11.0", facts("pypy-3.11-linux-x86_64"))
    for chosen in ("pypy3", path):
        assert asked(interpreters, PYO3_PYTHON=chosen).config.implementation == "PyPy"
    with pytest.raises(ToolError, match="PYO3_PYTHON is 'pypy4', which is not on PATH="):
        asked(interpreters, PYO3_PYTHON="pypy4")


def test_r6_paths_of_the_interpreter_stay_where_they_are_wanted() -> None:
    of = dataclasses.replace(facts(), paths=PATHS)
    kept = resolve(facts=of, keep_paths=True).config
    assert (kept.executable, kept.lib_dir, kept.python_framework_prefix) == ("/python/bin/python3", "/python/lib", "")
    dropped = resolve(facts=of).config
    assert (dropped.executable, dropped.lib_dir, dropped.python_framework_prefix) == (None, None, None)
    windows = resolve(facts=of, target=WINDOWS, host=WINDOWS, keep_paths=True).config
    assert windows.lib_dir == "/python\\libs"


@pytest.mark.parametrize("version", VERSIONS)
def test_r8_environment_signature_changes_nothing(version: str) -> None:
    configs = [resolve(version, facts=facts(), environment=each) for each in ({}, {"PYO3_ENVIRONMENT_SIGNATURE": "1"})]
    assert configs[0] == configs[1]


@pytest.mark.parametrize("version", VERSIONS)
def test_r9_printed_config_is_read_back(version: str, tmp_path: pathlib.Path) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    config = resolve(version, facts=dataclasses.replace(facts(), paths=PATHS), keep_paths=True).config
    text = pyo3_config_file.write(config, pyo3)
    path = tmp_path / "config.txt"
    path.write_text(text, encoding="utf-8")
    resolved = resolve(version, environment={"PYO3_CONFIG_FILE": str(path)})
    assert pyo3_config_file.write(resolved.config, pyo3) == text
    assert (resolved.source, resolved.origins["lib_dir"]) == ("config_file", Origin("config_file", str(path)))


FIELDS = {
    "implementation": "PyPy",
    "version": "3.11",
    "shared": "true",
    "lib_name": "mine",
    "lib_dir": "/mine",
    "executable": "/mine/python",
    "pointer_width": "32",
    "build_flags": "Py_DEBUG,Py_REF_DEBUG",
    "suppress_build_script_link_lines": "true",
    "python_framework_prefix": "/mine/Frameworks",
    "extra_build_script_line": "cargo:a=1\ncargo:b=2",
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", FIELDS)
def test_r10_every_field_is_an_attribute(version: str, key: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    if key not in pyo3.config_keys:
        with pytest.raises(ToolError, match=f"the interpreter config of PyO3 {version} has no {key}, expected keys"):
            resolve(version, facts=facts(), overrides={key: FIELDS[key]})
        return
    resolved = resolve(version, facts=facts(), overrides={key: FIELDS[key]})
    lines = pyo3_config_file.write(resolved.config, pyo3).splitlines()
    for value in FIELDS[key].split("\n"):
        assert f"{key}={value}" in lines
    assert resolved.origins[key] == Origin("attribute", f"the attribute {key}")
    assert resolved.source == "toolchain"


def test_r10_target_abi_and_abi3_are_attributes() -> None:
    abi = {"target_abi": "CPython-abi3-3.10"}
    assert str(resolve(facts=facts(), overrides=abi).config.target_abi) == "CPython-abi3-3.10"
    assert resolve(OLD, facts=facts(), overrides={"abi3": "true"}).config.target_abi.kind == "abi3"


def test_r10_what_follows_from_an_attribute_follows() -> None:
    config = resolve(facts=facts(), overrides={"version": "3.12"}).config
    assert (str(config.target_abi), config.lib_name) == ("CPython-gil_enabled-3.12", "python3.12")
    config = resolve(OLD, "abi3-py39", facts=facts(), overrides={"version": "3.12"}).config
    assert (config.version, config.target_abi.version) == ((3, 12), (3, 9))


def test_r10_abi3_of_a_config_file_stays(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config.txt"
    file.write_text("version=3.12\nabi3=true\n", encoding="utf-8")
    config = resolve(OLD, config_file=str(file), overrides={"build_flags": "Py_DEBUG"}).config
    assert config.abi3
    assert config.build_flags == {"Py_DEBUG"}


def test_config_file_that_is_given_goes_before_the_variable(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config.txt"
    file.write_text("version=3.12\n", encoding="utf-8")
    resolved = resolve(config_file=str(file), environment={"PYO3_CONFIG_FILE": "/absent"})
    assert resolved.origins["version"] == Origin("config_file", str(file))


@pytest.mark.parametrize("version", VERSIONS)
def test_attributes_alone_are_enough(version: str) -> None:
    resolved = resolve(version, overrides={"version": "3.12"})
    assert (resolved.source, resolved.config.version, resolved.config.lib_name) == ("attribute", (3, 12), "python3.12")
    assert resolved.origins["implementation"].source == "default"


def test_nothing_tells_the_version() -> None:
    with pytest.raises(ToolError, match=r"nothing tells the Python to configure for, .*: declare a Python toolchain"):
        resolve()


def test_order_of_the_sources(interpreters: Interpreters, tmp_path: pathlib.Path) -> None:
    python = interpreters.add("python3", "Python 3.13.0", other_version(13))
    file = tmp_path / "config.txt"
    file.write_text("version=3.9\nlib_name=from_file\n", encoding="utf-8")
    sources: dict[str, Any] = {"facts": other_version(14), "ask": interpreters.ask}
    environment: dict[str, str] = {}
    expected = [
        (None, None, "toolchain", (3, 14)),
        ("PYO3_PYTHON", python, "interpreter", (3, 13)),
        ("PYO3_CROSS_PYTHON_VERSION", "3.11", "cross", (3, 11)),
        ("PYO3_CONFIG_FILE", str(file), "config_file", (3, 9)),
    ]
    for name, value, source, version in expected:
        if name is not None and value is not None:
            environment[name] = value
        resolved = resolve(environment=environment, **sources)
        assert (resolved.source, resolved.config.version) == (source, version)
    resolved = resolve(environment=environment, overrides={"lib_name": "mine"}, **sources)
    assert (resolved.config.lib_name, resolved.source) == ("mine", "config_file")


def test_config_file_needs_an_absolute_path() -> None:
    with pytest.raises(ToolError, match=r"PYO3_CONFIG_FILE is 'here\.txt', expected an absolute path"):
        resolve(environment={"PYO3_CONFIG_FILE": "here.txt"})


@pytest.mark.parametrize(
    ("version", "target", "lib_name"),
    [
        ("0.22.6", LINUX, None),
        ("0.26.0", LINUX, None),
        ("0.26.0", WINDOWS, "python312"),
        ("0.27.2", LINUX, "python3.12"),
        (NEW, LINUX, "python3.12"),
    ],
)
def test_config_file_without_a_library(version: str, target: str, lib_name: str | None, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config.txt"
    file.write_text("version=3.12\n", encoding="utf-8")
    assert resolve(version, target=target, config_file=str(file)).config.lib_name == lib_name
    assert resolve(version, target=target, config_file=str(file), program=True).config.lib_name is not None


def test_features_lower_a_config_file_from_23_on(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "config.txt"
    file.write_text("version=3.12\n", encoding="utf-8")
    floors = {each: resolve(each, "abi3-py39", config_file=str(file)).config.target_abi.version for each in VERSIONS}
    assert floors == {each: (3, 12) if each == "0.22.6" else (3, 9) for each in VERSIONS}


# Cross compilation.


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


# The stable ABI.


@pytest.mark.parametrize("version", VERSIONS)
def test_r49_lowest_floor_wins(version: str) -> None:
    resolved = resolve(version, "abi3-py312", "abi3-py310", "abi3", facts=facts("cpython-3.13-linux-x86_64"))
    assert resolved.config.target_abi.version == (3, 10)
    key = "abi3" if version <= OLD else "target_abi"
    assert resolved.origins[key] == Origin("feature", "the feature abi3-py310")
    assert resolved.config.version == (3, 13)


@pytest.mark.parametrize("version", VERSIONS)
def test_r49_floor_above_the_interpreter(version: str) -> None:
    with pytest.raises(ToolError, match=r"abi3-py312 asks for Python 3\.12 or newer, the interpreter is 3\.11: lower"):
        resolve(version, "abi3-py312", facts=other_version(11))


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_no_python(version: str) -> None:
    resolved = resolve(version, "abi3-py39", environment={"PYO3_NO_PYTHON": "1"}, facts=facts())
    config = resolved.config
    assert (config.version, config.target_abi.kind, config.lib_name, resolved.source) == (
        (3, 9),
        "abi3",
        None,
        "default",
    )
    windows = resolve(version, "abi3-py39", environment={"PYO3_NO_PYTHON": "1"}, target=WINDOWS, host=WINDOWS)
    assert windows.config.lib_name == "python3"


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_no_python_needs_a_floor(version: str) -> None:
    with pytest.raises(ToolError, match="no feature says the oldest Python: enable one of abi3-py"):
        resolve(version, "abi3", environment={"PYO3_NO_PYTHON": "1"})


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_broken_or_old_interpreter_is_a_warning(interpreters: Interpreters, version: str) -> None:
    broken = interpreters.add("broken", "?")
    old = interpreters.add("old", "Python 3.8.0", other_version(8))
    for path in (broken, old):
        resolved = asked(interpreters, version, "abi3-py39", PYO3_PYTHON=path)
        assert (resolved.config.version, resolved.source) == ((3, 9), "default")
        assert any("configured without a working Python interpreter: " in notice for notice in resolved.notices)
    with pytest.raises(ToolError, match="is broken"):
        resolve(version, ask=interpreters.ask, environment={"PYO3_PYTHON": broken}, program=True)


def test_interpreter_that_is_too_old_is_no_missing_one() -> None:
    def ask(path: str) -> Facts:
        raise TooOldError(f"{path} is of Python 2.7")

    with pytest.raises(ToolError, match=r"/python is of Python 2\.7"):
        resolve(NEW, "abi3-py39", ask=ask, environment={"PYO3_PYTHON": "/python"})


def test_r51_abi3t_without_an_interpreter() -> None:
    config = resolve(NEW, "abi3t-py315", environment={"PYO3_NO_PYTHON": "1"}).config
    assert str(config.target_abi) == "CPython-abi3t-3.15"


def test_floor_of_a_feature_that_does_not_exist() -> None:
    with pytest.raises(ToolError, match=r"PyO3 0\.28\.3 has no feature 'abi3t', expected one of abi3, abi3-py310"):
        resolve(OLD, "abi3t", facts=facts())


@pytest.mark.parametrize("version", VERSIONS)
def test_abi3_of_a_free_threaded_python(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    config = resolve(version, "abi3-py310", facts=other_version(14, "t")).config
    if version == "0.22.6":
        assert config.target_abi.kind == "abi3"
    else:
        assert (config.target_abi.kind, config.target_abi.version) == ("free_threaded", (3, 14))
    if version <= OLD:
        assert "abi3=true" in pyo3_config_file.write(config, pyo3)


def test_bare_abi3_of_a_python_that_is_too_new() -> None:
    made = {each: resolve(each, "abi3", facts=other_version(17)).config.target_abi.version for each in VERSIONS}
    newest = {"0.26.0": (3, 14), "0.27.2": (3, 14), "0.28.3": (3, 14), "0.29.3": (3, 15), "0.30.1": (3, 15)}
    assert made == {each: newest.get(each, (3, 17)) for each in VERSIONS}


def test_forward_compatibility_was_abi3_before_29() -> None:
    environment = {"PYO3_USE_ABI3_FORWARD_COMPATIBILITY": "1"}
    assert resolve(OLD, facts=other_version(17), environment=environment).config.abi3
    assert not resolve(NEW, facts=other_version(17), environment=environment).config.abi3


@pytest.mark.parametrize(
    ("version", "minor", "flags"),
    [("0.22.6", 13, ()), (OLD, 12, ()), (OLD, 13, ("COUNT_ALLOCS", "Py_TRACE_REFS")), (NEW, 13, ("COUNT_ALLOCS",))],
)
def test_build_flags_on_windows(version: str, minor: int, flags: tuple[str, ...]) -> None:
    of = other_version(minor, build_flags=["COUNT_ALLOCS", "Py_TRACE_REFS"])
    target = pyo3_triple.parse_triple(WINDOWS)
    config = pyo3_from_facts.configure(of, [], pyo3_versions.pyo3_version(version), target, [])
    assert config.build_flags == set(flags)


def test_implementation_that_this_pyo3_does_not_know() -> None:
    of = facts(
        implementation="RustPython", implementation_name="rustpython", ext_suffix=".so", extension_suffixes=[".so"]
    )
    with pytest.raises(
        ToolError, match=r"the Python implementation is 'RustPython', PyO3 0\.28\.3 knows CPython, PyPy"
    ):
        resolve(OLD, facts=of)
