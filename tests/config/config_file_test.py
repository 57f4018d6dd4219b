"""The config-file format of every version."""

from __future__ import annotations

import dataclasses

import pyo3_abi
import pyo3_config_file
import pyo3_versions
import pytest
from configs import NEW, OLD, VERSIONS, other_version, resolve
from pyo3_common import ToolError
from recorded_facts import facts

ALL_KEYS = """\
implementation=CPython
version=3.12
shared=false
{abi}
lib_name=python3.12
lib_dir=/lib
executable=/bin/python
pointer_width=64
build_flags=Py_DEBUG,Py_REF_DEBUG
{framework}suppress_build_script_link_lines=true
extra_build_script_line=cargo:one=1
extra_build_script_line= two = 2
"""


def text_of(version: str) -> str:
    """A text that has every key of a version."""
    abi = {"0.29.3": "target_abi=CPython-abi3-3.9", "0.30.1": "target_abi=CPython-abi3-3.9-debug"}
    framework = "" if version == "0.22.6" else "python_framework_prefix=\n"
    return ALL_KEYS.format(abi=abi.get(version, "abi3=true"), framework=framework)


def read(text: str, version: str = NEW) -> tuple[str, list[str]]:
    """Give a text as it is written again, and the notices of reading it."""
    pyo3, notices = pyo3_versions.pyo3_version(version), list[str]()
    return pyo3_config_file.write(pyo3_config_file.parse(text, pyo3, notices), pyo3), notices


@pytest.mark.parametrize("version", VERSIONS)
def test_r7_r9_round_trip_keeps_every_byte(version: str) -> None:
    assert read(text_of(version), version) == (text_of(version), [])


