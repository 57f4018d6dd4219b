"""Libraries for platforms that the tests do not compile for."""

from __future__ import annotations

import struct


def dylib(name: str) -> bytes:
    """Write the least of a Mach-O library for arm64: its header and LC_ID_DYLIB.

    https://github.com/apple-oss-distributions/cctools, include/mach-o/loader.h
    """
    text = name.encode() + b"\0"
    text += bytes(-len(text) % 8)
    command = struct.pack("<IIIIII", 0xD, 24 + len(text), 24, 1, 0, 0) + text
    return struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 6, 1, len(command), 0, 0) + command
