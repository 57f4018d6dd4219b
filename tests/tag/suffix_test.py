"""Suffixes of modules for a stable ABI, and the words that they are made of."""

from __future__ import annotations

import pyo3_platform_tag
import pyo3_suffix
import pyo3_triple
import pytest
from packaging import tags
from pyo3_common import ToolError
from recorded_facts import RECORDED, facts, triple_of

LINUX = "x86_64-unknown-linux-gnu"
WINDOWS_PYTHON = "cpython-3.13-windows-amd64"


def suffix(kind: str, minor: int, target: str = LINUX, debug: bool = False) -> str:
    return pyo3_suffix.stable_suffix(kind, (3, minor), pyo3_triple.parse_triple(target), debug)


@pytest.mark.parametrize(
    ("kind", "minor", "target", "debug", "expected"),
    [
        ("abi3", 7, LINUX, False, ".abi3.so"),
        ("abi3", 14, LINUX, False, ".abi3.so"),
        ("abi3", 14, LINUX, True, ".abi3.so"),
        ("abi3", 15, LINUX, False, ".abi3-x86_64-linux-gnu.so"),
        ("abi3t", 15, LINUX, True, ".abi3t-x86_64-linux-gnu.so"),
        ("abi3", 16, "aarch64-apple-darwin", False, ".abi3-darwin.so"),
        ("abi3", 9, "x86_64-apple-darwin", False, ".abi3.so"),
        ("abi3", 9, "x86_64-pc-windows-msvc", False, ".pyd"),
        ("abi3t", 15, "x86_64-pc-windows-gnu", False, ".pyd"),
        ("abi3", 15, "i686-pc-windows-msvc", True, "_d.pyd"),
        ("abi3", 13, "x86_64-unknown-freebsd", False, ".abi3.so"),
        ("abi3", 13, "wasm32-unknown-emscripten", False, ".abi3.so"),
        ("abi3", 15, "wasm32-unknown-emscripten", False, ".abi3-wasm32-emscripten.so"),
    ],
)
def test_suffix(kind: str, minor: int, target: str, debug: bool, expected: str) -> None:
    assert suffix(kind, minor, target, debug) == expected


@pytest.mark.parametrize(
    "name", [name for name in RECORDED if not name.startswith(("graalpy", "pypy", WINDOWS_PYTHON))]
)
def test_platform_word_of_recorded_interpreters(name: str) -> None:
    of = facts(name)
    word = pyo3_suffix.platform_word(pyo3_triple.parse_triple(triple_of(of)))
    assert of.ext_suffix.endswith(f"-{word}.so")
    assert of.soabi_platform in (None, word)
    if of.version >= (3, 15):
        assert {f".abi3-{word}.so", f".abi3t-{word}.so", ".abi3.so"} < set(of.extension_suffixes)


@pytest.mark.parametrize(
    ("target", "word"),
    [
        ("aarch64-linux-android", "aarch64-linux-android"),
        ("aarch64-apple-ios", "iphoneos"),
        ("aarch64-apple-ios-sim", "iphonesimulator"),
        ("aarch64-unknown-linux-gnu_ilp32", "aarch64_ilp32-linux-gnu"),
        ("aarch64_be-unknown-linux-gnu", "aarch64_be-linux-gnu"),
        ("arm-unknown-linux-gnueabi", "arm-linux-gnueabi"),
        ("armeb-unknown-linux-gnueabi", "armeb-linux-gnueabi"),
        ("armv7-linux-androideabi", "arm-linux-androideabi"),
        ("armv7-unknown-linux-gnueabihf", "arm-linux-gnueabihf"),
        ("armv7-unknown-linux-musleabihf", "arm-linux-musleabihf"),
        ("i586-unknown-linux-gnu", "i386-linux-gnu"),
        ("i686-linux-android", "i686-linux-android"),
        ("i686-unknown-hurd-gnu", "i386-gnu"),
        ("i686-unknown-linux-musl", "i386-linux-musl"),
        ("loongarch64-unknown-linux-gnu", "loongarch64-linux-gnu"),
        ("mips-unknown-linux-gnu", "mips-linux-gnu"),
        ("mips64el-unknown-linux-gnuabi64", "mips64el-linux-gnuabi64"),
        ("mips64el-unknown-linux-muslabi64", "mips64el-linux-musl"),
        ("powerpc-unknown-linux-gnuspe", "powerpc-linux-gnuspe"),
        ("powerpc64le-unknown-linux-gnu", "powerpc64le-linux-gnu"),
        ("riscv64gc-unknown-linux-gnu", "riscv64-linux-gnu"),
        ("s390x-unknown-linux-gnu", "s390x-linux-gnu"),
        ("thumbv7neon-unknown-linux-gnueabihf", "arm-linux-gnueabihf"),
        ("x86_64-apple-ios", "iphonesimulator"),
        ("x86_64-unknown-linux-gnux32", "x86_64-linux-gnux32"),
    ],
)
def test_platform_word(target: str, word: str) -> None:
    assert pyo3_suffix.platform_word(pyo3_triple.parse_triple(target)) == word


