"""Tags of wheels and the names of their files."""

from __future__ import annotations

import pathlib
import shutil
from typing import Any

import pyo3_wheel_library
import pytest
from packaging import tags, utils
from pyo3_common import ToolError
from pyo3_wheel_tags import PURE, Tags, extension_tag, wheel_file_name, wheel_tags
from wheel_libraries import LINUX, MACOS, WINDOWS, extension, library

GATES = {
    "architectures": ["x86_64"],
    "format": "ELF",
    "minimum_macos": {},
    "needed_libraries": ["libc.so.6"],
    "required_glibc": "2.14",
    "run_paths": ["$ORIGIN"],
    "undefined": ["PyList_New", "memcpy"],
    "versioned_symbols": {"libc.so.6": {"GLIBC_2.14": ["memcpy"]}},
}
TAG = {"wheel_tag": {"abi": "abi3.abi3t", "platform": "linux_x86_64", "python": "cp315"}}


def test_without_extensions() -> None:
    assert wheel_tags([], "auto") == PURE
    assert (str(PURE), PURE.lines(), PURE.pure) == ("py3-none-any", ["py3-none-any"], True)
    with pytest.raises(ToolError, match="platform is 'manylinux_2_28' and the wheel has no extension module, expected"):
        wheel_tags([], "manylinux_2_28")
    with pytest.raises(ToolError, match=r"the wheel has pkg/a\.so, pkg/b\.so and no extension module, expected one"):
        wheel_tags([], "auto", [library("pkg/b.so"), library("pkg/a.so")])


@pytest.mark.parametrize(
    "tag", ["cp314-cp314", "cp314-cp314t", "cp310-abi3", "cp315-abi3.abi3t", "pp311-pypy311_pp80", "graalpy312-none"]
)
def test_python_and_abi_are_those_of_the_extension(tag: str) -> None:
    found = wheel_tags([extension(library(versions=["memcpy@GLIBC_2.14"]), tag)], "auto")
    assert str(found) == f"{tag}-manylinux2014_x86_64.manylinux_2_17_x86_64"
    assert not found.pure
    name = wheel_file_name("My.Project", "1.0", found)
    assert name == f"my_project-1.0-{found}.whl"
    assert utils.parse_wheel_filename(name, validate_order=True)[3] == tags.parse_tag(str(found))


def test_all_tags_are_listed() -> None:
    assert Tags("cp315", "abi3.abi3t", "manylinux2014_x86_64.manylinux_2_17_x86_64").lines() == [
        "cp315-abi3-manylinux2014_x86_64",
        "cp315-abi3-manylinux_2_17_x86_64",
        "cp315-abi3t-manylinux2014_x86_64",
        "cp315-abi3t-manylinux_2_17_x86_64",
    ]


def test_extensions_of_different_pythons() -> None:
    found = [
        extension(library("a/x.abi3.so")),
        extension(library("a/y.cpython-314.so"), "cp314-cp314"),
        extension(library("a/z.cpython-314.so"), "cp314-cp314"),
    ]
    with pytest.raises(
        ToolError,
        match=r"differ in Python and ABI \(cp310-abi3: a/x\.abi3\.so; cp314-cp314: a/y\.cpython-314\.so, "
        r"a/z\.cpython-314\.so\), expected one: give all of them the same `abi` and `python_version`, or",
    ):
        wheel_tags(found, "auto")


@pytest.mark.parametrize(
    ("tag", "path", "found"),
    [
        ("cp314-cp314", "a/x.cpython-313-x86_64-linux-gnu.so", "cp313"),
        ("cp314-cp314", "a/x.cpython-314t-x86_64-linux-gnu.so", "cp314t"),
        ("cp314-cp314d", "a/x.cpython-314-darwin.so", "cp314"),
        ("cp314-cp314", "a/x.cp313-win_amd64.pyd", "cp313"),
        ("cp310-abi3", "a/x.cpython-310-x86_64-linux-gnu.so", "cp310"),
        ("pp311-pypy311_pp80", "a/x.pypy311-pp73-x86_64-linux-gnu.so", "pypy311_pp73"),
    ],
)
def test_other_files_for_another_python(tag: str, path: str, found: str) -> None:
    with pytest.raises(
        ToolError, match=rf"is by its name an extension module for {found}, and the wheel is for {tag};"
    ):
        wheel_tags([extension(tag=tag)], "auto", [library(path)])


@pytest.mark.parametrize(
    "path", ["a/x.cpython-314-x86_64-linux-gnu.so", "a/x.abi3.so", "a/x.so", "a/libx.so.1", "cp313-a/x.so", "x.cp13.so"]
)
def test_other_files_that_may_come_along(path: str) -> None:
    assert wheel_tags([extension(tag="cp314-cp314")], "auto", [library(path)]).abi == "cp314"


