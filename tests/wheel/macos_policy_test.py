"""Platforms of wheels for macOS."""

from __future__ import annotations

import re

import pytest
from packaging import tags
from pyo3_common import ToolError
from pyo3_wheel_library import SharedLibrary
from pyo3_wheel_tags import wheel_tags
from wheel_libraries import extension, library, macos_library

ARM, INTEL = "aarch64-apple-darwin", "x86_64-apple-darwin"


def platform_of(
    *found: SharedLibrary, request: str = "auto", target: str = ARM, packed: tuple[SharedLibrary, ...] = ()
) -> str:
    # The interpreter's own platform says nothing of the file.
    modules = [extension(each, target=target, platform="macosx_10_13_universal2") for each in found]
    return wheel_tags(modules, request, packed).platform


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        ({"aarch64": "11.0"}, "macosx_11_0_arm64"),
        ({"aarch64": "10.12"}, "macosx_11_0_arm64"),
        ({"aarch64": "14.0"}, "macosx_14_0_arm64"),
        # Installers know no midyear updates.
        ({"aarch64": "11.3"}, "macosx_12_0_arm64"),
        ({"aarch64": "11.0", "x86_64": "10.12"}, "macosx_10_12_universal2"),
        ({"aarch64": "12.0", "x86_64": "10.12"}, "macosx_12_0_universal2"),
        ({"aarch64": "11.0", "x86_64": "13.0"}, "macosx_13_0_universal2"),
    ],
)
def test_the_oldest_macos_is_that_of_the_file(releases: dict[str, str], expected: str) -> None:
    assert platform_of(macos_library(**releases)) == expected
    release, arch = re.fullmatch(r"macosx_(\d+_\d+)_(\w+)", expected).groups()  # type: ignore[union-attr]
    major, minor = map(int, release.split("_"))
    machine = "x86_64" if arch == "universal2" else arch
    assert expected in list(tags.mac_platforms((major, minor), machine))


def test_intel() -> None:
    assert platform_of(macos_library(x86_64="10.12"), target=INTEL) == "macosx_10_12_x86_64"
    assert platform_of(macos_library(x86_64="11.0"), target=INTEL) == "macosx_11_0_x86_64"


def test_the_newest_need_decides() -> None:
    found = [macos_library("a.so", aarch64="11.0"), macos_library("b.so", aarch64="13.0")]
    assert platform_of(*found) == "macosx_13_0_arm64"


def test_a_floor() -> None:
    found = macos_library(aarch64="12.0")
    assert platform_of(found, request="macosx_12_0") == "macosx_12_0_arm64"
    assert platform_of(found, request="macosx_14_0_arm64") == "macosx_14_0_arm64"
    with pytest.raises(
        ToolError,
        match=r"platform is 'macosx_11_0', but pkg/_native\.abi3\.so is linked for macOS 12\.0 and newer: set MACOSX_",
    ):
        platform_of(found, request="macosx_11_0")
    for request in ("macosx_12_0_x86_64", "manylinux_2_28", "macosx"):
        with pytest.raises(ToolError, match=f"platform is '{request}', but the libraries are for macOS and arm64, exp"):
            platform_of(found, request=request)


def test_libraries_outside_macos() -> None:
    for name in ("/opt/homebrew/lib/libssl.3.dylib", "@rpath/libx.dylib", "libx.dylib"):
        with pytest.raises(ToolError, match=f"pkg/_native.abi3.so needs {name}, expected libraries of macOS"):
            platform_of(macos_library(needed=[name], aarch64="11.0"))
    framework = "/System/Library/Frameworks/Security.framework/Versions/A/Security"
    assert platform_of(macos_library(needed=[framework], aarch64="11.0")) == "macosx_11_0_arm64"


def test_libraries_in_the_wheel() -> None:
    packed = macos_library("pkg/.dylibs/libx.dylib", aarch64="13.0")
    found = macos_library(needed=["@loader_path/.dylibs/libx.dylib"], aarch64="11.0")
    assert platform_of(found, packed=(packed,)) == "macosx_13_0_arm64"
    by_run_path = library(
        format="Mach-O",
        architectures=("aarch64",),
        needed=("@rpath/libx.dylib",),
        run_paths=("@loader_path/.dylibs",),
        minimum_macos={"aarch64": "11.0"},
    )
    assert platform_of(by_run_path, packed=(packed,)) == "macosx_13_0_arm64"


def test_libraries_for_other_processors() -> None:
    both = macos_library("b.so", aarch64="11.0", x86_64="10.12")
    with pytest.raises(ToolError, match=r"a\.so is for aarch64, b\.so for aarch64 and x86_64, expected the same proce"):
        platform_of(macos_library("a.so", aarch64="11.0"), both)
    with pytest.raises(ToolError, match="is for x86_64, the extensions of the wheel are compiled for aarch64-apple"):
        platform_of(macos_library(x86_64="10.12"))
    odd = library(format="Mach-O", architectures=("aarch64", "x86"), minimum_macos={})
    with pytest.raises(ToolError, match="is for aarch64 and x86, expected aarch64, x86_64 or both"):
        platform_of(odd)


def test_a_file_that_names_no_macos() -> None:
    found = library(format="Mach-O", architectures=("aarch64",), needed=())
    with pytest.raises(ToolError, match="does not say which macOS it is for, expected an LC_BUILD_VERSION command"):
        platform_of(found)
