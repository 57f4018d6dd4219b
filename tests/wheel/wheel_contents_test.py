"""Which files a wheel holds, and under which paths."""

from __future__ import annotations

import pytest
from pyo3_common import ToolError
from pyo3_wheel_archive import Entry
from pyo3_wheel_contents import (
    FILE,
    OUTSIDE,
    Listed,
    chosen_files,
    data_entries,
    is_library,
    package_entries,
    parse_list,
    placed_entries,
    render_wheel,
)

INIT = Listed(FILE, "pkg/__init__.py", "src/pkg/__init__.py")
FAR = Listed(OUTSIDE, "far/util.py", "far/util.py")


def test_list() -> None:
    listed = parse_list("file\tpkg/größe.txt\tsrc/pkg/größe.txt\noutside\ta b.py\ta b.py\n".encode())
    assert listed == [Listed(FILE, "pkg/größe.txt", "src/pkg/größe.txt"), Listed(OUTSIDE, "a b.py", "a b.py")]


def test_lines_that_are_the_same() -> None:
    assert parse_list(b"file\ta.py\tsrc/a.py\n" * 2) == [Listed(FILE, "a.py", "src/a.py")]


def test_name_that_is_not_utf_8() -> None:
    with pytest.raises(
        ToolError, match=r"Bazel names a file b'pkg/\\xff.txt', which is not UTF-8, expected UTF-8: rename"
    ):
        parse_list(b"file\tpkg/\xff.txt\tsrc/pkg/\xff.txt\n")


@pytest.mark.parametrize("name", [b"a\tb.py", b"a\nb.py", b"a\rb.py"])
def test_name_that_breaks_the_list(name: bytes) -> None:
    with pytest.raises(ToolError, match=r"a file name about b'.*' holds a tab or a line end, expected names without"):
        parse_list(b"file\tpkg/" + name + b"\tsrc/pkg/" + name + b"\n")


def test_files_are_listed_more_than_once() -> None:
    assert chosen_files([INIT, INIT], []) == [INIT]
    assert chosen_files([INIT, Listed(OUTSIDE, INIT.path, INIT.source)], []) == [INIT]


def test_file_outside_the_package() -> None:
    with pytest.raises(
        ToolError, match=r"lie outside the wheel's package: far/util\.py; expected files in it or below"
    ):
        chosen_files([INIT, FAR], [])
    assert chosen_files([INIT, FAR], ["far/*"]) == [INIT]
    many = [Listed(OUTSIDE, f"far/{number}.py", f"far/{number}.py") for number in range(9)]
    with pytest.raises(ToolError, match=r"far/4\.py and 4 more; expected"):
        chosen_files(many, [])


def test_exclude_is_of_paths_in_the_wheel() -> None:
    assert chosen_files([INIT], ["src/*"]) == [INIT]
    assert chosen_files([INIT], ["pkg/__init__.py"]) == []


def test_extensions_are_executable() -> None:
    module = Listed(FILE, "pkg/_a.so", "out/pkg/_a.so")
    assert package_entries([INIT, module], ["out/pkg/_a.so"]) == [
        Entry("pkg/__init__.py", "src/pkg/__init__.py"),
        Entry("pkg/_a.so", "out/pkg/_a.so", executable=True),
    ]


def test_data() -> None:
    placed = [{"path": "scripts/run", "source": "run.sh"}, {"path": "data/share/a", "source": "a"}]
    assert data_entries(placed, "p-1.data") == [
        Entry("p-1.data/scripts/run", "run.sh", executable=True),
        Entry("p-1.data/data/share/a", "a"),
    ]


@pytest.mark.parametrize("path", ["bin/run", "scripts", "scripts/", ""])
def test_data_elsewhere(path: str) -> None:
    with pytest.raises(ToolError, match=r"`data_files` places run\.sh at .*expected a path below one of data, headers"):
        data_entries([{"path": path, "source": "run.sh"}], "p-1.data")


def test_more_files_of_dist_info() -> None:
    placed = [{"path": "NOTES", "source": "notes.txt"}]
    assert placed_entries(placed, "p-1.dist-info") == [Entry("p-1.dist-info/NOTES", "notes.txt")]


def test_wheel_file() -> None:
    assert render_wheel(["py3-none-any"], purelib=True) == (
        "Wheel-Version: 1.0\nGenerator: rules_pyo3\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    assert "Root-Is-Purelib: false\nTag: a-b-c\nTag: a-b-d\n" in render_wheel(["a-b-c", "a-b-d"], purelib=False)
    assert render_wheel(["a-b-c"], purelib=True, build="1x").endswith("\nTag: a-b-c\nBuild: 1x\n")


@pytest.mark.parametrize(
    ("path", "library"),
    [("a.so", True), ("a.so.1.2", True), ("a.pyd", True), ("a.dylib", True), ("a.py", False), ("a.so.txt", False)],
)
def test_libraries(path: str, library: bool) -> None:
    assert is_library(path) == library
