"""What the gates ask of a shared library, whatever its format; the readers of the formats are imported when needed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ELF = "ELF"
MACH_O = "Mach-O"
PE = "PE"
WEBASSEMBLY = "WebAssembly"

_MAGIC = (
    (b"\x7fELF", ELF),
    (b"MZ", PE),
    (b"\xfe\xed\xfa\xce", MACH_O),
    (b"\xfe\xed\xfa\xcf", MACH_O),
    (b"\xce\xfa\xed\xfe", MACH_O),
    (b"\xcf\xfa\xed\xfe", MACH_O),
    (b"\xca\xfe\xba\xbe", MACH_O),
    (b"\xca\xfe\xba\xbf", MACH_O),
    (b"\0asm", WEBASSEMBLY),
)


@dataclass(frozen=True)
class Binary:
    """What a dynamic linker sees of a shared library, or of one architecture of a universal one.

    Symbols are named as in C: without the underscore that Mach-O puts in front.
    """

    format: str
    """ELF, MACH_O or PE."""
    exports: frozenset[str]
    undefined: frozenset[str]
    """What has to come from elsewhere; what may be missing at run time (weak symbols) is left out."""
    needed: tuple[str, ...]
    """Libraries that are loaded with this one."""
    run_paths: tuple[str, ...] = ()
    """Where needed libraries are looked for: RPATH, RUNPATH, LC_RPATH."""
    install_name: str | None = None
    """Of Mach-O: what other libraries call this one (LC_ID_DYLIB)."""
    required_glibc: str | None = None
    """X.Y of the oldest glibc that has all versions of symbols that an ELF file needs; None without any."""
    versioned_symbols: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Of ELF: library to version, such as GLIBC_2.34, to the symbols that are needed in that version; a version without
    symbols stands for something else that the dynamic linker must have."""
    minimum_macos: str | None = None
    """Of Mach-O: X.Y of the oldest macOS that it was linked for."""
    debug_map: frozenset[str] = frozenset()
    """Of Mach-O: the object files that debuggers read, which are no part of the file itself."""
    architecture: str = ""
    """As the names of Rust's targets have it, or the number in the file's header where that is unknown here."""
    part: str = ""
    """The architecture as Apple calls it, in a universal file."""


class NotDynamicError(ToolError):
    """The file has no dynamic symbols: it is linked statically, or not linked at all."""


def known_format(start: bytes) -> str | None:
    """Tell the format of a file from its first four bytes or more, None when it is no compiled code."""
    return next((name for magic, name in _MAGIC if start.startswith(magic)), None)


def binary_format(start: bytes, origin: str) -> str:
    """Tell the format of a file from its first four bytes or more.

    Raises:
        ToolError: it is none that a Python extension module can have.
    """
    found = known_format(start)
    if found:
        return found
    raise ToolError(
        f"{origin} is neither {ELF}, {PE}, {MACH_O} nor {WEBASSEMBLY}, expected a shared library: "
        "build the crate as a cdylib"
    )


def read_binaries(path: str, origin: str) -> tuple[str, tuple[Binary, ...]]:
    """Read a shared library.

    Args:
        path: the file.
        origin: what messages call it.

    Returns:
        The format, and one Binary, one for each architecture of a universal Mach-O file, or none for WebAssembly.

    Raises:
        ToolError: the file is damaged, of no known format, or no shared library.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        kind = binary_format(stream.read(4), origin)
    if kind == ELF:
        import pyo3_elf

        return kind, (pyo3_elf.read_elf(path, origin),)
    if kind == MACH_O:
        import pyo3_macho

        return kind, pyo3_macho.read_macho(path, origin)
    if kind == PE:
        import pyo3_pe

        return kind, (pyo3_pe.read_pe(path, origin),)
    return kind, ()


@contextlib.contextmanager
def reading(kind: str, origin: str) -> Iterator[None]:
    """Say that a file is damaged when a parser fails on it."""
    try:
        yield
    except ToolError:
        raise
    # The parsers promise no class: a damaged file makes them raise nearly any.
    except Exception as error:
        raise ToolError(
            f"{origin} is a damaged {kind} file ({error or type(error).__name__}): build it again"
        ) from error
