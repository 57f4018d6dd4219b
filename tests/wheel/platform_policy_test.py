"""Platforms of wheels for Linux and Windows."""

from __future__ import annotations

import re
from typing import Any

import pyo3_policy_table
import pytest
from pyo3_common import ToolError
from pyo3_platform_policy import check_platforms
from pyo3_wheel_library import not_in_wheel
from pyo3_wheel_tags import wheel_tags
from wheel_libraries import LINUX, MUSL, WINDOWS, extension, library, macos_library

MUSL_LIBRARIES = ("libc.so",)


def platform_of(*versions: str, request: str = "auto", **changes: Any) -> str:
    return wheel_tags([extension(library(versions=versions, **changes))], request).platform


def refusal(*versions: str, request: str = "auto", target: str = LINUX, **changes: Any) -> str:
    with pytest.raises(ToolError) as caught:
        wheel_tags([extension(library(versions=versions, **changes), target=target)], request)
    return str(caught.value)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], "manylinux1_x86_64.manylinux_2_5_x86_64"),
        (["malloc@GLIBC_2.2.5"], "manylinux1_x86_64.manylinux_2_5_x86_64"),
        (["accept4@GLIBC_2.10"], "manylinux2010_x86_64.manylinux_2_12_x86_64"),
        (["malloc@GLIBC_2.2.5", "memcpy@GLIBC_2.14"], "manylinux2014_x86_64.manylinux_2_17_x86_64"),
        (["new@GLIBC_2.18"], "manylinux_2_24_x86_64"),
        (["pthread_create@GLIBC_2.34", "malloc@GLIBC_2.2.5"], "manylinux_2_34_x86_64"),
        (["@GLIBC_ABI_DT_RELR"], "manylinux_2_36_x86_64"),
        (["new@GLIBC_2.41"], "manylinux_2_41_x86_64"),
        # Newer than any list.
        (["new@GLIBC_2.43"], "manylinux_2_43_x86_64"),
    ],
)
def test_the_oldest_policy_is_found(versions: list[str], expected: str) -> None:
    assert platform_of(*versions) == expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("GLIBCXX_3.4.8", "manylinux1_x86_64.manylinux_2_5_x86_64"),
        ("GLIBCXX_3.4.30", "manylinux_2_35_x86_64"),
        ("CXXABI_FLOAT128", "manylinux_2_24_x86_64"),
        ("GCC_14.0.0", "manylinux_2_39_x86_64"),
        ("OPENSSL_3.0.0", "manylinux1_x86_64.manylinux_2_5_x86_64"),
    ],
)
def test_other_libraries_have_versions_too(version: str, expected: str) -> None:
    assert platform_of(versioned_symbols={"libstdc++.so.6": {version: ("f",)}}) == expected


def test_other_processors() -> None:
    def of(target: str, arch: str, *versions: str) -> str:
        return wheel_tags(
            [extension(library(versions=versions, architectures=(arch,)), target=target)], "auto"
        ).platform

    assert of("aarch64-unknown-linux-gnu", "aarch64") == "manylinux2014_aarch64.manylinux_2_17_aarch64"
    assert of("i686-unknown-linux-gnu", "x86", "f@GLIBC_2.0") == "manylinux1_i686.manylinux_2_5_i686"
    assert of("armv7-unknown-linux-gnueabihf", "arm") == "manylinux2014_armv7l.manylinux_2_17_armv7l"
    assert of("riscv64gc-unknown-linux-gnu", "riscv64", "f@GLIBC_2.27") == "manylinux_2_31_riscv64"
    assert of("powerpc64le-unknown-linux-gnu", "powerpc64").endswith("manylinux_2_17_ppc64le")
    # There are no policies for it.
    assert of("arm-unknown-linux-gnueabihf", "arm", "f@GLIBC_2.4") == "linux_armv6l"