def test_extensions_for_different_machines() -> None:
    found = [extension(library("a.so")), extension(library("b.so"), target="aarch64-unknown-linux-gnu")]
    with pytest.raises(ToolError, match=r"differ in target \(aarch64-unknown-linux-gnu: b\.so; x86_64-unknown-linux"):
        wheel_tags(found, "auto")
    found = [extension(target=MACOS), extension(target=MACOS, platform="macosx_13_0_arm64")]
    with pytest.raises(ToolError, match=r"differ in platform \(macosx_11_0_arm64: pkg/_native"):
        wheel_tags(found, "auto")


def test_the_newest_need_decides() -> None:
    found = [extension(library("a.so", ["memcpy@GLIBC_2.14"])), extension(library("b.so", ["clock@GLIBC_2.34"]))]
    assert wheel_tags(found, "auto").platform == "manylinux_2_34_x86_64"
    packed = library("c.so", ["getrandom@GLIBC_2.39"])
    assert wheel_tags(found, "auto", [packed]).platform == "manylinux_2_39_x86_64"


def test_what_was_written_of_an_extension() -> None:
    found = extension_tag("pkg/x.so", TAG, GATES, LINUX)
    assert found == extension(
        library(
            "pkg/x.so",
            ["memcpy@GLIBC_2.14"],
            run_paths=("$ORIGIN",),
            undefined=frozenset({"PyList_New", "memcpy"}),
        ),
        "cp315-abi3.abi3t",
    )
    assert str(wheel_tags([found], "auto")) == "cp315-abi3.abi3t-manylinux2014_x86_64.manylinux_2_17_x86_64"


def test_reports_of_other_versions_of_the_rules() -> None:
    old = {key: value for key, value in GATES.items() if key != "undefined"}
    with pytest.raises(ToolError, match=r"the gates of pkg/x\.so have no 'undefined', expected what the gates write"):
        extension_tag("pkg/x.so", TAG, old, LINUX)
    with pytest.raises(ToolError, match=r"the tag of pkg/x\.so has no 'wheel_tag', expected what the tag tool writes"):
        extension_tag("pkg/x.so", {}, GATES, LINUX)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("Flask-SQL.alchemy__x", "01.0"), "flask_sql_alchemy_x-1.0-py3-none-any.whl"),
        (("a", "1!2.0rc1.post3.dev4+Local-7"), "a-1!2.0rc1.post3.dev4+local.7-py3-none-any.whl"),
        (("a", "1.0", PURE, "7b_x.2"), "a-1.0-7b_x.2-py3-none-any.whl"),
    ],
)
def test_file_names(arguments: tuple[Any, ...], name: str) -> None:
    assert wheel_file_name(*arguments[:2], *(arguments[2:] or (PURE,))) == name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-a-", "1.0"), "a wheel of '-a-' '1.0' cannot be named (name is invalid: '-a-'), expected a name by PEP 508"),
        (("a", "one"), "a wheel of 'a' 'one' cannot be named (Invalid version: 'one')"),
        (("a", "1.0", PURE, "x1"), "build_tag is 'x1', expected a digit, and letters, digits, `_` and `.` after it"),
        (("a", "1.0", PURE, "1-x"), "build_tag is '1-x', expected a digit"),
        (("a", "1.0", PURE, "1/../x"), "build_tag is '1/../x', expected a digit"),
        (("a", "1.0", PURE, "1\n"), "build_tag is '1\\n', expected a digit"),
        (("a", "1.0", PURE, "²"), "build_tag is '²', expected a digit"),
    ],
)
def test_bad_names(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ToolError) as caught:
        wheel_file_name(*arguments[:2], *(arguments[2:] or (PURE,)))
    assert message in str(caught.value)


def test_a_library_of_this_machine(tmp_path: pathlib.Path) -> None:
    libraries = [pathlib.Path(path) for path in ("/lib/x86_64-linux-gnu/libm.so.6", "/lib64/libm.so.6")]
    found = [path for path in libraries if path.exists()]
    if not found:
        pytest.skip("there is no libm.so.6 for x86_64")
    copy = str(shutil.copy(found[0], tmp_path / "libm.so"))
    read = pyo3_wheel_library.of_file("pkg/libm.so", copy)
    assert (read.path, read.name, read.format) == ("pkg/libm.so", "libm.so", "ELF")
    assert "libc.so.6" in read.needed
    assert "GLIBC_PRIVATE" in read.versioned_symbols["libc.so.6"]
    (tmp_path / "text.so").write_text("text")
    with pytest.raises(ToolError, match=r"the library pkg/text\.so is neither ELF, PE,"):
        pyo3_wheel_library.of_file("pkg/text.so", str(tmp_path / "text.so"))


def test_windows() -> None:
    assert wheel_tags([extension(target=WINDOWS)], "auto").platform == "win_amd64"
