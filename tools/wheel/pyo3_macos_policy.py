"""The platform tag of a wheel for macOS, from the oldest macOS that its libraries were linked for.

https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/#macos. A universal2 file has code for
x86_64 and arm64. From macOS 11 on installers look for macosx_X_0 alone, so what needs 11.3 is for 12.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyo3_wheel_library
from packaging import tags
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_policy_table import Release
    from pyo3_wheel_library import SharedLibrary

_ARCHES = {("aarch64",): "arm64", ("x86_64",): "x86_64", ("aarch64", "x86_64"): "universal2"}
_FIRST_ARM64 = (11, 0)
_MAJOR_ONLY_FROM = 11
# https://developer.apple.com/documentation/macos-release-notes/macos-big-sur-11_0_1-release-notes: they are not files.
_SYSTEM = ("/usr/lib/", "/System/Library/")
_REQUEST = re.compile(r"macosx_(\d+)_(\d+)(?:_(\w+))?")


def platform_tags(request: str, libraries: Sequence[SharedLibrary]) -> tuple[str, ...]:
    """Decide on the platform.

    Args:
        request: "auto", or macosx_X_Y with or without the architecture.
        libraries: all shared libraries in the wheel, at least one.

    Raises:
        ToolError: the libraries are for different processors or need others that macOS has not, or one needs a newer
            macOS than was asked for.
    """
    arch = _arch(libraries)
    _check_outside(libraries)
    needed = {library.path: _release(library, arch) for library in libraries}
    path = max(needed, key=lambda each: needed[each])
    if request == "auto":
        return (_tag(needed[path], arch),)
    matched = _REQUEST.fullmatch(request)
    if matched is None or matched[3] not in (None, arch):
        raise ToolError(
            f'platform is {request!r}, but the libraries are for macOS and {arch}, expected "auto" or '
            f"{_tag(needed[path], arch)} or newer: correct `platform`, with a select() where the wheel is for several"
        )
    release = (int(matched[1]), int(matched[2]))
    if release < needed[path]:
        raise ToolError(
            f"platform is {request!r}, but {path} is linked for macOS {needed[path][0]}.{needed[path][1]} and newer: "
            "set MACOSX_DEPLOYMENT_TARGET (Bazel's --macos_minimum_os) to the older release, or correct `platform`"
        )
    return (_tag(release, arch),)


def _arch(libraries: Sequence[SharedLibrary]) -> str:
    first = libraries[0]
    for library in libraries:
        if sorted(library.architectures) != sorted(first.architectures):
            raise ToolError(
                f"{first.path} is for {' and '.join(first.architectures)}, {library.path} for "
                f"{' and '.join(library.architectures)}, expected the same processors: build both alike"
            )
    arch = _ARCHES.get(tuple(sorted(first.architectures)))
    if arch is None:
        raise ToolError(
            f"{first.path} is for {' and '.join(first.architectures)}, expected aarch64, x86_64 or both: "
            "wheels for macOS have tags for no others"
        )
    return arch


def _check_outside(libraries: Sequence[SharedLibrary]) -> None:
    for library in libraries:
        outside = [name for name in pyo3_wheel_library.not_in_wheel(library, libraries) if not name.startswith(_SYSTEM)]
        if outside:
            raise ToolError(
                f"{library.path} needs {', '.join(outside)}, expected libraries of macOS ({' or '.join(_SYSTEM)}): "
                "link them statically, or pack them beside the extension with a run path of @loader_path"
            )


def _release(library: SharedLibrary, arch: str) -> Release:
    releases = []
    for processor in library.architectures:
        text = library.minimum_macos.get(processor)
        if text is None:
            raise ToolError(
                f"{library.path} does not say which macOS it is for, expected an LC_BUILD_VERSION command: "
                "link it with -mmacosx-version-min"
            )
        major, minor = map(int, text.split("."))
        release = (major + 1, 0) if major >= _MAJOR_ONLY_FROM and minor else (major, minor)
        # Every Mac with such a processor has it, so it says nothing of the other half of a universal file.
        if processor != "aarch64" or arch != "universal2" or release > _FIRST_ARM64:
            releases.append(max(release, _FIRST_ARM64) if arch == "arm64" else release)
    return max(releases)


def _tag(release: Release, arch: str) -> str:
    machine = "x86_64" if arch == "universal2" else arch
    return next(tag for tag in tags.mac_platforms(release, machine) if tag.endswith(f"_{arch}"))
