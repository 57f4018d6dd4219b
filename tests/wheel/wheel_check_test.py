"""The check of a finished wheel: each way in which one can be wrong is found."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pyo3_wheel_check
import pytest
from packaging.tags import parse_tag
from packaging.version import Version
from pyo3_common import ToolError
from pyo3_testing import TESTS, assert_refused, run_tool
from pyo3_wheel_archive import Entry, write_archive
from pyo3_wheel_check import check, check_libraries, check_metadata, check_record, check_wheel_file, parse_name
from pyo3_wheel_contents import render_wheel
from wheel_libraries import library

INFO = "pkg-1.0.dist-info"
PURE = "pkg-1.0-py3-none-any.whl"
LINUX = parse_tag("cp310-abi3-manylinux_2_17_x86_64")
METADATA = b"Metadata-Version: 2.4\nName: pkg\nVersion: 1.0\n"
LIBRARY = (TESTS / "extension" / "testdata" / "sample.elf").read_bytes()


def wheel(folder: Path, *more: Entry, name: str = PURE, metadata: bytes = METADATA) -> Path:
    text = render_wheel(sorted(map(str, parse_name(name)[2])), purelib=name.endswith("-any.whl"))
    entries = [Entry(f"{INFO}/METADATA", data=metadata), Entry(f"{INFO}/WHEEL", data=text.encode()), *more]
    write_archive(str(folder / name), entries, INFO)
    return folder / name


def test_a_right_one(tmp_path: Path) -> None:
    report = check(str(wheel(tmp_path, Entry("pkg.py", data=b"x = 1\n"))))
    assert report["tags"] == ["py3-none-any"]
    assert report["files"] == [f"{INFO}/METADATA", f"{INFO}/RECORD", f"{INFO}/WHEEL", "pkg.py"]


def test_tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--folder", tmp_path / "wheels", "--output", tmp_path / "report.json"]
    (tmp_path / "wheels").mkdir()
    result = run_tool(pyo3_wheel_check.main, arguments, capsys)
    assert_refused(result, "wheels holds nothing, expected one wheel", outputs=[tmp_path / "report.json"])
    wheel(tmp_path / "wheels")
    assert run_tool(pyo3_wheel_check.main, arguments, capsys) == (0, "")
    wheel(tmp_path / "wheels", name="pkg-1.0-py2-none-any.whl")
    assert_refused(run_tool(pyo3_wheel_check.main, arguments, capsys), "py2-none-any.whl, pkg-1.0-py3", "expected one")


def test_no_archive(tmp_path: Path) -> None:
    (tmp_path / PURE).write_bytes(b"no zip")
    with pytest.raises(ToolError, match=f"{PURE} is no zip archive .*expected a wheel"):
        check(str(tmp_path / PURE))


@pytest.mark.parametrize(("offset", "byte"), [(8, 1), (10, 99)])
def test_archive_that_cannot_be_unpacked(tmp_path: Path, offset: int, byte: int) -> None:
    """Encrypted, and of an unknown compression."""
    path = wheel(tmp_path)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + offset] = byte
    path.write_bytes(bytes(content))
    with pytest.raises(ToolError, match=f"{PURE} is no zip archive .*expected a wheel, which installers can unpack"):
        check(str(path))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pkg.whl", "is no name of a wheel"),
        ("pkg-1.0-py3-none.whl", "is no name of a wheel"),
        ("Pkg-1.0-py3-none-any.whl", "expected a name that starts with pkg-1.0-: rename the project"),
        ("pkg-1.0.0a01-py3-none-any.whl", r"expected a name that starts with pkg-1\.0\.0a1-"),
    ],
)
def test_names(name: str, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        parse_name(name)


def edit(path: Path, *changes: tuple[str, bytes | None], mode: int = 0o100644) -> Path:
    """Write files into a wheel behind the back of RECORD; None drops one."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**files, **dict(changes)}.items():
            if content is not None:
                info = zipfile.ZipInfo(name)
                info.external_attr = (mode if name in dict(changes) else 0o100644) << 16
                archive.writestr(info, content)
    return path


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("pkg.py", b"x = 2\n"), r"RECORD has \['sha256=.*expected \['sha256="),
        (("pkg.py", None), r"RECORD has \['sha256=.*for pkg\.py, expected None"),
        (("new.py", b""), r"RECORD has None for new\.py, expected"),
        ((f"{INFO}/METADATA", None), rf"has no {INFO}/METADATA, expected METADATA in it"),
        ((f"{INFO}/RECORD", None), rf"has no {INFO}/RECORD"),
        (("../x.py", b""), "the path '../x.py' leaves the wheel"),
        (("/x.py", b""), "the path '/x.py' is not a relative path"),
    ],
)
def test_files_against_record(tmp_path: Path, change: tuple[str, bytes | None], reason: str) -> None:
    path = edit(wheel(tmp_path, Entry("pkg.py", data=b"x = 1\n")), change)
    with pytest.raises(ToolError, match=reason):
        check(str(path))


