"""The platform of a wheel tag, from an interpreter or from a Rust target alone.

https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ has the forms. Nothing here promises
anything about a C library: `linux_x86_64`, not `manylinux_...`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_common
from packaging import tags
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_facts import Facts
    from pyo3_triple import Triple

_MACOS_ARCHES = {"aarch64": "arm64", "x86_64": "x86_64"}
_MACOS_RELEASES = {"arm64": (11, 0), "x86_64": (10, 12)}
"""What rustc builds for without MACOSX_DEPLOYMENT_TARGET (`rustc --print deployment-target`)."""
_WINDOWS = {"aarch64": "win_arm64", "x86": "win32", "x86_64": "win_amd64"}
_ANDROID_ARCHES = {"aarch64": "arm64_v8a", "arm": "armeabi_v7a", "x86": "x86", "x86_64": "x86_64"}
_ANDROID_API = 21
"""rustc's, and the oldest that a Python runs on (PEP 738)."""
_IOS_RELEASE = (13, 0)
"""The oldest that a Python runs on (PEP 730)."""
# As `uname -m` says them.
_LINUX_MACHINES = {
    "arm": "armv6l",
    "armv7": "armv7l",
    "i586": "i686",
    "powerpc": "ppc",
    "powerpc64": "ppc64",
    "powerpc64le": "ppc64le",
    "riscv32gc": "riscv32",
    "riscv64gc": "riscv64",
    "thumbv7neon": "armv7l",
}


def of_facts(facts: Facts, target: Triple | None) -> str:
    """Give the platform tag of a wheel that runs where the interpreter runs.

    Args:
        facts: the interpreter.
        target: what the module was compiled for; tells which half of a universal Python on macOS.

    Raises:
        ToolError: the platform of the facts has no known form.
    """
    system, _, rest = facts.platform.partition("-")
    if system != "macosx":
        return normalized(facts.platform)
    release, _, arch = rest.partition("-")
    if target is not None and target.os == "macos":
        arch = _MACOS_ARCHES.get(target.arch, arch)
    major, _, minor = release.partition(".")
    if not (pyo3_common.is_number(major) and pyo3_common.is_number(minor) and arch):
        raise ToolError(f"`platform` is {facts.platform!r}, expected macosx-MAJOR.MINOR-ARCH: probe the facts again")
    return next(tags.mac_platforms((int(major), int(minor)), arch))


def of_target(target: Triple) -> str:
    """Give the platform tag of a wheel for a Rust target, with no interpreter to say more.

    On macOS, iOS and Android it names the oldest release that rustc or Python are made for.

    Raises:
        ToolError: the tag has something that only an interpreter knows, such as the Emscripten release.
    """
    machine = target.name.split("-")[0]
    if target.os == "linux":
        return f"linux_{_LINUX_MACHINES.get(machine, machine)}"
    if target.os == "windows" and target.arch in _WINDOWS:
        return _WINDOWS[target.arch]
    if target.os == "macos" and target.arch in _MACOS_ARCHES:
        arch = _MACOS_ARCHES[target.arch]
        return next(tags.mac_platforms(_MACOS_RELEASES[arch], arch))
    if target.os == "android" and target.arch in _ANDROID_ARCHES:
        return f"android_{_ANDROID_API}_{_ANDROID_ARCHES[target.arch]}"
    if target.os == "ios" and target.arch in _MACOS_ARCHES:
        kind = "iphonesimulator" if target.env == "sim" else "iphoneos"
        major, minor = _IOS_RELEASE
        return f"ios_{major}_{minor}_{_MACOS_ARCHES[target.arch]}_{kind}"
    raise ToolError(
        f"the wheel platform of {target.name} cannot be told without a Python, expected Linux, macOS, Windows, Android "
        "or iOS: set abi to version, or to a stable ABI without a floor"
    )


def normalized(text: str) -> str:
    """Write a name as tags have it."""
    return text.replace(".", "_").replace("-", "_").replace(" ", "_")
