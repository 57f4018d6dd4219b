"""Reads Windows' PE files with pefile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pefile
from pyo3_binary import PE, Binary, reading
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# https://learn.microsoft.com/en-us/windows/win32/debug/pe-format#machine-types
_ARCHES = {0x014C: "x86", 0x8664: "x86_64", 0xAA64: "aarch64"}
_TABLES = ("IMAGE_DIRECTORY_ENTRY_EXPORT", "IMAGE_DIRECTORY_ENTRY_IMPORT", "IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT")


def read_pe(path: str, origin: str) -> Binary:
    """Read what Windows' loader reads of a PE file; messages call it `origin`.

    Raises:
        ToolError: the file is damaged or no DLL.
    """
    with reading(PE, origin):
        file = pefile.PE(path, fast_load=True)
        if not file.is_dll():
            raise ToolError(f"{origin} is a PE file but no DLL, expected a shared library: build the crate as a cdylib")
        file.parse_data_directories([pefile.DIRECTORY_ENTRY[name] for name in _TABLES])
        imports = list(_imports(file))
        exported = file.DIRECTORY_ENTRY_EXPORT.symbols if hasattr(file, "DIRECTORY_ENTRY_EXPORT") else ()
        return Binary(
            format=PE,
            exports=frozenset(symbol.name.decode() for symbol in exported if symbol.name),
            undefined=frozenset(symbol.name.decode() for each in imports for symbol in each.imports if symbol.name),
            needed=tuple(each.dll.decode() for each in imports),
            architecture=_ARCHES.get(file.FILE_HEADER.Machine, str(file.FILE_HEADER.Machine)),
        )


def _imports(file: Any) -> Iterator[Any]:
    for table in ("DIRECTORY_ENTRY_IMPORT", "DIRECTORY_ENTRY_DELAY_IMPORT"):
        yield from getattr(file, table, ())