def test_what_was_asked_for_is_given() -> None:
    assert platform_of("f@GLIBC_2.14", request="manylinux_2_28") == "manylinux_2_28_x86_64"
    assert platform_of("f@GLIBC_2.14", request="manylinux_2_28_x86_64") == "manylinux_2_28_x86_64"
    assert platform_of("f@GLIBC_2.14", request="manylinux2014") == "manylinux2014_x86_64.manylinux_2_17_x86_64"
    assert platform_of(request="manylinux1_x86_64") == "manylinux1_x86_64.manylinux_2_5_x86_64"
    # Between two lists, and after all of them.
    assert platform_of("f@GLIBC_2.30", request="manylinux_2_30") == "manylinux_2_30_x86_64"
    assert platform_of("f@GLIBC_2.42", request="manylinux_2_42") == "manylinux_2_42_x86_64"
    for request in ("linux", "linux_x86_64"):
        assert platform_of("f@GLIBC_2.99", request=request, needed=("libssl.so.3",)) == "linux_x86_64"


def test_a_broken_floor() -> None:
    assert refusal("pthread_create@GLIBC_2.34", "malloc@GLIBC_2.2.5", request="manylinux_2_28") == (
        "the wheel is not for manylinux_2_28_x86_64, the platform that `platform` asks for:\n"
        "  pkg/_native.abi3.so needs pthread_create in version GLIBC_2.34 of libc.so.6, manylinux_2_28 has GLIBC_2.28\n"
        "  Expected only what all systems with that platform have: link libraries statically, graft them into a wheel "
        'of platform "linux" with pyo3_repaired_wheel, or pack them beside the extension with a run path of $ORIGIN; '
        'compile against an older C library, or promise less with `platform` ("auto" finds the oldest policy, "linux" '
        "promises nothing)."
    )
    many = [f"f{number}@GLIBC_2.18" for number in range(7)]
    assert "needs f0, f1, f2, f3, f4 and 2 more in version GLIBC_2.18 of" in refusal(*many, request="manylinux2014")
    assert "needs f in version GLIBC_2.31 of libc.so.6, manylinux_2_30 has GLIBC_2.30" in refusal(
        "f@GLIBC_2.31", request="manylinux_2_30"
    )
    assert "needs f in version ZLIB_1.2.0 of libc.so.6, manylinux_2_5 has no ZLIB" in refusal(
        "f@ZLIB_1.2.0", request="manylinux1"
    )
    assert "needs the version GLIBC_ABI_DT_RELR of libc.so.6" in refusal("@GLIBC_ABI_DT_RELR", request="manylinux2014")


def test_private_symbols_are_in_no_policy() -> None:
    message = refusal("__libc_dlopen@GLIBC_PRIVATE")
    assert message.startswith("the wheel is not for manylinux_2_41_x86_64, the platform found for it:\n")
    assert "needs __libc_dlopen in version GLIBC_PRIVATE of libc.so.6, manylinux_2_41 has GLIBC_2.41" in message


def test_libraries_outside_the_policy() -> None:
    needed = ("libcrypto.so.3", "libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2", "libpython3.13.so.1.0")
    message = refusal(needed=needed)
    assert "needs libcrypto.so.3, libpython3.13.so.1.0, no such libraries are in manylinux_2_41\n" in message
    assert "needs libmvec.so.1, no such libraries are in manylinux_2_17\n" in refusal(
        request="manylinux2014", needed=("libmvec.so.1",)
    )
    assert platform_of(needed=("libmvec.so.1",)) == "manylinux_2_24_x86_64"
    assert "needs libc.musl-x86_64.so.1, no such" in refusal(needed=("libc.musl-x86_64.so.1",))


def test_internal_symbols() -> None:
    zlib = ("libz.so.1", "libc.so.6")
    assert platform_of(needed=zlib, undefined=frozenset({"inflate"})).startswith("manylinux1")
    message = refusal(needed=zlib, undefined=frozenset({"inflate_fast", "inflate"}))
    assert "uses inflate_fast, which libz.so.1 may lack in manylinux_2_41" in message
    # Interface since glibc 2.18, whatever its version says.
    assert platform_of(undefined=frozenset({"__cxa_thread_atexit_impl"})) == "manylinux_2_24_x86_64"