@pytest.mark.parametrize("version", VERSIONS)
def test_hexadecimal_for_dependent_crates(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    config = pyo3_config_file.read(text_of(version), pyo3)
    assert bytes.fromhex(pyo3_config_file.dep_env(config, pyo3)).decode("utf-8") == text_of(version)


@pytest.mark.parametrize("version", VERSIONS)
def test_only_the_version_is_required(version: str) -> None:
    text, notices = read("version=3.12", version)
    abi = "abi3=false" if version <= OLD else "target_abi=CPython-gil_enabled-3.12"
    expected = ["implementation=CPython", "version=3.12", "shared=true", abi, "build_flags="]
    assert text.splitlines() == [*expected, "suppress_build_script_link_lines=false"]
    assert notices == []
    with pytest.raises(ToolError, match=r"the PyO3 config file has no version, expected a line version=X\.Y: add it"):
        read("shared=true", version)


@pytest.mark.parametrize("version", VERSIONS)
def test_unknown_key_is_a_notice(version: str) -> None:
    text, notices = read("version=3.12\next_suffix=.so\n", version)
    assert "ext_suffix" not in text
    assert len(notices) == 1
    assert f"line 2 of the PyO3 config file has the key 'ext_suffix', which PyO3 {version} ignores" in notices[0]


def test_key_of_another_version_is_a_notice() -> None:
    assert "has the key 'target_abi'" in read("version=3.12\ntarget_abi=CPython-abi3-3.9", OLD)[1][0]
    assert "has the key 'python_framework_prefix'" in read("version=3.12\npython_framework_prefix=/x", "0.22.6")[1][0]


def test_lines_and_blanks() -> None:
    assert read("version= 3.12 \r\nlib_name=a\x0bb\x85c\nversion=3.13")[0].startswith(
        "implementation=CPython\nversion=3.13\nshared=true\ntarget_abi=CPython-gil_enabled-3.13\nlib_name=a\x0bb\x85c\n"
    )
    with pytest.raises(ToolError, match="line 2 of the PyO3 config file is '', expected KEY=VALUE"):
        read("version=3.12\n\n")


def test_numbers_as_rust_reads_them() -> None:
    assert "version=3.9\n" in read("version=+3.009\npointer_width=+064")[0]
    assert "pointer_width=64\n" in read("version=3.9\npointer_width=+064")[0]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "line 2 of the PyO3 config file is 'nonsense', expected KEY=VALUE"),
        ("version=3", "the Python version is '3', expected MAJOR.MINOR"),
        ("version=3.256", r"the Python version is '3\.256', expected MAJOR.MINOR"),
        ("version=3.\N{ARABIC-INDIC DIGIT NINE}", "expected MAJOR.MINOR"),
        ("shared=True", "shared is 'True' .*expected true or false"),
        ("abi3=1", "abi3 is '1' .*expected true or false"),
        ("pointer_width=wide", "pointer_width is 'wide' .*expected a number of bits"),
        ("implementation=Jython", "the Python implementation is 'Jython', PyO3 .* knows CPython, PyPy, GraalVM"),
    ],
)
def test_values_that_are_refused(version: str, line: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        read(f"version=3.12\n{line}\n", version)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("target_abi=CPython-3.14", r"target_abi is 'CPython-3.14', expected IMPLEMENTATION-KIND-X.Y\[-debug\]"),
        ("target_abi=CPython-free_threaded-3.12", r"cannot build for a free-threaded Python 3\.12, expected 3\.13"),
        ("target_abi=RustPython-abi3-3.14", "RustPython supports only abi3t, the configured ABI is abi3"),
        (
            "target_abi=CPython-abi3-3.9\nabi3=true",
            "has both target_abi=CPython-abi3-3.9 and abi3=true, .*take abi3 out",
        ),
        ("target_abi=CPython-gil_enabled-3.14\nbuild_flags=Py_GIL_DISABLED", "build_flags has Py_GIL_DISABLED, target"),
    ],
)
def test_keys_that_contradict_each_other(lines: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        read(f"version=3.14\n{lines}\n")


def test_debug_abi_is_new_in_30() -> None:
    with pytest.raises(ToolError, match=r"the Python version is '3\.14-debug', expected MAJOR.MINOR"):
        read("version=3.14\ntarget_abi=CPython-gil_enabled-3.14-debug", "0.29.3")
    assert "build_flags=Py_DEBUG\n" in read("version=3.14\nbuild_flags=Py_DEBUG", "0.29.3")[0]
    text, _ = read("version=3.14\ntarget_abi=CPython-gil_enabled-3.14-debug")
    assert "build_flags=Py_DEBUG,Py_REF_DEBUG\n" in text


def test_old_key_abi3_is_read_by_new_versions() -> None:
    text, notices = read("version=3.12\nabi3=true")
    assert "target_abi=CPython-abi3-3.12\n" in text
    assert notices == ["the key abi3 is an old one, PyO3 0.30.1 reads target_abi: write that instead"]
    text, notices = read("version=3.17\nabi3=true")
    assert "target_abi=CPython-abi3-3.15\n" in text
    assert "PyO3 0.30.1 knows abi3 up to Python 3.15: built for that, not for 3.17" in notices


def test_abi3_of_a_free_threaded_python() -> None:
    lines = "version=3.14\nbuild_flags=Py_GIL_DISABLED\n"
    text, notices = read(f"{lines}target_abi=CPython-abi3-3.14")
    assert "target_abi=CPython-free_threaded-3.14\n" in text
    assert notices == ["a free-threaded Python has no abi3: built for this version of Python only"]
    assert "target_abi=CPython-free_threaded-3.14\n" in read(f"{lines}abi3=true")[0]
    config = pyo3_config_file.read(f"{lines}abi3=true", pyo3_versions.pyo3_version(OLD))
    assert (config.target_abi.kind, config.abi3, config.ignored_abi3) == ("free_threaded", True, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_floor_is_the_version_before_29(version: str) -> None:
    config = resolve(version, "abi3-py39", facts=other_version(12)).config
    text = pyo3_config_file.write(config, pyo3_versions.pyo3_version(version))
    expected = ("version=3.9", "abi3=true") if version <= OLD else ("version=3.12", "target_abi=CPython-abi3-3.9")
    for line in expected:
        assert line in text.splitlines()


@pytest.mark.parametrize("value", ["two\nlines", "two\rlines", "no UTF-8: \udcff"])
def test_value_that_cannot_be_written(value: str) -> None:
    config = dataclasses.replace(resolve(facts=facts()).config, lib_name=value)
    with pytest.raises(ToolError, match=r"the PyO3 config file cannot hold .*, expected one line of UTF-8: correct it"):
        pyo3_config_file.write(config, pyo3_versions.pyo3_version(NEW))


def test_implementation_that_cannot_be_written() -> None:
    abi = pyo3_abi.make_abi("RustPython", None, (3, 14), False)
    config = dataclasses.replace(resolve(facts=facts()).config, implementation="RustPython", target_abi=abi)
    with pytest.raises(ToolError, match=r"the Python implementation is 'RustPython', PyO3 0\.28\.3 knows"):
        pyo3_config_file.write(config, pyo3_versions.pyo3_version(OLD))
