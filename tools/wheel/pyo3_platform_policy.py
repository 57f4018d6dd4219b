"""The platform tag of a wheel, from what its shared libraries need; the machine that builds it is never asked.

Linux: manylinux_X_Y (PEP 600) is the oldest policy that allows all libraries and versions of symbols that are needed,
with its older name where it has one; musllinux_1_Y (PEP 656) is the release of musl, whose symbols have no versions.
macOS: pyo3_macos_policy. Elsewhere the platform is that of the extension's own tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_macos_policy
import pyo3_platform_tag
import pyo3_policy_table
import pyo3_wheel_library
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyo3_policy_table import Policies, Policy
    from pyo3_triple import Triple
    from pyo3_wheel_library import SharedLibrary

AUTO = "auto"
PLAIN = "linux"
"""What promises nothing, for a wheel that stays on machines like the one it was built for."""
_KINDS = {"gnu": "manylinux", "musl": "musllinux"}
_REQUEST = re.compile(r"(manylinux|musllinux)_(\d+)_(\d+)")
_PROMISE = re.compile(rf"{_REQUEST.pattern}_(\w+)")
# rustc's standard library for musl is linked with 1.2.3 since 1.71 (https://blog.rust-lang.org/2023/05/09/Updating-musl-targets.html).
_MUSL_RELEASE = (1, 2)
# The dynamic linker is in every list, whatever it is called.
_LOADER = re.compile(r"ld-linux.*|ld64\.so\.[12]")
# musl is its own dynamic linker and takes the first name for itself (1.2.5, ldso/dynlink.c); Alpine's has the second.
_MUSL = re.compile(r"libc\.so|libc\.musl-\w+\.so\.1")
# What compilers bring along and Windows does not have.
_NOT_IN_WINDOWS = re.compile(
    r"(msvcp|concrt|vcomp|vccorlib)\d.*\.dll|lib(gcc_s|stdc\+\+|winpthread|gomp)\b.*\.dll", re.IGNORECASE
)


@dataclass(frozen=True)
class Wanted:
    """Which platform a wheel is for."""

    request: str
    """The attribute: "auto", "linux", a policy with or without the processor, or a whole platform tag."""
    target: Triple
    """What its extensions are compiled for."""
    own: str
    """The platform in the tag of its extensions."""


def platform_tags(wanted: Wanted, libraries: Sequence[SharedLibrary]) -> tuple[str, ...]:
    """Decide on the platform of a wheel.

    Args:
        wanted: what it is for.
        libraries: all shared libraries in it, at least one.

    Returns:
        The platform tags, sorted; several are names of one policy.

    Raises:
        ToolError: a library is for another processor, needs another library that neither the policy has nor the wheel,
            or something newer than the platform that was asked for.
    """
    for library in libraries:
        _check_architecture(wanted.target, library)
    os = wanted.target.os
    if os == "linux" and wanted.target.env in _KINDS:
        return _linux(wanted, libraries)
    if os == "macos":
        return pyo3_macos_policy.platform_tags(wanted.request, libraries)
    if wanted.request not in (AUTO, wanted.own):
        raise ToolError(_unknown(wanted, f'"auto" or "{wanted.own}"'))
    if os == "windows":
        _check_windows(libraries)
    return (wanted.own,)


def check_platforms(platforms: Iterable[str], libraries: Sequence[SharedLibrary]) -> None:
    """Hold the shared libraries of a finished wheel to the platform tags in its name.

    Args:
        platforms: the tags, one name each; what promises nothing of libraries is let pass, and so are older names of
            manylinux, which stand beside the newer ones.
        libraries: all shared libraries in the wheel.

    Raises:
        ToolError: a library does not keep what a tag promises.
    """
    for platform in sorted(platforms) if libraries else ():
        matched = _PROMISE.fullmatch(platform)
        if matched:
            known = pyo3_policy_table.policies(matched[1], matched[4])
            policy = known.of_release((int(matched[2]), int(matched[3])))
            if policy is None:
                raise ToolError(
                    f"no system has the platform {platform}, expected a known one: name the wheel otherwise"
                )
            _check_faults(policy, matched[4], libraries, "in its name")
        elif platform.startswith("macosx_"):
            pyo3_macos_policy.platform_tags(platform, libraries)
        elif platform.startswith("win"):
            _check_windows(libraries)


def _check_architecture(target: Triple, library: SharedLibrary) -> None:
    if library.architectures and target.arch not in library.architectures:
        raise ToolError(
            f"{library.path} is for {' and '.join(library.architectures)}, the extensions of the wheel are compiled "
            f"for {target.name}, expected one processor: put them into wheels of their own"
        )


def _unknown(wanted: Wanted, expected: str) -> str:
    return (
        f"platform is {wanted.request!r}, but the extensions are compiled for {wanted.target.name}, expected "
        f"{expected}: correct `platform`, with a select() where the wheel is for several"
    )


def _check_windows(libraries: Sequence[SharedLibrary]) -> None:
    found = {
        library.path: [
            name for name in pyo3_wheel_library.not_in_wheel(library, libraries) if _NOT_IN_WINDOWS.fullmatch(name)
        ]
        for library in libraries
    }
    if any(found.values()):
        raise ToolError(
            f"{_listed(found)}, expected libraries that Windows or Python have: link the runtime statically "
            "(`-Ctarget-feature=+crt-static`), or pack them into the extension's folder"
        )


def _listed(found: dict[str, list[str]]) -> str:
    return "; ".join(f"{path} needs {', '.join(names)}" for path, names in found.items() if names)


def _linux(wanted: Wanted, libraries: Sequence[SharedLibrary]) -> tuple[str, ...]:
    # With a Python of one's own the tag could be that of its kernel: linux_aarch64 of a 32 bit Python.
    plain = pyo3_platform_tag.of_target(wanted.target)
    machine = plain.partition("_")[2]
    known = pyo3_policy_table.policies(_KINDS[wanted.target.env], machine)
    request = wanted.request[: -len(machine) - 1] if wanted.request.endswith(f"_{machine}") else wanted.request
    if request == PLAIN or (request == AUTO and not known.known):
        return (plain,)
    policy = _oldest(known, machine, libraries) if request == AUTO else _requested(wanted, known, machine, request)
    _check_faults(policy, machine, libraries, "found for it" if request == AUTO else "that `platform` asks for")
    names = [policy.name, *([policy.alias] if policy.alias else [])]
    return tuple(sorted(f"{name}_{machine}" for name in names))


def _requested(wanted: Wanted, known: Policies, machine: str, request: str) -> Policy:
    matched = _REQUEST.fullmatch(request)
    release = (int(matched[2]), int(matched[3])) if matched else known.release_of_alias(request)
    oldest = known.known[0].name if known.known else None
    expected = f'"{AUTO}", "{PLAIN}"' + (f" or {oldest} and newer for {machine}" if oldest else "")
    if release is None or (matched and matched[1] != known.kind):
        raise ToolError(_unknown(wanted, expected))
    policy = known.of_release(release)
    if policy is None:
        raise ToolError(
            f"platform is {wanted.request!r}, which is not known for {machine}, expected {expected}: correct `platform`"
        )
    return policy


def _oldest(known: Policies, machine: str, libraries: Sequence[SharedLibrary]) -> Policy:
    """Find the oldest policy without faults, or the newest, where the faults are."""
    newest = known.known[-1]
    if known.kind == "musllinux":
        return known.of_release(_MUSL_RELEASE) or newest
    needed = max((_needed_glibc(library) for library in libraries), default=newest.release)
    newer = known.of_release(needed) if needed > newest.release else None
    candidates = [*known.known, *([newer] if newer else [])]
    clean = (each for each in candidates if not any(any(_faults(each, lib, libraries)) for lib in libraries))
    return next(clean, candidates[-1])


def _needed_glibc(library: SharedLibrary) -> pyo3_policy_table.Release:
    number = pyo3_policy_table.as_number(library.required_glibc or "0.0")
    return number[0], number[1]


def _faults(policy: Policy, library: SharedLibrary, packed: Iterable[SharedLibrary]) -> Iterator[str]:
    """Say what a library needs and a policy does not have."""
    outside = [
        name
        for name in pyo3_wheel_library.not_in_wheel(library, packed)
        if name not in policy.libraries
        and not _LOADER.fullmatch(name)
        and not (_is_musl(policy) and _MUSL.fullmatch(name))
    ]
    if outside:
        yield f"needs {', '.join(outside)}, no such libraries are in {policy.name}"
    for owner, versions in library.versioned_symbols.items():
        for version, symbols in versions.items():
            if not _LOADER.fullmatch(owner) and not policy.allows(version):
                yield f"needs {_some(symbols)}{version} of {owner}, {policy.name} has {policy.newest(version)}"
    for owner in library.needed:
        found = sorted(policy.internal.get(owner, frozenset()) & library.undefined)
        if found:
            yield f"uses {', '.join(found)}, which {owner} may lack in {policy.name}"
    found = sorted(library.undefined & pyo3_policy_table.recorded_musl_symbols())
    if found and _is_musl(policy) and policy.release < _MUSL_RELEASE:
        yield f"needs {', '.join(found)} of libc.so, {policy.name} has musl 1.1"


def _is_musl(policy: Policy) -> bool:
    return policy.kind == "musllinux"


def _some(symbols: Sequence[str], shown: int = 5) -> str:
    rest = f" and {len(symbols) - shown} more" if len(symbols) > shown else ""
    return f"{', '.join(symbols[:shown])}{rest} in version " if symbols else "the version "


def _check_faults(policy: Policy, machine: str, libraries: Sequence[SharedLibrary], given: str) -> None:
    faults = [f"  {each.path} {fault}" for each in libraries for fault in _faults(policy, each, libraries)]
    if not faults:
        return
    repair = (
        'link libraries statically, graft them into a wheel of platform "linux" with pyo3_repaired_wheel, or pack them '
        "beside the extension with a run path of $ORIGIN; compile against an older C library, or promise less with "
        '`platform` ("auto" finds the oldest policy, "linux" promises nothing)'
    )
    head = f"the wheel is not for {policy.name}_{machine}, the platform {given}:"
    raise ToolError("\n".join([head, *faults, f"  Expected only what all systems with that platform have: {repair}."]))
