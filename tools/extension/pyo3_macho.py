"""Reads Mach-O files with macholib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from macholib import mach_o
from macholib.MachO import MachO, lc_str_value
from macholib.SymbolTable import SymbolTable
from pyo3_binary import MACH_O, Binary, reading
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_LOADS = (
    mach_o.LC_LOAD_DYLIB,
    mach_o.LC_LOAD_WEAK_DYLIB,
    mach_o.LC_REEXPORT_DYLIB,
    mach_o.LC_LOAD_UPWARD_DYLIB,
    mach_o.LC_LAZY_LOAD_DYLIB,
)
_RUST_ARCHES = {"arm64": "aarch64", "i386": "x86"}
_ARCHES = {0x01000007: "x86_64", 0x0100000C: "arm64", 7: "i386", 12: "arm"}
# https://github.com/apple-oss-distributions/cctools, include/mach-o/loader.h and nlist.h
_PLATFORM_MACOS = 1
_N_STAB, _N_PEXT, _N_TYPE, _N_EXT, _N_UNDF = 0xE0, 0x10, 0x0E, 0x01, 0x00
_N_WEAK_REF = 0x40
_N_OSO = 0x66
_FILETYPES = ("dylib", "bundle")


def read_macho(path: str, origin: str) -> tuple[Binary, ...]:
    """Read what the dynamic linker reads of a Mach-O file, one Binary for each architecture; messages call it `origin`.

    Raises:
        ToolError: the file is damaged or no shared library.
    """
    with reading(MACH_O, origin):
        # Newer linkers write commands that macholib does not know.
        file = MachO(path, allow_unknown_load_commands=True)
        if not file.headers:
            raise ValueError("no architecture in it")
        return tuple(_binary(file, header, origin) for header in file.headers)


def _binary(file: Any, header: Any, origin: str) -> Binary:
    if header.filetype not in _FILETYPES:
        raise ToolError(
            f"{origin} is a Mach-O file of the type {header.filetype}, expected a shared library: "
            "build the crate as a cdylib"
        )
    entries = list(_entries(file, header))
    symbols = [(name.removeprefix("_"), entry) for name, entry in entries if not entry.n_type & _N_STAB]
    commands = [(command[0].cmd, command) for command in header.commands]
    names = [_string(command, command[1].name) for kind, command in commands if kind == mach_o.LC_ID_DYLIB]
    arch = _ARCHES.get(header.header.cputype, str(header.header.cputype))
    return Binary(
        format=MACH_O,
        exports=frozenset(name for name, entry in symbols if _is_exported(entry)),
        undefined=frozenset(name for name, entry in symbols if _is_required(entry)),
        needed=tuple(_string(command, command[1].name) for kind, command in commands if kind in _LOADS),
        run_paths=tuple(_string(command, command[1].path) for kind, command in commands if kind == mach_o.LC_RPATH),
        install_name=names[0] if names else None,
        debug_map=frozenset(name for name, entry in entries if entry.n_type == _N_OSO),
        minimum_macos=next(_minimums(commands), None),
        architecture=_RUST_ARCHES.get(arch, arch),
        part=arch if file.fat else "",
    )


def _minimums(commands: list[tuple[int, Any]]) -> Iterator[str]:
    """Newer linkers write LC_BUILD_VERSION, and LC_VERSION_MIN_MACOSX for releases before 10.14."""
    for kind, command in commands:
        if kind == mach_o.LC_BUILD_VERSION and command[1].platform == _PLATFORM_MACOS:
            yield _release(command[1].minos)
        elif kind == mach_o.LC_VERSION_MIN_MACOSX:
            yield _release(command[1].version)


def _release(packed: int) -> str:
    return f"{packed >> 16}.{packed >> 8 & 0xFF}"


def _entries(file: Any, header: Any) -> Iterator[tuple[str, Any]]:
    table = SymbolTable(file, header)
    if table.symtab is None:
        return
    for entry, name in table.nlists:
        if name:
            yield name.decode(), entry


def _is_exported(entry: Any) -> bool:
    return bool(entry.n_type & _N_EXT and not entry.n_type & _N_PEXT and entry.n_type & _N_TYPE != _N_UNDF)


def _is_required(entry: Any) -> bool:
    undefined = entry.n_type & _N_EXT and entry.n_type & _N_TYPE == _N_UNDF
    return bool(undefined and not entry.n_desc & _N_WEAK_REF)


def _string(command: Any, offset: Any) -> str:
    return str(lc_str_value(offset, command).decode())
