"""Packs the folder of a bundle into a .tar.gz of which each byte follows from the files."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
import tarfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyo3_common

if TYPE_CHECKING:
    from collections.abc import Sequence


def pack(folder: Path, name: str, executables: Sequence[str], stream: IO[bytes]) -> None:
    """Write an archive: sorted, of the year 1970, owned by root, without what tells of its making.

    Args:
        folder: what to pack.
        name: the folder in the archive.
        executables: paths in `folder` of what is run; Bazel makes all files executable.
        stream: where to.
    """
    with contextlib.ExitStack() as stack:
        compressed = stack.enter_context(
            gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0)
        )
        archive = stack.enter_context(tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT))
        archive.addfile(_entry(name, 0o755, tarfile.DIRTYPE))
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            place = path.relative_to(folder).as_posix()
            if path.is_dir():
                archive.addfile(_entry(f"{name}/{place}", 0o755, tarfile.DIRTYPE))
                continue
            entry = _entry(f"{name}/{place}", 0o755 if place in executables else 0o644, tarfile.REGTYPE)
            entry.size = path.stat().st_size
            with path.open("rb") as content:
                archive.addfile(entry, content)


def _entry(path: str, mode: int, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.type, entry.mtime = mode, kind, 0
    return entry


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser("Packs the folder of a bundle.")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--name", required=True, help="name of the folder in the archive")
    parser.add_argument("--executable", action="append", default=[], help="path in the folder of what is run")
    parser.add_argument("--output", required=True)
    args = parser.parse_args(argv)
    temporary = Path(f"{args.output}.tmp{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            pack(Path(args.folder), args.name, args.executable, stream)
        temporary.replace(args.output)
    finally:
        temporary.unlink(missing_ok=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the archive; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
