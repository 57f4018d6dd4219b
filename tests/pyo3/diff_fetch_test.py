"""Fetching crates, and what is said when that, or a program, is not possible."""

from __future__ import annotations

import pathlib

import diff_fetch
import pyo3_differential
import pytest
from pyo3_common import ToolError


def fake_cargo(folder: pathlib.Path, script: str) -> str:
    program = folder / "cargo"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_fetches_once_for_a_lock(tmp_path: pathlib.Path) -> None:
    cargo = fake_cargo(tmp_path, f'echo "$@" >> {tmp_path}/calls; cp Cargo.toml Cargo.lock vendor 2>&- || mkdir vendor')
    lock = tmp_path / "Cargo.lock"
    for text in ("one", "one", "two"):
        lock.write_text(text, encoding="utf-8")
        vendored = diff_fetch.vendor("0.30.1", lock, cargo, tmp_path / "cache")
        assert vendored.is_dir()
        assert (vendored.parent / "Cargo.lock").read_text(encoding="utf-8") == text
    assert 'pyo3]\nversion = "=0.30.1"\n' in (vendored.parent / "Cargo.toml").read_text(encoding="utf-8")
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == ["vendor --locked --versioned-dirs --quiet vendor"] * 2


def test_what_cargo_says_is_shown(tmp_path: pathlib.Path) -> None:
    (tmp_path / "Cargo.lock").touch()
    cargo = fake_cargo(tmp_path, "echo no network >&2; exit 101")
    with pytest.raises(ToolError, match=r"cargo vendor --locked .*` failed in .*0\.30\.1:\nno network"):
        diff_fetch.vendor("0.30.1", tmp_path / "Cargo.lock", cargo, tmp_path / "cache")


def test_a_program_that_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert pyo3_differential.main(["--probe=pyo3_probe.py", "--cargo=/nonexistent/cargo"]) == 1
    assert capsys.readouterr().err == (
        "ERROR: there is no program /nonexistent/cargo, expected one on PATH: install Rust, or name it\n"
    )


def test_a_version_without_a_lock(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool = fake_cargo(tmp_path, "exit 0")
    options = ["--probe=pyo3_probe.py", f"--cargo={tool}", f"--rustc={tool}", f"--locks={tmp_path}", "--version=9.9.9"]
    assert pyo3_differential.main([*options, f"--cache={tmp_path / 'cache'}"]) == 1
    assert f"{tmp_path}/9.9.9/Cargo.lock" in capsys.readouterr().err
