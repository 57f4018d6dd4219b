"""What the build scripts of the crates under PyO3 print, as pure functions.

Followed are the build.rs files of pyo3, pyo3-ffi and pyo3-macros-backend 0.30.1 as they run with
PYO3_BUILD_EXTENSION_MODULE set, and those of libc, proc-macro2 and quote in the versions of pyo3_crates.json.
One library of each crate serves extension modules and programs: a program links libpython on its own.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_versions
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_config import InterpreterConfig
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

_PYO3_CRATES = ("pyo3", "pyo3-ffi", "pyo3-macros-backend")


@dataclass(frozen=True)
class RustcVersion:
    """The compiler; `parse_rustc_version` makes one."""

    minor: int
    """N of the version 1.N."""
    channel: str
    """stable, beta, nightly or dev."""
    host: str
    """Target triple of the machine that it runs on."""


@dataclass(frozen=True)
class CrateOutputs:
    """What a build script tells Cargo, in its order."""

    cfgs: tuple[str, ...] = ()
    """`name` or `name="value"`."""
    check_cfgs: tuple[str, ...] = ()
    """`cfg(...)`."""
    env: tuple[tuple[str, str], ...] = ()
    """Variables to set for rustc."""
    link_args: tuple[str, ...] = ()
    """rustc arguments that link native libraries, `-lNAME`."""


def parse_rustc_version(text: str) -> RustcVersion:
    """Read what `rustc -vV` prints.

    Raises:
        ToolError: there is no release 1.N or no host in it.
    """
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    number, _, suffix = fields.get("release", "").partition("-")
    parts = number.split(".")
    if len(parts) < 2 or parts[0] != "1" or not parts[1].isdigit() or "host" not in fields:
        raise ToolError(
            f"`rustc -vV` printed {pyo3_common.excerpt(text)}, expected lines `release: 1.N.P` and `host: TRIPLE`: "
            "check the Rust toolchain"
        )
    return RustcVersion(int(parts[1]), suffix.split(".")[0] or "stable", fields["host"])


def crate_outputs(
    crate: str,
    version: str,
    features: Collection[str],
    rustc: RustcVersion,
    target: Triple,
    config: InterpreterConfig | None,
    emcc: tuple[int, int, int] | None = None,
) -> CrateOutputs:
    """Compute what the build script of a crate would print.

    Args:
        crate: the crate's name.
        version: the crate's version.
        features: its enabled features, those that others enable included.
        rustc: the compiler of the crate.
        target: the platform that the crate is compiled for.
        config: for pyo3 and pyo3-ffi, the interpreter.
        emcc: Emscripten's version if that is the target; None, as in a build without emcc on PATH, counts as newest.

    Raises:
        ToolError: the crate or its version is unknown, or PyO3 refuses the combination.
    """
    if crate in _PYO3_CRATES:
        return _pyo3_outputs(crate, pyo3_versions.pyo3_version(version), features, rustc, target, config)
    data = _crate_data(crate, version)
    cfgs = _libc_cfgs(data, target, emcc) if crate == "libc" else _listed_cfgs(data, features, rustc)
    checked = []
    if rustc.minor >= data["check_cfg_rustc"]:
        checked = [f"cfg({name})" for name in data["check_cfgs"]]
        for name, values in data.get("check_cfg_values", {}).items():
            checked.append(f"cfg({name},values({_quoted(values, ',')}))")
    return CrateOutputs(tuple(cfgs), tuple(checked))


@functools.cache
def _crates() -> dict[str, Any]:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pyo3_crates.json")
    crates: dict[str, Any] = pyo3_common.read_json(path, "table of crates")["crates"]
    return crates


def _crate_data(crate: str, version: str) -> dict[str, Any]:
    versions = _crates().get(crate)
    if versions is None:
        known = ", ".join(sorted({*_PYO3_CRATES, *_crates()}))
        raise ToolError(
            f"the build script of the crate {crate!r} is unknown, expected one of {known}: run its build script instead"
        )
    if version not in versions:
        raise ToolError(
            f"the build script of {crate} {version} is unknown, expected version {' or '.join(sorted(versions))}: "
            "pin one of these in Cargo.lock, or use a version of these rules that knows it"
        )
    data: dict[str, Any] = versions[version]
    return data


def _quoted(values: Collection[str], separator: str) -> str:
    return separator.join(f'"{value}"' for value in values)


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


def _pyo3_outputs(
    crate: str,
    pyo3: PyO3Version,
    features: Collection[str],
    rustc: RustcVersion,
    target: Triple,
    config: InterpreterConfig | None,
) -> CrateOutputs:
    if crate not in pyo3.crates_with_build_script:
        names = ", ".join(sorted(pyo3.crates_with_build_script))
        raise ToolError(f"{crate} {pyo3.version} has no build script, expected one of {names}")
    always = pyo3.always_cfgs.get(crate, ())
    checked = [f"cfg({name})" for name in always]
    if crate == "pyo3-macros-backend":
        return CrateOutputs(always, tuple(checked))
    if config is None:
        raise ToolError(f"{crate} depends on the Python interpreter, expected --config: pass the PyO3 config file")
    link = CrateOutputs()
    if crate == "pyo3-ffi":
        link = _link_outputs(pyo3, target, config)
    elif "auto-initialize" in features and not config.shared:
        raise ToolError(
            "the feature auto-initialize is on, the Python interpreter has only a static library, expected one with a "
            "shared library: choose another interpreter or turn the feature off"
        )
    checked += [*_expected_cfgs(pyo3), *(f"cfg({name})" for name in pyo3.feature_cfgs)]
    supported = tuple(name for name, minor in pyo3.feature_cfgs.items() if rustc.minor >= minor)
    return CrateOutputs(
        cfgs=always + link.cfgs + tuple(_interpreter_cfgs(pyo3, config)) + supported,
        check_cfgs=tuple(checked),
        link_args=link.link_args,
    )


def _expected_cfgs(pyo3: PyO3Version) -> list[str]:
    """Follow pyo3-build-config, src/lib.rs, `print_expected_cfgs`."""
    names = ["Py_LIMITED_API", "Py_GIL_DISABLED", "PyPy", "GraalPy", "RustPython"]
    return [
        *(f"cfg({name})" for name in names),
        f"cfg(py_sys_config, values({_quoted(pyo3.py_sys_config_values, ', ')}))",
        *(f"cfg(Py_3_{minor})" for minor in range(pyo3.python_min[1], pyo3.abi3_max[1] + 2)),
    ]


def _interpreter_cfgs(pyo3: PyO3Version, config: InterpreterConfig) -> list[str]:
    """Follow pyo3-build-config, src/impl_.rs, `build_script_outputs`."""
    abi = config.target_abi
    cfgs = [f"Py_3_{minor}" for minor in range(pyo3.python_min[1], abi.version[1] + 1)]
    cfgs += {"PyPy": ["PyPy"], "GraalVM": ["GraalPy"], "RustPython": ["RustPython"]}.get(abi.implementation, [])
    if abi.stable:
        cfgs.append("Py_LIMITED_API")
    if abi.free_threaded:
        cfgs.append("Py_GIL_DISABLED")
    return cfgs + [f'py_sys_config="{flag}"' for flag in sorted(config.build_flags - {"Py_GIL_DISABLED"})]


_LINKING_OSES = ("aix", "android", "cygwin", "ios", "windows")


def _link_outputs(pyo3: PyO3Version, target: Triple, config: InterpreterConfig) -> CrateOutputs:
    """Follow pyo3-ffi's `emit_link_config`; most platforms leave libpython to the process that loads a module."""
    if target.os not in _LINKING_OSES or config.suppress_build_script_link_lines:
        return CrateOutputs()
    name = config.lib_name
    if name is None:
        raise ToolError(f"{target.name} links to libpython, the PyO3 config file has no lib_name: write it again")
    if target.os == "windows" and name in _raw_dylib_names(pyo3):
        return CrateOutputs(cfgs=("pyo3_use_raw_dylib", f'pyo3_dll="{name}"'))
    if target.os == "windows" and config.implementation == "PyPy":
        # The import library, not the DLL.
        name = f"python{config.target_abi.version[0]}{config.target_abi.version[1]}"
    static = "" if config.shared else "static="
    alias = "pythonXY:" if target.os == "windows" else ""
    return CrateOutputs(link_args=(f"-l{static}{alias}{name}",))


def _raw_dylib_names(pyo3: PyO3Version) -> set[str]:
    names = set(pyo3.raw_dylib_names)
    oldest, newest = pyo3.python["CPython"]
    for minor in range(oldest[1], newest[1] + 2):
        names.update((f"python3{minor}", f"python3{minor}_d"))
        if minor >= 13:
            names.update((f"python3{minor}t", f"python3{minor}t_d"))
    oldest, newest = pyo3.python["PyPy"]
    names.update(f"libpypy3.{minor}-c" for minor in range(oldest[1], newest[1] + 1))
    return names
