"""The wheel as a zip archive: the same bytes from the same files, on every machine.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/ says what is in it. Entries are
sorted, those of the .dist-info folder come last (so that installers find them fast) and RECORD is the very last. Times
and modes are fixed. Compressed bytes are the same wherever the tool's Python has the same zlib; stored ones everywhere.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import posixpath
import re
import time
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COMPRESSIONS: Mapping[str, int] = {"deflated": zipfile.ZIP_DEFLATED, "stored": zipfile.ZIP_STORED}

# What a zip archive can express: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.6.
_FIRST_SECOND = 315532800  # 1980-01-01 00:00:00
_LAST_SECOND = 4354819199  # 2107-12-31 23:59:59
_FILE, _PROGRAM = 0o100644, 0o100755
_UNIX = 3
_CONTROL = re.compile(r"[\x00-\x1f]")

Moment = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second."""


@dataclass(frozen=True)
class Entry:
    """A file of the wheel: `data` itself, or the file `source` that holds it."""

    path: str
    source: str | None = None
    data: bytes = b""
    executable: bool = False

    def read(self) -> bytes:
        """Give the content."""
        if self.source is None:
            return self.data
        # At once, so that a buffer would only cost.
        with open(self.source, "rb", buffering=0) as stream:  # noqa: PTH123 (pathlib is slow to import)
            return stream.read()

    @property
    def origin(self) -> str:
        """Say where the content comes from, for messages."""
        return self.source or "these rules"


def check_path(path: str) -> None:
    """Make sure that a path stays inside the folder that a wheel is unpacked in, and can be written into RECORD.

    Raises:
        ToolError: it cannot.
    """
    wrong = None
    if path.startswith("/") or "\\" in path or path[1:2] == ":":
        wrong = "is not a relative path with slashes"
    elif ".." in path.split("/"):
        wrong = "leaves the wheel"
    elif path != posixpath.normpath(path) or path == ".":
        wrong = "is not in its shortest form"
    elif _CONTROL.search(path):
        wrong = "holds a control character"
    if wrong:
        raise ToolError(
            f"the path {path!r} {wrong}, expected one such as pkg/module.py: "
            "correct strip_path_prefixes, data_files or extra_distinfo_files"
        )


def one_of_each(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Give the entries by path; the same file may be named more than once.

    Raises:
        ToolError: two files want one path, a file lies where another has its folder, or a path is no path in a wheel.
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        check_path(entry.path)
        other = found.setdefault(entry.path, entry)
        if other != entry and (other.source is None or other.source != entry.source):
            raise ToolError(
                f"two files want the path {entry.path}: {other.origin} and {entry.origin}; expected one: "
                "drop one of them from deps, or correct strip_path_prefixes"
            )
    folders = _folders(found)
    for path in sorted(folders & found.keys()):
        below = next(each for each in sorted(found) if each.startswith(path + "/"))
        raise ToolError(f"{path} is a file, and {below} lies below it; expected one of them: rename or drop the other")
    return found


def _folders(paths: Iterable[str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    return folders


def entry_time(epoch: str | None) -> Moment:
    """Give the time of all entries.

    Args:
        epoch: SOURCE_DATE_EPOCH, seconds since 1970 (https://reproducible-builds.org/specs/source-date-epoch/), moved
            into what a zip archive can express; None or empty stands for 1980-01-01.

    Raises:
        ToolError: it is no number.
    """
    try:
        seconds = int(epoch) if epoch else _FIRST_SECOND
    except ValueError as error:
        raise ToolError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, expected seconds since 1970: correct --action_env=SOURCE_DATE_EPOCH=..."
        ) from error
    moment = time.gmtime(min(max(seconds, _FIRST_SECOND), _LAST_SECOND))
    return (moment[0], moment[1], moment[2], moment[3], moment[4], moment[5])


def record_hash(data: bytes) -> str:
    """Give the hash of a file as RECORD has it: sha256, in base64 for URLs, without the padding."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode('ascii')}"


def render_record(rows: Sequence[tuple[str, str, int]], record: str) -> str:
    """Render RECORD: path, hash and size of every file, and a line of its own without them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(rows)
    writer.writerow((record, "", ""))
    return text.getvalue()


def write_archive(
    output: str,
    entries: Iterable[Entry],
    dist_info: str,
    *,
    compression: str = "deflated",
    epoch: str | None = None,
) -> None:
    """Write a wheel, whole or not at all.

    Args:
        output: the wheel's path.
        entries: all files but RECORD, in any order.
        dist_info: name of the .dist-info folder, to which RECORD is added.
        compression: a key of COMPRESSIONS.
        epoch: see `entry_time`.

    Raises:
        ToolError: see `one_of_each` and `entry_time`.
    """
    found = one_of_each(entries)
    moment = entry_time(epoch)
    paths = sorted(found, key=lambda path: (path.startswith(dist_info + "/"), path))
    temporary = f"{output}.tmp{os.getpid()}"
    try:
        with zipfile.ZipFile(temporary, "w", compression=COMPRESSIONS[compression]) as archive:
            rows = []
            for path in paths:
                entry = found[path]
                data = entry.read()
                rows.append((path, record_hash(data), len(data)))
                _add(archive, path, data, moment, _PROGRAM if entry.executable else _FILE)
            record = f"{dist_info}/RECORD"
            _add(archive, record, render_record(rows, record).encode("utf-8"), moment, _FILE)
        os.replace(temporary, output)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def _add(archive: zipfile.ZipFile, path: str, data: bytes, moment: Moment, mode: int) -> None:
    info = zipfile.ZipInfo(path, moment)
    info.compress_type = archive.compression
    info.create_system = _UNIX
    info.external_attr = mode << 16
    archive.writestr(info, data)
