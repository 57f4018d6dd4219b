"""File name suffixes of modules for a stable ABI, as CPython's importer looks for them.

Before Python 3.15 there is `.abi3.so` alone. From 3.15 on (Python/dynload_shlib.c; SOABI_PLATFORM is configure.ac's) an
importer also knows `.abi3-PLATFORM.so` and `.abi3t-PLATFORM.so`, which are as precise as a version-specific name. A
module whose floor is 3.15 or newer takes those, as maturin 1.16 does: no Python that lacks them runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_triple import Triple
    from pyo3_versions import PythonVersion

PLATFORM_NAMED_FROM = (3, 15)

_ANDROID_ARCHES = ("aarch64", "arm", "x86", "x86_64")
_UNKNOWN_ARCHES = ("csky", "hexagon", "wasm32")
_DEBIAN_ARCHES = {"riscv32": "riscv32", "riscv64": "riscv64", "x86": "i386"}


def stable_suffix(kind: str, floor: PythonVersion, target: Triple, debug: bool) -> str:
    """Give what follows the module's name in the name of its file.

    Args:
        kind: "abi3" or "abi3t".
        floor: the oldest Python that imports the module.
        target: what the module is compiled for.
        debug: whether it is for a debug build of Python; only Windows tells those apart.

    Raises:
        ToolError: Python has no such name on this platform.
    """
    if target.os == "windows":
        return "_d.pyd" if debug else ".pyd"
    if target.os == "cygwin":
        raise ToolError(
            f"Python on {target.name} has no file names for {kind}, expected a platform that has: set abi to version"
        )
    if floor < PLATFORM_NAMED_FROM:
        return f".{kind}.so"
    return f".{kind}-{platform_word(target)}.so"


def platform_word(target: Triple) -> str:
    """Give SOABI_PLATFORM of a Python on this target (CPython 3.15, Misc/platform_triplet.c and configure.ac).

    Raises:
        ToolError: CPython has no word for the platform.
    """
    machine = target.name.split("-")[0]
    if target.os == "macos":
        return "darwin"
    if target.os == "ios" and target.env in ("", "sim"):
        return "iphonesimulator" if target.env == "sim" else "iphoneos"
    if target.os == "emscripten":
        return f"{machine}-emscripten"
    if target.os == "android" and target.arch in _ANDROID_ARCHES:
        return "arm-linux-androideabi" if target.arch == "arm" else f"{machine}-linux-android"
    if target.os == "hurd":
        return f"{_debian_arch(target)}-gnu"
    if target.os == "linux" and target.env in ("gnu", "musl") and target.arch not in _UNKNOWN_ARCHES:
        return f"{_debian_arch(target)}-linux-{_libc(target)}"
    raise ToolError(
        f"CPython has no platform word for {target.name}, expected one, since the name of a module for Python 3.15 and "
        "newer has it: choose a floor below 3.15, or set abi to version"
    )


def _debian_arch(target: Triple) -> str:
    machine = target.name.split("-")[0]
    if target.arch == "arm":
        return "armeb" if machine.startswith("armeb") else "arm"
    if target.abi == "ilp32":
        return f"{machine}_ilp32"
    return _DEBIAN_ARCHES.get(target.arch, machine)


def _libc(target: Triple) -> str:
    if target.arch == "arm":
        return target.env + target.abi
    if target.abi == "x32":
        return f"{target.env}x32"
    if target.env == "gnu":
        return {"abi64": "gnuabi64", "spe": "gnuspe"}.get(target.abi, "gnu")
    return target.env
