"""The quickstart's extension as a project of cargo and maturin, with the crates that Bazel uses."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bench_run import run
from bench_workspace import locked_version

_MANIFEST = """\
[package]
name = "my_ext"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
pyo3 = "={version}"
"""

# As `maturin new` writes it.
_PYPROJECT = """\
[build-system]
requires = ["maturin>=1.16,<2.0"]
build-backend = "maturin"

[project]
name = "my_ext"
requires-python = ">=3.10"
dynamic = ["version"]
"""

_VENDORED = """\
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "{folder}"
"""


class CargoProject:
    """A folder with a Cargo.toml, built for release and offline."""

    def __init__(self, folder: Path, source: Path, vendor: Path) -> None:
        """Write the project: a copy of a lib.rs, and crates that Bazel vendored."""
        self.folder = folder
        self.source = folder / "src/lib.rs"
        lock = (vendor.parent / "Cargo.lock").read_text(encoding="utf-8")
        files = {
            "Cargo.toml": _MANIFEST.format(version=locked_version(lock, "pyo3")),
            "Cargo.lock": lock.replace('name = "pyo3_crates"\nversion = "0.0.0"', 'name = "my_ext"\nversion = "0.1.0"'),
            "pyproject.toml": _PYPROJECT,
            ".cargo/config.toml": _VENDORED.format(folder=vendor),
            "src/lib.rs": source.read_text(encoding="utf-8"),
        }
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    def build(self, *flags: str, **variables: str) -> str:
        """Build with cargo and give what it prints."""
        return run(["cargo", "build", "--release", "--offline", "--quiet", *flags], self.folder, **variables)

    def build_wheels(self, maturin: Path, pythons: Sequence[str], *flags: str) -> str:
        """Build a wheel for each Python, or one for all where the features choose abi3, with maturin's defaults.

        Give what maturin prints.
        """
        chosen = [flag for python in pythons for flag in ("--interpreter", python)]
        return run([maturin, "build", "--release", "--offline", *chosen, *flags], self.folder)

    def clean(self) -> None:
        """Remove all that was built."""
        shutil.rmtree(self.folder / "target", ignore_errors=True)
