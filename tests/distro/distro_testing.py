"""What the tests of tools/bazel share: stand-in programs, and real bubblewrap where the machine allows it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from distro_common import DistroError
from distro_sandbox import find_bwrap, find_namespace

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def make_program(tmp_path: Path, name: str, body: str) -> Path:
    """Makes a shell script in `tmp_path`/programs."""
    path = tmp_path / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def real_bwrap() -> tuple[str, tuple[str, ...]]:
    """bubblewrap and the arguments with which it may be used here; skips the test where it may not."""
    bwrap = find_bwrap()
    if bwrap is None:
        pytest.skip("bubblewrap is not installed")
    try:
        return bwrap, find_namespace(bwrap)
    except DistroError as error:
        pytest.skip(str(error))


def python_command(code: str) -> list[str]:
    """The command that runs Python code that may import the modules of tools/distro."""
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(TOOLS / 'distro')!r}); {code}"]


def start_python(code: str) -> subprocess.Popen[str]:
    """Starts such a command in a session of its own, its streams piped."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        python_command(code), stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def wait_for(file: Path) -> None:
    """Waits until another process has made the file."""
    for _ in range(500):
        if file.exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{file} does not appear")
