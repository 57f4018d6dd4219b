"""What the build scripts of crates below PyO3 do, in the versions of pyo3_crates.json.

Two of them write Rust source for their crate: rustversion the compiler's version, target-lexicon the platform.
"""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

import pyo3_common
from pyo3_common import ToolError
from pyo3_outputs import CrateOutputs

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_outputs import RustcVersion
    from pyo3_triple import Triple


def crate_outputs(
    crate: str,
    version: str,
    features: Collection[str],
    rustc: RustcVersion,
    target: Triple,
    emcc: tuple[int, int, int] | None,
) -> CrateOutputs:
    """See `pyo3_build_scripts.crate_outputs`."""
    data = _crate_data(crate, version)
    cfgs = _libc_cfgs(data, target, emcc) if crate == "libc" else _listed_cfgs(data, features, rustc)
    checked = []
    if rustc.minor >= data.get("check_cfg_rustc", 0):
        checked = [f"cfg({name})" for name in data.get("check_cfgs", ())]
        for name, values in data.get("check_cfg_values", {}).items():
            checked.append(f"cfg({name},values({_quoted(values)}))")
    files: dict[str, str] = {}
    if crate == "rustversion":
        files["version.expr"] = _version_expression(rustc)
    elif crate == "target-lexicon":
        files["host.rs"] = _host_source(data, target)
    return CrateOutputs(tuple(cfgs), tuple(checked), out_files=tuple(files.items()))


@functools.cache
def _crates() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pyo3_crates.json")
    crates: dict[str, Any] = pyo3_common.read_json(path, "table of crates")["crates"]
    return crates


def known_crates() -> list[str]:
    """Give the names of the crates."""
    return sorted(_crates())


def _crate_data(crate: str, version: str) -> dict[str, Any]:
    versions = _crates()[crate]
    if version not in versions:
        raise ToolError(
            f"the build script of {crate} {version} is unknown, expected version {' or '.join(sorted(versions))}: "
            "pin one of these in Cargo.lock, or use a version of these rules that knows it"
        )
    data: dict[str, Any] = versions[version]
    return data


def _quoted(values: Collection[str]) -> str:
    return ",".join(f'"{value}"' for value in values)


def _listed_cfgs(data: dict[str, Any], features: Collection[str], rustc: RustcVersion) -> list[str]:
    """Choose the cfgs whose conditions hold.

    proc-macro2 compiles small probes to see what the compiler has; since Rust 1.88 their answer follows from the
    release. `nightly` stands for the unstable part, which stable compilers have with RUSTC_BOOTSTRAP only.
    """
    return [
        each["cfg"]
        for each in data["cfgs"]
        if each.get("rustc_from", 0) <= rustc.minor < each.get("rustc_below", rustc.minor + 1)
        and ("feature" not in each or each["feature"] in features)
        and ("host_os" not in each or each["host_os"] == rustc.host.split("-")[2])
        and (not each.get("nightly") or rustc.channel in ("nightly", "dev"))
    ]


def _libc_cfgs(data: dict[str, Any], target: Triple, emcc: tuple[int, int, int] | None) -> list[str]:
    """Choose libc's cfgs; its `libc_unstable_*` switches count as unset."""
    cfgs = set()
    if target.abi == "elfv2":
        cfgs.add("libc_elfv2")
    if target.os == "freebsd":
        cfgs.add(f"freebsd{data['freebsd']}")
    if target.os == "emscripten" and emcc is not None:
        cfgs.update(cfg for cfg, below in data["emcc_below"].items() if emcc < tuple(below))
    # Platforms that only exist with a musl that has a 64-bit time_t.
    if target.env == "ohos" or (target.env == "musl" and target.arch in ("loongarch64", "hexagon", "riscv32")):
        cfgs.update(("musl_v1_2", "linux_time_bits64"))
        if target.pointer_width == 32:
            cfgs.add("musl32_time64")
    if target.os == "linux" and target.pointer_width == 64:
        cfgs.add("linux_time_bits64")
    return sorted(cfgs)


def _version_expression(rustc: RustcVersion) -> str:
    """Write the compiler's version as rustversion's build script does."""
    channel = f"crate::version::Channel::{rustc.channel.capitalize()}"
    if rustc.channel == "nightly" and rustc.date is None:
        channel = "crate::version::Channel::Dev"
    elif rustc.channel == "nightly" and rustc.date is not None:
        year, month, day = rustc.date
        channel += (
            "(\n        crate::date::Date {\n"
            f"            year: {year},\n            month: {month},\n            day: {day},\n        }},\n    )"
        )
    fields = {"minor": rustc.minor, "patch": rustc.patch, "channel": channel}
    lines = "".join(f"    {name}: {value},\n" for name, value in fields.items())
    return f"crate::version::Version {{\n{lines}}}\n"


_LEXICON_ARCHES = {
    "aarch64": "Aarch64(Aarch64Architecture::Aarch64)",
    "powerpc64le": "Powerpc64le",
    "riscv64gc": "Riscv64(Riscv64Architecture::Riscv64gc)",
    "s390x": "S390x",
    "x86_64": "X86_64",
}
_LEXICON_VENDORS = {"apple": "Apple", "pc": "Pc", "unknown": "Unknown"}
_LEXICON_ENVIRONMENTS = {"": "Unknown", "gnu": "Gnu", "msvc": "Msvc", "musl": "Musl"}
_LEXICON_FORMATS = {"freebsd": "Elf", "linux": "Elf", "macos": "Macho", "windows": "Coff"}


def _host_source(data: dict[str, Any], target: Triple) -> str:
    """Write what target-lexicon's `HOST` and the `host` functions of its types are made of.

    Raises:
        ToolError: a compiler on this platform has not been met yet.
    """
    machine = target.name.split("-")[0]
    oses = {"freebsd": "Freebsd", "linux": "Linux", "macos": data["darwin"], "windows": "Windows"}
    fields = {
        "architecture": ("Architecture", _LEXICON_ARCHES.get(machine)),
        "vendor": ("Vendor", _LEXICON_VENDORS.get(target.vendor)),
        "operating_system": ("OperatingSystem", oses.get(target.os)),
        "environment": ("Environment", _LEXICON_ENVIRONMENTS.get(target.env)),
        "binary_format": ("BinaryFormat", _LEXICON_FORMATS.get(target.os)),
    }
    if any(value is None for _, value in fields.values()):
        raise ToolError(
            f"{target.name} is unknown as the platform of a compiler, expected one of {', '.join(_LEXICON_ARCHES)} "
            f"with {', '.join(sorted(oses))}: run the build script of target-lexicon instead"
        )
    triple = "".join(f"    {name}: {kind}::{value},\n" for name, (kind, value) in fields.items())
    arches = (
        "#[allow(unused_imports)]\nuse crate::{Aarch64Architecture, Riscv64Architecture};\n"
        if "::" in str(fields["architecture"][1])
        else ""
    )
    values = [*((kind, f"{kind}::{value}") for kind, value in fields.values()), ("Triple", "HOST")]
    functions = (_HOST_FUNCTION.format(kind=kind, value=value) for kind, value in values)
    return f"{arches}/// The platform of this build.\npub const HOST: Triple = Triple {{\n{triple}}};\n" + "".join(
        functions
    )


_HOST_FUNCTION = """\
impl {kind} {{
    /// That of this build.
    pub const fn host() -> Self {{
        {value}
    }}
}}
"""
