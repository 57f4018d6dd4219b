"""Target triples, against what the compiler says of them."""

from __future__ import annotations

import re
import shutil
import subprocess

import pyo3_triple
import pytest
from pyo3_common import ToolError

# Expected values are those of `rustc --print cfg` of Rust 1.95.
TRIPLES = {
    "aarch64-apple-darwin": "aarch64 apple macos - - 64",
    "aarch64-apple-ios": "aarch64 apple ios - - 64",
    "aarch64-linux-android": "aarch64 unknown android - - 64",
    "aarch64-pc-windows-msvc": "aarch64 pc windows msvc - 64",
    "aarch64-unknown-linux-gnu": "aarch64 unknown linux gnu - 64",
    "aarch64-unknown-linux-ohos": "aarch64 unknown linux ohos - 64",
    "arm-linux-androideabi": "arm unknown android - eabi 32",
    "armv7-unknown-freebsd": "arm unknown freebsd - eabihf 32",
    "armv7-unknown-linux-gnueabihf": "arm unknown linux gnu eabihf 32",
    "armv7-unknown-linux-ohos": "arm unknown linux ohos eabi 32",
    "i686-pc-windows-gnu": "x86 pc windows gnu - 32",
    "i686-unknown-linux-musl": "x86 unknown linux musl - 32",
    "loongarch64-unknown-linux-musl": "loongarch64 unknown linux musl - 64",
    "mips64el-unknown-linux-gnuabi64": "mips64 unknown linux gnu abi64 64",
    "powerpc64-ibm-aix": "powerpc64 ibm aix - vec-extabi 64",
    "powerpc64-unknown-linux-gnu": "powerpc64 unknown linux gnu elfv1 64",
    "powerpc64le-unknown-linux-gnu": "powerpc64 unknown linux gnu elfv2 64",
    "riscv32gc-unknown-linux-musl": "riscv32 unknown linux musl - 32",
    "riscv64gc-unknown-linux-gnu": "riscv64 unknown linux gnu - 64",
    "s390x-unknown-linux-gnu": "s390x unknown linux gnu - 64",
    "wasm32-unknown-emscripten": "wasm32 unknown emscripten - - 32",
    "wasm32-wasip1": "wasm32 unknown wasi p1 - 32",
    "x86_64-apple-darwin": "x86_64 apple macos - - 64",
    "x86_64-apple-ios": "x86_64 apple ios sim sim 64",
    "x86_64-pc-cygwin": "x86_64 pc cygwin - - 64",
    "x86_64-pc-windows-gnullvm": "x86_64 pc windows gnu llvm 64",
    "x86_64-unknown-freebsd": "x86_64 unknown freebsd - - 64",
    "x86_64-unknown-linux-gnu": "x86_64 unknown linux gnu - 64",
    "x86_64-unknown-linux-gnux32": "x86_64 unknown linux gnu x32 32",
    "x86_64-uwp-windows-msvc": "x86_64 uwp windows msvc uwp 64",
    "x86_64-wrs-vxworks": "x86_64 wrs vxworks gnu - 64",
}


def shown(triple: pyo3_triple.Triple) -> str:
    parts = (triple.arch, triple.vendor, triple.os, triple.env, triple.abi, str(triple.pointer_width))
    return " ".join(part or "-" for part in parts)


@pytest.mark.parametrize("name", TRIPLES)
def test_triple(name: str) -> None:
    assert shown(pyo3_triple.parse_triple(name)) == TRIPLES[name]


@pytest.mark.parametrize("name", TRIPLES)
def test_triple_agrees_with_rustc(name: str) -> None:
    rustc = shutil.which("rustc")
    if rustc is None:
        pytest.skip("there is no rustc on PATH")
    result = subprocess.run(
        [rustc, "--print", "cfg", "--target", name], capture_output=True, check=False, encoding="utf-8"
    )
    if result.returncode != 0:
        pytest.skip(f"this rustc does not know {name}")
    said = dict(re.findall(r'^target_(\w+)="(.*)"$', result.stdout, re.MULTILINE))
    keys = ("arch", "vendor", "os", "env", "abi", "pointer_width")
    assert TRIPLES[name] == " ".join(said.get(key) or "-" for key in keys)


@pytest.mark.parametrize(
    "name", ["", "x86_64", "linux", "x86_64-unknown-none", "z80-unknown-linux-gnu", "x86_64-unknown-linux-gnu-more"]
)
def test_unreadable_triple(name: str) -> None:
    with pytest.raises(ToolError, match=r"cannot read the target triple .*expected ARCH-VENDOR-OS.*correct the"):
        pyo3_triple.parse_triple(name)
