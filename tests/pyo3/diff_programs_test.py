"""Edits of the crates, and the features that one enables."""

from __future__ import annotations

import pathlib
import re

import pytest
from diff_programs import _HOST_EDITS, _OUT_DIR_EDITS, Edit, compile_programs, crate_folder, edited, enabled_features
from pyo3_common import ToolError

# As in pyo3-build-config 0.28.3, shortened.
LIBRARY = """\
    const CONFIG_FILE: &str = include_str!(concat!(env!("OUT_DIR"), "/pyo3-build-config-file.txt"));
    if !CONFIG_FILE.is_empty() {
        from_reader(Cursor::new(CONFIG_FILE))
const HOST_CONFIG: &str = include_str!(concat!(env!("OUT_DIR"), "/pyo3-build-config.txt"));
        from_reader(Cursor::new(HOST_CONFIG))
    let mut path = PathBuf::from(env!("OUT_DIR"));
"""
EDITED_LIBRARY = """\
    fn CONFIG_FILE() -> &'static str { run_time_file("pyo3-build-config-file.txt") }
    if !CONFIG_FILE().is_empty() {
        from_reader(Cursor::new(CONFIG_FILE()))
fn HOST_CONFIG() -> &'static str { run_time_file("pyo3-build-config.txt") }
        from_reader(Cursor::new(HOST_CONFIG()))
    let mut path = PathBuf::from(run_time_out_dir());
"""


def test_edits_of_the_library() -> None:
    assert edited(LIBRARY, _OUT_DIR_EDITS, "lib.rs") == EDITED_LIBRARY


def test_edits_of_the_implementation() -> None:
    text = "let host = Triple::host();\n" + "if cfg!(windows) {\n" * 5
    assert edited(text, _HOST_EDITS, "impl_.rs") == "let host = run_time_host();\n" + "if run_time_windows() {\n" * 5


@pytest.mark.parametrize("text", ["", "aa"])
def test_an_edit_that_does_not_apply_as_often_as_it_should(text: str) -> None:
    with pytest.raises(ToolError, match=f"^lib.rs: a is there {len(text)} times, expected 1$"):
        edited(text, (Edit("a", "b", 1),), "lib.rs")


def test_finds_a_crate_with_or_without_its_version(tmp_path: pathlib.Path) -> None:
    for name in ("pyo3-0.30.1", "pyo3-ffi-0.30.1", "quote", "libc-0.2.1", "libc"):
        (tmp_path / name).mkdir()
    assert crate_folder(tmp_path, "pyo3").name == "pyo3-0.30.1"
    assert crate_folder(tmp_path, "quote").name == "quote"
    for name, count in (("syn", 0), ("libc", 2)):
        message = f"{tmp_path} has {count} folders for the crate {name}, expected one"
        with pytest.raises(ToolError, match=re.escape(message)):
            crate_folder(tmp_path, name)


def test_features_reach_the_crates_below() -> None:
    features: dict[str, dict[str, tuple[str, ...]]] = {
        "pyo3": {"abi3": ("pyo3-build-config/abi3", "pyo3-ffi/abi3"), "abi3-py39": ("abi3", "other/x"), "macros": ()},
        "pyo3-ffi": {"abi3": ("pyo3-build-config?/abi3",)},
        "pyo3-build-config": {"abi3": (), "resolve-config": ()},
    }
    assert enabled_features(features, frozenset(["abi3-py39", "unknown"])) == {
        "pyo3": {"abi3", "abi3-py39"},
        "pyo3-ffi": {"abi3"},
        "pyo3-build-config": {"abi3", "resolve-config"},
    }


CRATES = ("pyo3", "pyo3-build-config", "pyo3-ffi", "pyo3-macros", "pyo3-macros-backend")


def test_what_a_failing_compiler_says_is_shown(tmp_path: pathlib.Path) -> None:
    for name in CRATES:
        crate = tmp_path / "vendor" / name
        (crate / "src").mkdir(parents=True)
        (crate / "Cargo.toml").write_text(f'[package]\nname = "{name}"\nedition = "2021"\n[features]\na = ["b"]\n')
        (crate / ".cargo-checksum.json").write_text("{}")
    source = tmp_path / "vendor" / "pyo3-build-config" / "src"
    (source / "lib.rs").write_text("")
    (source / "impl_.rs").write_text("Triple::host()" + "cfg!(windows)" * 5)
    tool = tmp_path / "tool"
    tool.write_text('#!/bin/sh\necho it does not compile >&2\n[ "$1" = -vV ]\n')
    tool.chmod(0o755)
    with pytest.raises(ToolError, match=r"`.*/tool build --offline --quiet` failed in .*:\nit does not compile"):
        compile_programs("0.30.1", tmp_path / "vendor", str(tool), str(tool), tmp_path / "cache")
