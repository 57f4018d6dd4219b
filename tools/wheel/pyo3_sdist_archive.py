"""The source distribution as a compressed tar archive: the same bytes from the same files, on every machine.

https://packaging.python.org/en/latest/specifications/source-distribution-format/ asks for one top folder and the pax
format. Entries are sorted; times, modes and owners are fixed.
"""

from __future__ import annotations

import calendar
import contextlib
import gzip
import io
import os
import tarfile
from typing import TYPE_CHECKING

import pyo3_wheel_archive
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyo3_wheel_archive import Entry

_MODE = 0o644
_LEVEL = 9


def one_of_each(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Give the entries by path; the same file may be named more than once.

    Raises:
        ToolError: two files want one path, a file lies where another has its folder, or a name cannot be written.
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        _check_path(entry.path)
        other = found.setdefault(entry.path, entry)
        if other != entry and (other.source is None or other.source != entry.source):
            raise ToolError(
                f"two files want the path {entry.path}: {other.origin} and {entry.origin}; expected one: "
                "leave one of them out, with `exclude` for instance"
            )
    for path in sorted(found):
        above = next((folder for folder in _folders(path) if folder in found), None)
        if above:
            raise ToolError(
                f"{above} is a file, and {path} lies below it; expected one of them: leave out or rename the other"
            )
    return found


def _check_path(path: str) -> None:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ToolError(f"the file name {path!r} is not UTF-8, expected UTF-8: rename the file") from error
    parts = path.split("/")
    if "" in parts or "." in parts or ".." in parts or "\\" in path or any(char < " " for char in path):
        raise ToolError(
            f"the path {path!r} cannot be unpacked everywhere, "
            "expected a relative one with slashes and without control characters: rename the file"
        )


def _folders(path: str) -> Iterable[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def write_archive(output: str, entries: Mapping[str, Entry], folder: str, *, epoch: str | None = None) -> None:
    """Write a source distribution, whole or not at all.

    Args:
        output: its path.
        entries: all files by their paths below the top folder.
        folder: the top folder.
        epoch: see `pyo3_wheel_archive.entry_time`.

    Raises:
        ToolError: see `pyo3_wheel_archive.entry_time`.
    """
    seconds = calendar.timegm((*pyo3_wheel_archive.entry_time(epoch), 0, 0, 0))
    temporary = f"{output}.tmp{os.getpid()}"
    try:
        with _archive(temporary) as archive:
            for path in sorted(entries):
                data = entries[path].read()
                info = tarfile.TarInfo(f"{folder}/{path}")
                info.size, info.mode, info.mtime = len(data), _MODE, seconds
                archive.addfile(info, io.BytesIO(data))
        os.replace(temporary, output)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


@contextlib.contextmanager
def _archive(path: str) -> Iterator[tarfile.TarFile]:
    # Without a name and a time in the header of the compressed stream.
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as stream:  # noqa: PTH123, SIM117
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as archive:
            yield archive