def test_libraries_in_the_wheel() -> None:
    packed = library("pkg.libs/libx.so.1", ["f@GLIBC_2.14"])
    for run_path, found in (("$ORIGIN/../pkg.libs", True), ("${ORIGIN}/.", False), ("/opt/pkg.libs", False)):
        user = library(needed=("libx.so.1",), run_paths=(run_path,))
        assert not_in_wheel(user, [user, packed]) == ([] if found else ["libx.so.1"])
    user = library(needed=("libx.so.1",), run_paths=("/usr/lib", "$ORIGIN/../pkg.libs"))
    assert wheel_tags([extension(user)], "auto", [packed]).platform.endswith("manylinux_2_17_x86_64")
    with pytest.raises(ToolError, match=r"pkg/_native\.abi3\.so needs libx\.so\.1, no such libraries"):
        wheel_tags([extension(user)], "auto", [library("pkg/libx.so.1")])


def musl_tags(request: str = "auto", *undefined: str, needed: tuple[str, ...] = MUSL_LIBRARIES) -> str:
    found = library(needed=needed, undefined=frozenset(undefined))
    return wheel_tags([extension(found, target=MUSL)], request).platform


def test_musl() -> None:
    assert musl_tags() == "musllinux_1_2_x86_64"
    assert musl_tags(needed=("libc.musl-x86_64.so.1", "libz.so.1")) == "musllinux_1_2_x86_64"
    assert musl_tags("musllinux_1_2_x86_64", "statx") == "musllinux_1_2_x86_64"
    assert musl_tags("musllinux_1_1", "malloc") == "musllinux_1_1_x86_64"
    assert musl_tags("linux", needed=("libgcc_s.so.1",)) == "linux_x86_64"


def test_musl_refusals() -> None:
    for request, undefined, needed, message in (
        ("musllinux_1_1", ["statx", "malloc"], MUSL_LIBRARIES, "needs statx of libc.so, musllinux_1_1 has musl 1.1"),
        ("auto", [], ("libgcc_s.so.1", "libc.so"), "needs libgcc_s.so.1, no such libraries are in musllinux_1_2"),
        ("auto", [], ("libc.so.6",), "needs libc.so.6, no such libraries are in musllinux_1_2"),
        ("manylinux_2_28", [], MUSL_LIBRARIES, "platform is 'manylinux_2_28', but the extensions are compiled for"),
        ("musllinux_1_3", [], MUSL_LIBRARIES, "platform is 'musllinux_1_3', which is not known for x86_64, expected"),
    ):
        with pytest.raises(ToolError, match=re.escape(message)):
            musl_tags(request, *undefined, needed=needed)


@pytest.mark.parametrize("request_", ["musllinux_1_2", "macosx_11_0", "win_amd64", "manylinux_2_28_aarch64", "any", ""])
def test_platforms_of_others(request_: str) -> None:
    assert refusal(request=request_) == (
        f'platform is {request_!r}, but the extensions are compiled for {LINUX}, expected "auto", "linux" or '
        "manylinux_2_5 and newer for x86_64: correct `platform`, with a select() where the wheel is for several"
    )


def test_policies_that_a_processor_lacks() -> None:
    target = "riscv64gc-unknown-linux-gnu"
    message = refusal(request="manylinux_2_28", target=target, architectures=("riscv64",))
    assert message == (
        'platform is \'manylinux_2_28\', which is not known for riscv64, expected "auto", "linux" or manylinux_2_31 '
        "and newer for riscv64: correct `platform`"
    )


