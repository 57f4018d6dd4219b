"""Which source tells the config, in what order, and what each one tells; test_rN names requirement N."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pyo3_config_file
import pyo3_versions
import pytest
from configs import LINUX, NEW, OLD, VERSIONS, WINDOWS, Interpreters, other_version, resolve
from pyo3_common import ToolError
from pyo3_facts import Paths
from pyo3_resolve import Origin
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib

PATHS = Paths("/python/bin/python3", "/python", "/python/lib", "")


@pytest.mark.parametrize("version", VERSIONS)
def test_r1_one_probe_gives_version_and_linker_facts(version: str) -> None:
    config = resolve(version, facts=facts("cpython-3.13-linux-x86_64")).config
    assert (config.version, config.lib_name, config.shared, config.pointer_width) == ((3, 13), "python3.13", True, 64)


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


def test_order_of_the_sources(tmp_path: pathlib.Path) -> None:
    interpreters = Interpreters(tmp_path)
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


def test_implementation_that_this_pyo3_does_not_know() -> None:
    of = facts(
        implementation="RustPython", implementation_name="rustpython", ext_suffix=".so", extension_suffixes=[".so"]
    )
    with pytest.raises(
        ToolError, match=r"the Python implementation is 'RustPython', PyO3 0\.28\.3 knows CPython, PyPy"
    ):
        resolve(OLD, facts=of)
