"""Crates below PyO3 that write files or have no Python in their answers."""

from __future__ import annotations

import pytest
from flags_testing import LINUX, MACOS, WINDOWS, outputs
from pyo3_build_scripts import RustcVersion
from pyo3_common import ToolError


@pytest.mark.parametrize(
    ("minor", "cfgs"), [(76, "raw_ref_macros stable_const"), (77, "raw_ref_macros stable_const stable_offset_of")]
)
def test_memoffset(minor: int, cfgs: str) -> None:
    result = outputs("memoffset", "0.9.1", rustc=RustcVersion(minor, "stable", LINUX))
    assert " ".join(result.cfgs) == f"tuple_ty allow_clippy maybe_uninit doctests {cfgs}"
    assert result.check_cfgs == ()


# Recorded from rustversion 1.0.23.
_STABLE = """crate::version::Version {
    minor: 95,
    patch: 1,
    channel: crate::version::Channel::Stable,
}
"""
_NIGHTLY = """crate::version::Version {
    minor: 98,
    patch: 0,
    channel: crate::version::Channel::Nightly(
        crate::date::Date {
            year: 2026,
            month: 7,
            day: 4,
        },
    ),
}
"""


@pytest.mark.parametrize(
    ("rustc", "text"),
    [
        (RustcVersion(95, "stable", LINUX, 1, (2026, 4, 14)), _STABLE),
        (RustcVersion(98, "nightly", LINUX, 0, (2026, 7, 4)), _NIGHTLY),
        (RustcVersion(95, "beta", LINUX, 1), _STABLE.replace("Stable", "Beta")),
        (RustcVersion(95, "nightly", LINUX, 1), _STABLE.replace("Stable", "Dev")),
        (RustcVersion(95, "dev", LINUX, 1), _STABLE.replace("Stable", "Dev")),
    ],
)
def test_rustversion(rustc: RustcVersion, text: str) -> None:
    result = outputs("rustversion", "1.0.23", rustc=rustc)
    assert result.out_files == (("version.expr", text),)
    assert (result.cfgs, len(result.check_cfgs)) == ((), 2)


def test_rustversion_on_windows() -> None:
    result = outputs("rustversion", "1.0.23", rustc=RustcVersion(79, "stable", WINDOWS))
    assert (result.cfgs, result.check_cfgs) == (('host_os="windows"',), ())


@pytest.mark.parametrize(
    ("version", "target", "fields"),
    [
        ("0.12.16", LINUX, "Architecture::X86_64 Vendor::Unknown OperatingSystem::Linux Environment::Gnu"),
        ("0.12.16", MACOS, "Vendor::Apple OperatingSystem::Darwin, BinaryFormat::Macho"),
        ("0.13.5", MACOS, "OperatingSystem::Darwin(None) Environment::Unknown"),
        ("0.13.5", WINDOWS, "Vendor::Pc OperatingSystem::Windows Environment::Msvc BinaryFormat::Coff"),
        ("0.13.5", "aarch64-unknown-linux-musl", "Aarch64(Aarch64Architecture::Aarch64) Environment::Musl"),
    ],
)
def test_target_lexicon(version: str, target: str, fields: str) -> None:
    result = outputs("target-lexicon", version, target=target)
    assert result.cfgs == ('feature="rust_1_40"',)
    ((name, text),) = result.out_files
    assert name == "host.rs"
    for field in fields.split():
        assert field in text
    assert text.count("pub const fn host() -> Self") == 6


def test_target_lexicon_on_another_platform() -> None:
    with pytest.raises(ToolError, match=r"m68k-unknown-linux-gnu is unknown as the platform of a compiler, .* x86_64 "):
        outputs("target-lexicon", "0.13.5", target="m68k-unknown-linux-gnu")