def test_another_processor() -> None:
    message = refusal(architectures=("aarch64",))
    assert message == (
        "pkg/_native.abi3.so is for aarch64, the extensions of the wheel are compiled for x86_64-unknown-linux-gnu, "
        "expected one processor: put them into wheels of their own"
    )


def test_windows() -> None:
    def of(*needed: str, request: str = "auto", packed: tuple[str, ...] = ()) -> str:
        found = library("pkg/_native.pyd", format="PE", needed=needed)
        others = [library(path, format="PE", needed=("KERNEL32.dll",)) for path in packed]
        return wheel_tags([extension(found, target=WINDOWS)], request, others).platform

    system = ("KERNEL32.dll", "python3.dll", "VCRUNTIME140.dll", "api-ms-win-crt-heap-l1-1-0.dll")
    assert of(*system) == of(*system, request="win_amd64") == "win_amd64"
    assert of("libgcc_s_seh-1.dll", packed=("pkg/libgcc_s_seh-1.dll",)) == "win_amd64"
    with pytest.raises(ToolError, match=r"pkg/_native\.pyd needs MSVCP140\.dll, expected libraries that Windows or"):
        of("MSVCP140.dll", packed=("other/MSVCP140.dll",))
    with pytest.raises(ToolError, match=r'platform is \'win32\', but .* expected "auto" or "win_amd64": correct'):
        of(*system, request="win32")


def test_other_systems_have_the_platform_of_the_extension() -> None:
    for target, platform in (
        ("aarch64-linux-android", "android_21_arm64_v8a"),
        ("aarch64-apple-ios", "ios_13_0_arm64_iphoneos"),
        ("x86_64-unknown-freebsd", "freebsd_14_1_release_amd64"),
    ):
        arch = target.partition("-")[0]
        found = extension(library(architectures=(arch,)), target=target, platform=platform)
        assert wheel_tags([found], "auto").platform == platform


def test_a_finished_wheel() -> None:
    found = [library(versions=["f@GLIBC_2.28"]), library("pkg/other.so", ["g@GLIBC_2.17"])]
    check_platforms(["manylinux_2_28_x86_64"], found)
    check_platforms(["manylinux2014_x86_64", "linux_x86_64", "freebsd_14_amd64", "any"], found)
    check_platforms(["manylinux_2_17_aarch64"], [library(versions=["f@GLIBC_2.18"])])
    check_platforms(["manylinux_9_9_m68k"], [])
    with pytest.raises(
        ToolError,
        match=r"not for manylinux_2_17_x86_64, the platform in its name:\n  pkg/_native\.abi3\.so needs f in",
    ):
        check_platforms(["manylinux2014_x86_64", "manylinux_2_17_x86_64"], found)
    with pytest.raises(ToolError, match=r"needs libc\.so\.6, no such libraries are in musllinux_1_2"):
        check_platforms(["musllinux_1_2_x86_64"], found)
    with pytest.raises(ToolError, match="no system has the platform manylinux_2_17_m68k, expected a known one"):
        check_platforms(["manylinux_2_17_m68k"], found)
    with pytest.raises(ToolError, match=r"is linked for macOS 13\.0 and newer"):
        check_platforms(["macosx_12_0_arm64"], [macos_library(aarch64="13.0")])
    with pytest.raises(ToolError, match=r"needs libgomp-1\.dll, expected libraries that Windows or"):
        check_platforms(["win_amd64"], [library(format="PE", needed=("libgomp-1.dll",))])


def test_the_table_grows_from_policy_to_policy() -> None:
    for kind in ("manylinux", "musllinux"):
        for machine in ("x86_64", "aarch64", "ppc64le"):
            known = pyo3_policy_table.policies(kind, machine).known
            assert len(known) >= 2
            for older, newer in zip(known, known[1:]):
                assert older.release < newer.release
                assert older.libraries <= newer.libraries
                assert all(newer.allows(f"{name}_{number}") for name, number in older.versions.items() if number)
    assert pyo3_policy_table.policies("manylinux", "sparc").known == ()
