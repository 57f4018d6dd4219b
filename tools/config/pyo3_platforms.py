"""What PyO3 makes of the platforms of a build (pyo3-build-config, src/impl_.rs, 0.22.6 to 0.30.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyo3_behaviours import Behaviour

if TYPE_CHECKING:
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_ALWAYS_LINKING = ("aix", "android", "windows")
_OS_NAMES = {"android": "linux", "macos": "darwin"}


def links_libpython(target: Triple, extension_module: bool, pyo3: PyO3Version) -> bool:
    """Whether the build script links libpython (`is_linking_libpython_for_target`)."""
    if target.os in _ALWAYS_LINKING or not extension_module:
        return True
    return Behaviour.CYGWIN_LIB_NAMES.of(pyo3) and target.os in ("cygwin", "ios")


def machine(triple: Triple) -> str:
    """Give the architecture as the name of the target has it."""
    return triple.name.split("-")[0]


def operating_system(triple: Triple) -> str:
    """Give the operating system as the crate target-lexicon calls it, for which Android is an environment of Linux."""
    if triple.os == "wasi":
        return "wasi" + triple.env
    return _OS_NAMES.get(triple.os, triple.os)


def crosses(host: Triple, target: Triple, pyo3: PyO3Version) -> bool:
    """Whether the target's Python cannot run on the host (`is_cross_compiling_from_to`)."""
    vendors = [host.vendor == target.vendor]
    if Behaviour.WIN7_NATIVE.of(pyo3):
        vendors.append(host.vendor == "pc" and target.vendor == "win7")
    same = (machine(host), operating_system(host)) == (machine(target), operating_system(target))
    native = [same and any(vendors), host.os == target.os == "macos"]
    if host.os == target.os == "windows":
        x86_on_x86_64 = target.arch == "x86" and host.arch == "x86_64"
        native.append(x86_on_x86_64 or not Behaviour.WINDOWS_ARCHITECTURES_CROSS.of(pyo3))
    if Behaviour.IOS_NATIVE.of(pyo3):
        native.append(target.os == "ios")
    return not any(native)
