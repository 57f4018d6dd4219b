"""What rustc derives from the name of a target, as far as build scripts look at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyo3_common import ToolError


@dataclass(frozen=True)
class Triple:
    """A target in the terms of `rustc --print cfg --target NAME`.

    `parse_triple` is the constructor that checks.
    """

    name: str
    arch: str
    vendor: str
    os: str
    env: str
    abi: str
    """`target_abi` as of rustc 1.95; older ones left it empty on more targets."""
    pointer_width: int
    """Bits."""


_ARCHES = (
    (r"aarch64(_be)?|arm64e|arm64_32", "aarch64"),
    (r"arm64ec", "arm64ec"),
    (r"(arm|thumb)(eb|v\d.*)?", "arm"),
    (r"i[3-6]86", "x86"),
    (r"x86_64h?", "x86_64"),
    (r"mips(el)?", "mips"),
    (r"mips64(el)?", "mips64"),
    (r"mipsisa32r6(el)?", "mips32r6"),
    (r"mipsisa64r6(el)?", "mips64r6"),
    (r"powerpc64(le)?", "powerpc64"),
    (r"riscv32[a-z]*", "riscv32"),
    (r"riscv64[a-z0-9]*", "riscv64"),
    (r"sparc64|sparcv9", "sparc64"),
    (r"csky|hexagon|loongarch32|loongarch64|m68k|powerpc|s390x|sparc|wasm32|wasm64|xtensa", ""),
)
_ARCHES_32 = frozenset(
    "arm csky hexagon loongarch32 m68k mips mips32r6 powerpc riscv32 sparc wasm32 x86 xtensa".split(),
)
_ABIS_32 = ("ilp32", "x32")
_OSES = frozenset(
    "aix android cygwin dragonfly emscripten freebsd haiku hurd illumos ios linux macos netbsd openbsd redox solaris "
    "tvos visionos vxworks wasi watchos windows".split(),
)
_ENV_THEN_ABI = re.compile(r"(gnu|musl|msvc|ohos|uclibc)?_?(eabihf|eabi|x32|spe|llvm|abi64|abiv2hf|abiv2|ilp32)?")
_OS_ENVS = {"redox": "relibc", "vxworks": "gnu"}


def parse_triple(name: str) -> Triple:
    """Split the name of a rustc target that a Python can exist for.

    Args:
        name: such as `x86_64-unknown-linux-gnu`, `aarch64-linux-android`, `wasm32-wasip1`.

    Raises:
        ToolError: the architecture, the operating system or the shape of the name is unknown.
    """
    parts = name.split("-")
    arch = _arch(parts[0])
    vendor, os, environment = _split(parts)
    matched = _ENV_THEN_ABI.fullmatch(environment)
    if arch is None or os not in _OSES or (matched is None and vendor != "apple" and os not in ("android", "wasi")):
        raise ToolError(
            f"cannot read the target triple {name!r}, expected ARCH-VENDOR-OS[-ENV] as in `rustc --print target-list` "
            f"and an operating system among {', '.join(sorted(_OSES))}: correct the platform's triple"
        )
    if vendor == "apple":
        simulated = os in ("ios", "tvos") and arch in ("x86", "x86_64") and not environment
        env = abi = "sim" if simulated else environment
    elif matched is None:
        env, abi = environment, ""
    else:
        env = matched[1] or _OS_ENVS.get(os, "")
        abi = matched[2] or _default_abi(parts[0], vendor, os, env)
    width = 32 if arch in _ARCHES_32 or abi in _ABIS_32 or parts[0] == "arm64_32" else 64
    return Triple(name, arch, vendor, os, env, abi, width)


def _arch(part: str) -> str | None:
    for pattern, arch in _ARCHES:
        if re.fullmatch(pattern, part):
            return arch or part
    return None


def _split(parts: list[str]) -> tuple[str, str, str]:
    """Give (vendor, operating system, environment with ABI)."""
    if len(parts) > 1 and parts[1].startswith("wasip"):
        return "unknown", "wasi", parts[1][len("wasi") :]
    if len(parts) == 3 and parts[1] == "linux" and parts[2].startswith("android"):
        return "unknown", "android", parts[2][len("android") :]
    if len(parts) not in (3, 4):
        return "", "", ""
    os = {"darwin": "macos"}.get(parts[2], parts[2])
    return parts[1], os, parts[3] if len(parts) == 4 else ""


def _default_abi(machine: str, vendor: str, os: str, env: str) -> str:
    """Give the ABI of a target whose name does not end in one; `machine` is the first part of the name."""
    if vendor == "uwp":
        return "uwp"
    if machine.startswith("arm") and env == "ohos":
        return "eabi"
    if machine.startswith("armv") and os == "freebsd":
        return "eabihf"
    if machine.startswith(("mips64", "mipsisa64")):
        return "abi64"
    if machine.startswith("powerpc64"):
        if os == "aix":
            return "vec-extabi"
        big_endian_gnu = machine == "powerpc64" and (env == "gnu" or os == "vxworks")
        return "elfv1" if big_endian_gnu else "elfv2"
    return ""
