"""Tags from the libraries for other platforms that the gates are tested with."""

from __future__ import annotations

import pathlib

import pyo3_triple
import pyo3_wheel_library
import pytest
from pyo3_common import ToolError
from pyo3_wheel_tags import ExtensionTag, wheel_tags

TESTDATA = pathlib.Path(__file__).parent.parent / "extension" / "testdata"


def platform_of(file: str, target: str, own: str, request: str = "auto") -> str:
    library = pyo3_wheel_library.of_file("pkg/sample.abi3.so", str(TESTDATA / file))
    found = ExtensionTag(library, "cp310", "abi3", own, pyo3_triple.parse_triple(target))
    return wheel_tags([found], request).platform


@pytest.mark.parametrize(
    ("file", "target", "expected"),
    [
        ("linux/big_endian.elf", "s390x-unknown-linux-gnu", "manylinux2014_s390x.manylinux_2_17_s390x"),
        ("linux/narrow.elf", "i686-unknown-linux-gnu", "manylinux1_i686.manylinux_2_5_i686"),
        ("linux/narrow.elf", "i686-unknown-linux-musl", "musllinux_1_2_i686"),
        ("macos/x86_64.dylib", "x86_64-apple-darwin", "macosx_10_12_x86_64"),
        ("macos/universal.dylib", "x86_64-apple-darwin", "macosx_10_12_universal2"),
        ("macos/universal.dylib", "aarch64-apple-darwin", "macosx_10_12_universal2"),
        ("windows/abi3.dll", "x86_64-pc-windows-msvc", "win_amd64"),
    ],
)
def test_platforms(file: str, target: str, expected: str) -> None:
    assert platform_of(file, target, expected) == expected


def test_a_floor_for_macos() -> None:
    arguments = ("macos/x86_64.dylib", "x86_64-apple-darwin", "macosx_10_12_x86_64")
    assert platform_of(*arguments, "macosx_11_0") == "macosx_11_0_x86_64"
    with pytest.raises(ToolError, match=r"pkg/sample\.abi3\.so is linked for macOS 10\.12 and newer: set MACOSX_DEPL"):
        platform_of(*arguments, "macosx_10_9")


def test_what_is_refused() -> None:
    with pytest.raises(ToolError, match=r"needs /Library/Frameworks/Python\.framework/Versions/3\.13/Python, expected"):
        platform_of("macos/linked.dylib", "x86_64-apple-darwin", "macosx_10_12_x86_64")
    with pytest.raises(ToolError, match=r"is for s390x, the extensions of the wheel are compiled for x86_64-unknown-l"):
        platform_of("linux/big_endian.elf", "x86_64-unknown-linux-gnu", "linux_x86_64")
    with pytest.raises(ToolError, match=r"is for x86_64, the extensions of the wheel are compiled for aarch64-pc-win"):
        platform_of("windows/abi3.dll", "aarch64-pc-windows-msvc", "win_arm64")