@pytest.mark.parametrize(
    "target",
    ["x86_64-unknown-freebsd", "csky-unknown-linux-gnuabiv2", "riscv64-linux-android", "aarch64-apple-ios-macabi"],
)
def test_platform_without_a_word(target: str) -> None:
    with pytest.raises(ToolError, match=f"no platform word for {target}, .*: choose a floor below 3.15, or set abi to"):
        suffix("abi3", 15, target)


def test_cygwin() -> None:
    with pytest.raises(
        ToolError, match=r"Python on x86_64-pc-cygwin has no file names for abi3, .*: set abi to version"
    ):
        suffix("abi3", 9, "x86_64-pc-cygwin")


@pytest.mark.parametrize("name", [name for name in RECORDED if "emscripten" not in name])
def test_platform_tag_without_an_interpreter(name: str) -> None:
    of = facts(name)
    target = pyo3_triple.parse_triple(triple_of(of))
    with_facts, without = pyo3_platform_tag.of_facts(of, target), pyo3_platform_tag.of_target(target)
    if of.sys_platform == "darwin":
        # Less is asked of the system, as of one that the interpreter was not built for.
        assert without in tags.mac_platforms((15, 7), "arm64")
    else:
        assert without == with_facts


@pytest.mark.parametrize(
    ("target", "platform"),
    [
        ("aarch64-apple-darwin", "macosx_11_0_arm64"),
        ("aarch64-apple-ios-sim", "ios_13_0_arm64_iphonesimulator"),
        ("aarch64-linux-android", "android_21_arm64_v8a"),
        ("aarch64-pc-windows-msvc", "win_arm64"),
        ("armv7-unknown-linux-gnueabihf", "linux_armv7l"),
        ("i686-pc-windows-msvc", "win32"),
        ("i686-unknown-linux-gnu", "linux_i686"),
        ("powerpc64le-unknown-linux-gnu", "linux_ppc64le"),
        ("riscv64gc-unknown-linux-gnu", "linux_riscv64"),
        ("x86_64-apple-darwin", "macosx_10_12_x86_64"),
        ("x86_64-apple-ios", "ios_13_0_x86_64_iphonesimulator"),
        ("x86_64-pc-windows-gnu", "win_amd64"),
        ("x86_64-unknown-linux-musl", "linux_x86_64"),
    ],
)
def test_platform_tag_of_a_target(target: str, platform: str) -> None:
    assert pyo3_platform_tag.of_target(pyo3_triple.parse_triple(target)) == platform


@pytest.mark.parametrize("target", ["wasm32-unknown-emscripten", "x86_64-unknown-freebsd", "thumbv7a-pc-windows-msvc"])
def test_platform_tag_that_only_an_interpreter_knows(target: str) -> None:
    with pytest.raises(ToolError, match=f"the wheel platform of {target} cannot be told without a Python, expected"):
        pyo3_platform_tag.of_target(pyo3_triple.parse_triple(target))
