"""Locks the crates of PyO3 versions: `tools/bazel run //tools/dev:lock_crates -- [VERSION...]`.

Without a version, every one that has a lock is locked anew, with the newest versions of what it needs.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dev_common import DevError, checkout, run_client, write

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCKS = "rules/private/crates/locks"

# As rules/private/crates/crates_repo.bzl writes it for a repository without attributes.
MANIFEST = """\
[package]
name = "pyo3_crates"
version = "0.0.0"
edition = "2021"
publish = false

[lib]
path = "lib.rs"

[dependencies.pyo3]
version = "={version}"
default-features = true
features = []
"""


def chosen_versions(wanted: Sequence[str], locked: Sequence[str]) -> list[str]:
    """Give the versions to lock, refusing what is no version."""
    for version in wanted:
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            raise DevError(f'"{version}" is no version; expected: X.Y.Z of the crate pyo3, such as 0.30.1; correct it')
    return sorted(wanted or locked, key=version_key)


def version_key(version: str) -> list[int]:
    """Sort versions by number."""
    return [int(part) for part in version.split(".")]


def make_lock(version: str, folder: Path, known: str | None = None) -> str:
    """Let cargo choose the crates of one version, in an empty folder.

    Args:
        version: of the crate pyo3.
        folder: stays a package that cargo can be asked about.
        known: another version's lock, whose choices are kept where they fit.
    """
    (folder / "Cargo.toml").write_text(MANIFEST.format(version=version), encoding="utf-8")
    (folder / "lib.rs").touch()
    if known is None:
        run_client(["cargo", "generate-lockfile", "--quiet"], folder)
    else:
        (folder / "Cargo.lock").write_text(known, encoding="utf-8")
        run_client(["cargo", "update", "--workspace", "--quiet"], folder)
    return (folder / "Cargo.lock").read_text(encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Write all locks, or none of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", nargs="*", help="X.Y.Z of the crate pyo3")
    wanted = parser.parse_args(argv).version
    try:
        locks = checkout(os.environ) / LOCKS
        texts = {}
        for version in chosen_versions(wanted, [path.parent.name for path in locks.glob("*/Cargo.lock")]):
            with tempfile.TemporaryDirectory() as folder:
                texts[version] = make_lock(version, Path(folder))
        for version, text in texts.items():
            write(locks / version / "Cargo.lock", text)
            print(f"wrote {LOCKS}/{version}/Cargo.lock")
    except DevError as error:
        print(f"ERROR: //tools/dev:lock_crates: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
