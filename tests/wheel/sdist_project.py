"""A project as the rules hand it to the tool that makes source distributions."""

from __future__ import annotations

import hashlib
import json
import pathlib
import tarfile
from typing import TYPE_CHECKING, Any

import pyo3_sdist
from pyo3_testing import Result, assert_refused, run_tool

if TYPE_CHECKING:
    import pytest

PYPROJECT = """\
[build-system]
requires = ["maturin>=1.16,<2.0"]
build-backend = "maturin"

[project]
name = "My.Pkg"
license = "MIT"
dynamic = ["version"]
"""
CARGO = '[package]\nname = "mine"\nversion = "1.0.0-beta.1"\n'
LOCK = 'version = 4\n\n[[package]]\nname = "mine"\nversion = "1.0.0-beta.1"\n'
CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class SdistProject:
    """Files in a folder, and the two inputs of the tool that name them."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "sdist"
        self.output.mkdir()
        self.lines: list[bytes] = []
        self.sdist: dict[str, Any] = {
            "cargo_lock": None,
            "cargo_toml": self.placed("Cargo.toml", CARGO),
            "cargo_workspace_toml": None,
            "description_file": None,
            "epoch": None,
            "exclude": [],
            "label": "//pkg:target",
            "license_files": [],
            "pyproject": self.placed("pyproject.toml", PYPROJECT),
            "schema": 1,
            "vendored_crates": None,
        }
        self.add("src/lib.rs", "// code")

    def write(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def placed(self, path: str, text: str) -> dict[str, str]:
        return {"path": path, "source": self.write(f"project/{path}", text)}

    def add(self, path: str, text: str = "", kind: str = "file", folder: str = "project") -> None:
        self.lines.append(f"{kind}\t{path}\t{self.write(f'{folder}/{path}', text)}\n".encode())

    def cargo(self, text: str) -> None:
        """Add to the Cargo.toml."""
        self.placed("Cargo.toml", CARGO + text)

    def lock(self, text: str = "") -> None:
        self.sdist["cargo_lock"] = self.placed("Cargo.lock", LOCK + text)

    def vendor(self, name: str, files: dict[str, str], package: str | None = "ab" * 32) -> None:
        """Vendor a crate, and lock it."""
        for path, text in files.items():
            self.write(f"vendored/{name}-1.0.0/{path}", text)
        hashes = {path.removesuffix(".hidden"): sha256(text.encode()) for path, text in files.items()}
        record = json.dumps({"files": hashes, "package": package})
        self.write(f"vendored/{name}-1.0.0/.cargo-checksum.json", record)
        self.lock(
            f'\n[[package]]\nname = "{name}"\nversion = "1.0.0"\nsource = "{CRATES_IO}"\nchecksum = "{"ab" * 32}"\n'
        )
        self.sdist["vendored_crates"] = str(self.folder / "vendored")

    def make(self) -> Result:
        description = self.write("sdist.json", json.dumps(self.sdist))
        listed = self.write("sdist.files", b"".join(self.lines))
        arguments = ["--sdist", description, "--files", listed, "--output", self.output]
        return run_tool(pyo3_sdist.main, arguments, self.capsys)

    def made(self) -> pathlib.Path:
        assert self.make() == (0, "")
        (path,) = self.output.iterdir()
        return path

    def contents(self) -> dict[str, bytes]:
        """Make it; give the files by their paths below the top folder."""
        path = self.made()
        top = path.name.removesuffix(".tar.gz") + "/"
        with tarfile.open(path) as archive:
            return {info.name.removeprefix(top): _read(archive, info) for info in archive}

    def refused(self, *fragments: str) -> None:
        assert_refused(self.make(), *fragments)
        assert list(self.output.iterdir()) == []


def _read(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(info)
    assert stream is not None
    return stream.read()
