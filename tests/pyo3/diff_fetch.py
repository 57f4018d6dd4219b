"""Fetches the crates of a PyO3 version with Cargo, against the lock that the rules ship."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
from typing import TYPE_CHECKING

import lock_crates
import pyo3_common

if TYPE_CHECKING:
    from collections.abc import Sequence


def vendor(version: str, lock: pathlib.Path, cargo: str, folder: pathlib.Path) -> pathlib.Path:
    """Give a folder with the crates that the lock names, from the registry of the user's Cargo configuration.

    Args:
        version: of PyO3.
        lock: the Cargo.lock.
        cargo: the program.
        folder: kept between runs.

    Raises:
        ToolError: the lock cannot be read, or Cargo fails.
    """
    text = pyo3_common.read_text(str(lock), "Cargo.lock")
    project = folder / version
    kept = project / "Cargo.lock"
    if not (project / "finished").exists() or kept.read_text(encoding="utf-8") != text:
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir(parents=True)
        (project / "Cargo.toml").write_text(lock_crates.MANIFEST.format(version=version), encoding="utf-8")
        (project / "lib.rs").touch()
        kept.write_text(text, encoding="utf-8")
        _run([cargo, "vendor", "--locked", "--versioned-dirs", "--quiet", "vendor"], project)
        (project / "finished").touch()
    return project / "vendor"


def _run(command: Sequence[str], folder: pathlib.Path) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")
    if result.returncode != 0:
        raise pyo3_common.ToolError(f"`{' '.join(command)}` failed in {folder}:\n{result.stderr}")