def test_record_names_a_file_twice() -> None:
    files = {"a.py": b"", "RECORD": b"a.py,x,0\na.py,x,0\nRECORD,,\n"}
    with pytest.raises(ToolError, match="RECORD names a file twice"):
        check_record(files, "RECORD")


def test_link(tmp_path: Path) -> None:
    path = edit(wheel(tmp_path), ("link", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)
    with pytest.raises(ToolError, match=r"link is no plain file \(mode 120777\)"):
        check(str(path))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_file_twice(tmp_path: Path) -> None:
    path = wheel(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{INFO}/WHEEL", b"")
    with pytest.raises(ToolError, match="WHEEL is in the wheel twice"):
        check(str(path))


def test_wheel_file() -> None:
    right = "Root-Is-Purelib: false\nTag: cp310-abi3-manylinux_2_17_x86_64\n"
    check_wheel_file(right, LINUX, compiled=True)
    with pytest.raises(ToolError, match="WHEEL has the tags py3-none-any, expected the file name's, cp310-abi3"):
        check_wheel_file("Tag: py3-none-any\n", LINUX, compiled=True)
    check_wheel_file(right + "Build: 1x\n", LINUX, compiled=True, build="1x")
    with pytest.raises(ToolError, match="WHEEL has the build tag 2, expected the file name's, none"):
        check_wheel_file(right + "Build: 2\n", LINUX, compiled=True)
    with pytest.raises(ToolError, match="WHEEL has the build tag none, expected the file name's, 1x"):
        check_wheel_file(right, LINUX, compiled=True, build="1x")
    with pytest.raises(ToolError, match="WHEEL does not say Root-Is-Purelib: false"):
        check_wheel_file(right.replace("false", "true"), LINUX, compiled=True)


def test_compiled_library_for_any_platform(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="the wheel is for any platform and holds a compiled library"):
        check(str(wheel(tmp_path, Entry("pkg/_a.so", data=LIBRARY))))


def test_compiled_program_for_any_platform(tmp_path: Path) -> None:
    assert check(str(wheel(tmp_path, Entry("pkg-1.0.data/scripts/tool", data=b"#!python\n"))))["libraries"] == {}
    with pytest.raises(ToolError, match="the wheel is for any platform and holds a compiled library"):
        check(str(wheel(tmp_path, Entry("pkg-1.0.data/scripts/tool", data=b"\xcf\xfa\xed\xfe"))))


def test_library_that_is_none(tmp_path: Path) -> None:
    path = wheel(tmp_path, Entry("pkg/_a.so", data=b"text"))
    with pytest.raises(ToolError, match=r"the library pkg/_a\.so is neither ELF"):
        check(str(path))


def test_libraries_of_a_platform_wheel(tmp_path: Path) -> None:
    path = wheel(tmp_path, Entry("pkg/_a.so", data=LIBRARY), name="pkg-1.0-cp310-abi3-manylinux_2_17_x86_64.whl")
    assert check(str(path))["libraries"]["pkg/_a.so"]["format"] == "ELF"


@pytest.mark.parametrize(
    "needed", ["libpython3.14.so.1.0", "libpython3.so", "@rpath/libpython3.13.dylib", "/Frameworks/3.13/Python"]
)
def test_libpython(needed: str) -> None:
    with pytest.raises(ToolError, match=r"a\.so needs .*expected to find Python's symbols in the process"):
        check_libraries([library("a.so", needed=("libc.so.6", needed))], LINUX)


def test_newer_glibc_than_the_tags_promise() -> None:
    check_libraries([library("a.so", ["f@GLIBC_2.17"])], LINUX)
    with pytest.raises(ToolError, match=r"a\.so needs f in version GLIBC_2\.28 of libc\.so\.6, manylinux_2_17 has GL"):
        check_libraries([library("a.so", ["f@GLIBC_2.28"])], LINUX)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (b"Name: pkg\nVersion: 1.0\n", "METADATA is not valid: None is not a valid metadata version"),
        (METADATA.replace(b"pkg", b"other"), "METADATA is of other 1.0, expected pkg 1.0 as in the file name"),
        (METADATA.replace(b"1.0", b"2.0"), "METADATA is of pkg 2.0, expected pkg 1.0"),
    ],
)
def test_metadata(tmp_path: Path, metadata: bytes, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        check(str(wheel(tmp_path, metadata=metadata)))
    with pytest.raises(ToolError, match=reason):
        check_metadata(metadata, "pkg", Version("1.0"))
