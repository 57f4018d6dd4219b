"""Our platforms beside those that auditwheel finds."""

from __future__ import annotations

import re
import sys

import pyo3_policy_table
import pytest
from peer_corpus import MACHINE, MUSL, Builder, Sample, Wheel
from pyo3_common import ToolError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wheels are compiled for Linux")

OLD = {"libc.so.6": {"GLIBC_2.17": ["memcpy"]}}
GOOD = (
    Sample("no_versions", {"libc.so.6": {"": ["memcpy"]}}),
    Sample("old", OLD),
    Sample("glibc_2_18", {"libc.so.6": {"GLIBC_2.17": ["memcpy"], "GLIBC_2.18": ["new"]}}),
    Sample("glibc_2_28", {"libc.so.6": {"GLIBC_2.28": ["new"]}}),
    Sample("glibc_2_34", {"libc.so.6": {"GLIBC_2.17": ["memcpy"], "GLIBC_2.34": ["pthread_create", "dlsym"]}}),
    Sample("glibc_2_41", {"libc.so.6": {"GLIBC_2.41": ["new"]}}),
    Sample("relative_relocations", {"libc.so.6": {"GLIBC_ABI_DT_RELR": ["marker"]}}),
    Sample("other_old_libraries", {**OLD, "libpthread.so.0": {"GLIBC_2.17": ["fork"]}, "libX11.so.6": {"": ["x"]}}),
    Sample("newer_library", {**OLD, "libmvec.so.1": {"": ["vector"]}}),
    Sample("cpp", {**OLD, "libstdc++.so.6": {"GLIBCXX_3.4.29": ["f"], "CXXABI_1.3.8": ["g"]}}),
    Sample("gcc", {**OLD, "libgcc_s.so.1": {"GCC_12.0.0": ["f"]}}),
    Sample("zlib", {**OLD, "libz.so.1": {"ZLIB_1.2.9": ["inflate"]}}),
    Sample("recently_offered", {"libc.so.6": {"GLIBC_2.17": ["__issignaling"]}}),
    Sample("packed", {**OLD, "libx.so.1": {"": ["x"]}}, flags=["-Wl,-rpath,$ORIGIN/../pkg.libs"], packed=True),
    Sample("loader", {**OLD, "ld-linux-x86-64.so.2": {"GLIBC_2.50": ["__tls_get_addr"]}}),
)
# Linked with what there is.
REAL = Sample("real", python=("PyList_New", "pthread_create", "getrandom", "memcpy"), flags=["-lc"])
BAD = (
    Sample("private", {"libc.so.6": {"GLIBC_PRIVATE": ["inner"]}}),
    Sample("outside", {**OLD, "libcrypto.so.3": {"OPENSSL_3.0.0": ["f"]}}),
    Sample("internal", {**OLD, "libz.so.1": {"": ["inflate_fast"]}}),
    Sample("not_found", {**OLD, "libx.so.1": {"": ["x"]}}, flags=["-Wl,-rpath,$ORIGIN/elsewhere"], packed=True),
)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    return Builder(tmp_path_factory.mktemp("wheels"))


def accepted(wheel: Wheel, request: str) -> bool:
    try:
        return wheel.platform(request) == f"{request}_{MACHINE}"
    except ToolError:
        return False


def newest(tag: str) -> tuple[int, int]:
    """Give the release in auditwheel's answer; `linux` is after all of them."""
    matched = re.match(r"manylinux_(\d+)_(\d+)_", tag)
    return (int(matched[1]), int(matched[2])) if matched else (99, 0)


@pytest.mark.parametrize("sample", [*GOOD, REAL, *BAD], ids=str)
def test_same_platforms(sample: Sample, builder: Builder) -> None:
    wheel = builder.wheel(sample)
    found = wheel.auditwheel()["overall_tag"]
    assert (found == f"linux_{MACHINE}") == (sample in BAD)
    if sample in BAD:
        with pytest.raises(ToolError, match="the wheel is not for manylinux_2_41"):
            wheel.platform()
    else:
        assert wheel.platform() == found
    known = pyo3_policy_table.policies("manylinux", MACHINE).known
    assert len(known) > 10
    for policy in known:
        assert accepted(wheel, policy.name) == (policy.release >= newest(found)), policy.name


def test_same_libraries_are_outside(builder: Builder) -> None:
    libraries = {**OLD, "libcrypto.so.3": {"": ["f"]}, "libpython3.13.so.1.0": {"": ["g"]}, "libm.so.6": {"": ["h"]}}
    wheel = builder.wheel(Sample("two_outside", libraries))
    outside = ", ".join(sorted(wheel.auditwheel()["external_libs"]))
    assert outside == "libcrypto.so.3, libpython3.13.so.1.0"
    with pytest.raises(ToolError, match=rf"{MACHINE}[^\n]*\n  pkg/sample\.abi3\.so needs {outside}, no such libraries"):
        wheel.platform()


def test_auditwheel_ends_with_its_newest_list(builder: Builder) -> None:
    wheel = builder.wheel(Sample("newer_than_all", {"libc.so.6": {"GLIBC_2.60": ["new"]}}))
    assert wheel.auditwheel()["overall_tag"] == f"linux_{MACHINE}"
    assert wheel.platform() == f"manylinux_2_60_{MACHINE}"


def test_auditwheel_cannot_judge_symbols_of_musl(builder: Builder) -> None:
    """They have no versions, so it takes what it knows last; in between PEP 656 promises releases of musl."""
    libc = f"libc.musl-{MACHINE}.so.1"
    wheels = [
        builder.wheel(Sample(f"musl_{symbol}", {libc: {"": [symbol]}}, python=())) for symbol in ("malloc", "statx")
    ]
    assert {wheel.auditwheel()["overall_tag"] for wheel in wheels} == {f"musllinux_1_2_{MACHINE}"}
    assert [wheel.platform(target=MUSL) for wheel in wheels] == [f"musllinux_1_2_{MACHINE}"] * 2
    assert wheels[0].platform("musllinux_1_1", MUSL) == f"musllinux_1_1_{MACHINE}"
    with pytest.raises(ToolError, match=r"needs statx of libc\.so, musllinux_1_1 has musl 1\.1"):
        wheels[1].platform("musllinux_1_1", MUSL)


def test_libraries_outside_musllinux(builder: Builder) -> None:
    libraries = {f"libc.musl-{MACHINE}.so.1": {"": ["malloc"]}, "libgcc_s.so.1": {"": ["unwind"]}}
    wheel = builder.wheel(Sample("musl_unwind", libraries))
    found = wheel.auditwheel()
    assert (found["overall_tag"], list(found["external_libs"])) == (f"linux_{MACHINE}", ["libgcc_s.so.1"])
    with pytest.raises(ToolError, match=r"needs libgcc_s\.so\.1, no such libraries are in musllinux_1_2"):
        wheel.platform(target=MUSL)
