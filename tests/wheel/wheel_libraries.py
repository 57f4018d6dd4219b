"""Shared libraries in memory, for the tests of what a wheel's tags follow from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyo3_triple
from pyo3_wheel_library import SharedLibrary
from pyo3_wheel_tags import ExtensionTag

if TYPE_CHECKING:
    from collections.abc import Sequence

LINUX = "x86_64-unknown-linux-gnu"
MUSL = "x86_64-unknown-linux-musl"
MACOS = "aarch64-apple-darwin"
WINDOWS = "x86_64-pc-windows-msvc"

_PLATFORMS = {LINUX: "linux_x86_64", MUSL: "linux_x86_64", MACOS: "macosx_11_0_arm64", WINDOWS: "win_amd64"}
_FORMATS = {"linux": "ELF", "macos": "Mach-O", "windows": "PE"}


def library(path: str = "pkg/_native.abi3.so", versions: Sequence[str] = (), **changes: Any) -> SharedLibrary:
    """Describe a library for x86_64 and Linux unless told otherwise.

    Args:
        path: where it is in the wheel.
        versions: of symbols of libc.so.6, each as "malloc@GLIBC_2.2.5"; without a symbol for a version alone.
        **changes: fields of SharedLibrary.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in versions:
        symbol, _, version = each.partition("@")
        found[version] = (*found.get(version, ()), *([symbol] if symbol else []))
    numbers = [version for version in found if version.startswith("GLIBC_2")]
    newest = max(numbers, key=lambda name: int(name.split(".")[1]), default=None)
    values: dict[str, Any] = {
        "path": path,
        "format": "ELF",
        "architectures": ("x86_64",),
        "needed": ("libc.so.6",),
        "run_paths": (),
        "undefined": frozenset(),
        "versioned_symbols": {"libc.so.6": found} if found else {},
        "required_glibc": newest[len("GLIBC_") :] if newest else None,
        "minimum_macos": {},
    }
    return SharedLibrary(**{**values, **changes})


def macos_library(path: str = "pkg/_native.abi3.so", needed: Sequence[str] = (), **releases: str) -> SharedLibrary:
    """Describe a library for macOS: the oldest release of each architecture."""
    system = ("/usr/lib/libSystem.B.dylib", *needed)
    return library(path, format="Mach-O", architectures=tuple(releases), minimum_macos=releases, needed=system)


def extension(
    found: SharedLibrary | None = None, tag: str = "cp310-abi3", target: str = LINUX, platform: str | None = None
) -> ExtensionTag:
    """Describe an extension, with an ordinary library unless told otherwise."""
    python, abi = tag.split("-")
    triple = pyo3_triple.parse_triple(target)
    own = platform or _PLATFORMS.get(target, "linux_" + target.partition("-")[0])
    given = found or library(format=_FORMATS[triple.os], architectures=(triple.arch,))
    return ExtensionTag(given, python, abi, own, triple)
