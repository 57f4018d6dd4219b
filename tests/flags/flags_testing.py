"""Interpreters and compilers for the tests of the flags stage."""

from __future__ import annotations

import dataclasses
import stat
from typing import TYPE_CHECKING, Any

import pyo3_build_scripts
import pyo3_triple
import pyo3_versions
from pyo3_abi import GIL_ENABLED, PythonAbi
from pyo3_build_scripts import CrateOutputs, RustcVersion
from pyo3_interpreter_config import InterpreterConfig

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

LINUX = "x86_64-unknown-linux-gnu"
MACOS = "aarch64-apple-darwin"
WINDOWS = "x86_64-pc-windows-msvc"
RUSTC = RustcVersion(95, "stable", LINUX)
# Recorded from Rust 1.95.0 of the Rust project for Linux.
RUSTC_SAYS = """rustc 1.95.0 (59807616e 2026-04-14)
binary: rustc
commit-hash: 59807616e1fa2540724bfbac14d7976d7e4a3860
commit-date: 2026-04-14
host: x86_64-unknown-linux-gnu
release: 1.95.0
LLVM version: 22.1.2
"""
VERSIONS = pyo3_versions.supported_versions()


def interpreter(
    implementation: str = "CPython", kind: str = GIL_ENABLED, version: tuple[int, int] = (3, 12), **fields: Any
) -> InterpreterConfig:
    """A configuration as the config stage hands it over, its library named as on Linux."""
    flags = frozenset(fields.pop("build_flags", ()))
    config = InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=True,
        target_abi=PythonAbi(implementation, kind, version, "Py_DEBUG" in flags),
        lib_name=f"python{version[0]}.{version[1]}",
        pointer_width=64,
        build_flags=flags,
    )
    return dataclasses.replace(config, **fields)


def outputs(
    crate: str,
    version: str,
    config: InterpreterConfig | None = None,
    target: str = LINUX,
    features: Sequence[str] = (),
    rustc: RustcVersion = RUSTC,
    **switches: Any,
) -> CrateOutputs:
    """What the build script prints."""
    triple = pyo3_triple.parse_triple(target)
    return pyo3_build_scripts.crate_outputs(crate, version, features, rustc, triple, config, **switches)


def extension_outputs(
    version: str, config: InterpreterConfig, target: str = LINUX, rustc: RustcVersion = RUSTC
) -> CrateOutputs:
    """What a crate that uses PyO3 is compiled with."""
    return pyo3_build_scripts.extension_outputs(version, rustc, pyo3_triple.parse_triple(target), config)


class RecordedRustc:
    """A compiler in a folder that prints what was recorded."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def rustc(self, says: str = RUSTC_SAYS, code: int = 0) -> pathlib.Path:
        path = self.folder / "rustc"
        path.write_text(f"#!/bin/sh\ncat <<END\n{says}END\nexit {code}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path
