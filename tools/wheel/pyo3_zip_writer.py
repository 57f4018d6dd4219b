"""Writes zip archives in one pass.

Python's zipfile knows size and checksum only behind a file's content, so it goes back to each header; the wheel's
files are in memory, where both are known before. Bytes are zipfile's (tests compare), whatever Python runs this.

Fields are those of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3; ZIP64 (4.3.14 to 4.3.16, 4.5.3) is
used where zipfile uses it.
"""

from __future__ import annotations

import struct
import zlib
from typing import IO, NamedTuple

STORED, DEFLATED = 0, 8

# From here on fields of 32 and 16 bits are not relied upon; some readers take them as signed.
_SIZE_LIMIT, _COUNT_LIMIT = 0x7FFFFFFF, 0xFFFF
_ELSEWHERE = 0xFFFFFFFF
_VERSION, _ZIP64_VERSION = 20, 45
_UTF_8 = 0x800
_UNIX = 3
_ZIP64_EXTRA = 1

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4sBB5H3L5H2L")
_ZIP64_END = struct.Struct("<4sQ2H2L4Q")
_ZIP64_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")

Moment = tuple[int, int, int, int, int, int]


class _Written(NamedTuple):
    """What the directory at the end says of a file."""

    name: bytes
    version: int
    flags: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int


def _extra(*numbers: int) -> bytes:
    return struct.pack(f"<HH{len(numbers)}Q", _ZIP64_EXTRA, 8 * len(numbers), *numbers) if numbers else b""


class ZipWriter:
    """An archive that is being written: files are added, then it is closed."""

    def __init__(self, stream: IO[bytes], moment: Moment, method: int) -> None:
        """Begin.

        Args:
            stream: an empty file.
            moment: time of all files: year (1980 to 2107), month, day, hour, minute, second.
            method: STORED or DEFLATED.
        """
        year, month, day, hour, minute, second = moment
        self._stream = stream
        self._time = hour << 11 | minute << 5 | second // 2
        self._date = (year - 1980) << 9 | month << 5 | day
        self._method = method
        self._offset = 0
        self._files: list[_Written] = []

    def add(self, path: str, data: bytes, mode: int) -> None:
        """Write a file; `mode` is that of Unix with the file's type."""
        packed = self._packed(data)
        size, packed_size, extra, version = len(data), len(packed), b"", _VERSION
        if size * 1.05 > _SIZE_LIMIT:
            extra, version = _extra(size, packed_size), _ZIP64_VERSION
        name, flags = path.encode("utf-8"), 0 if path.isascii() else _UTF_8
        crc = zlib.crc32(data)
        self._files.append(_Written(name, version, flags, crc, packed_size, size, mode, self._offset))
        sizes = (_ELSEWHERE, _ELSEWHERE) if extra else (packed_size, size)
        header = _LOCAL.pack(
            b"PK\3\4", version, flags, self._method, self._time, self._date, crc, *sizes, len(name), len(extra)
        )
        self._write(header + name + extra)
        self._write(packed)

    def close(self) -> None:
        """Write what follows the files."""
        start = self._offset
        for each in self._files:
            self._write(self._central(each))
        size, count = self._offset - start, len(self._files)
        if count > _COUNT_LIMIT or max(start, size) > _SIZE_LIMIT:
            record = _ZIP64_END.pack(b"PK\6\6", 44, _ZIP64_VERSION, _ZIP64_VERSION, 0, 0, count, count, size, start)
            self._write(record + _ZIP64_LOCATOR.pack(b"PK\6\7", 0, start + size, 1))
        count, size, start = min(count, 0xFFFF), min(size, _ELSEWHERE), min(start, _ELSEWHERE)
        self._write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._offset += len(data)

    def _packed(self, data: bytes) -> bytes:
        if self._method == STORED:
            return data
        # Raw: a zip archive has its own checksum.
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return compressor.compress(data) + compressor.flush()

    def _central(self, file: _Written) -> bytes:
        packed, size, offset, large = file.packed, file.size, file.offset, []
        if max(packed, size) > _SIZE_LIMIT:
            large += [size, packed]
            packed = size = _ELSEWHERE
        if offset > _SIZE_LIMIT:
            large.append(offset)
            offset = _ELSEWHERE
        extra = _extra(*large)
        version = _ZIP64_VERSION if extra else file.version
        fields = (version, file.flags, self._method, self._time, self._date, file.crc, packed, size)
        lengths = (len(file.name), len(extra), 0)
        header = _CENTRAL.pack(b"PK\1\2", version, _UNIX, *fields, *lengths, 0, 0, file.mode << 16, offset)
        return header + file.name + extra
