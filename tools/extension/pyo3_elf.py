"""Reads ELF files with pyelftools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.sections import SymbolTableSection
from pyo3_binary import ELF, Binary, reading
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.(\d+))?")
_TAGS = {"DT_NEEDED": "needed", "DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}


def read_elf(path: str, origin: str) -> Binary:
    """Read what the dynamic linker reads of an ELF file; messages call it `origin`.

    Raises:
        ToolError: the file is damaged or has no dynamic symbols.
    """
    with reading(ELF, origin), open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        file = ELFFile(stream)
        symbols = file.get_section_by_name(".dynsym")
        if not isinstance(symbols, SymbolTableSection):
            raise ToolError(f"{origin} has no dynamic symbols, expected a shared library: build the crate as a cdylib")
        entries = [(symbol.name, symbol.entry) for symbol in symbols.iter_symbols() if symbol.name]
        dynamic = _dynamic(file)
        run_paths = dynamic["DT_RPATH"] + dynamic["DT_RUNPATH"]
        return Binary(
            format=ELF,
            exports=frozenset(name for name, entry in entries if _is_exported(entry)),
            undefined=frozenset(name for name, entry in entries if _is_required(entry)),
            needed=tuple(dynamic["DT_NEEDED"]),
            run_paths=tuple(each for text in run_paths for each in text.split(":")),
            required_glibc=newest_glibc(_version_needs(file)),
        )


def _is_exported(entry: Mapping[str, Any]) -> bool:
    return (
        entry["st_shndx"] != "SHN_UNDEF"
        # STB_LOOS is STB_GNU_UNIQUE, C++'s inline variables.
        and entry["st_info"]["bind"] in ("STB_GLOBAL", "STB_WEAK", "STB_LOOS")
        and entry["st_other"]["visibility"] in ("STV_DEFAULT", "STV_PROTECTED")
    )


def _is_required(entry: Mapping[str, Any]) -> bool:
    return bool(entry["st_shndx"] == "SHN_UNDEF" and entry["st_info"]["bind"] == "STB_GLOBAL")


def _dynamic(file: ELFFile) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {tag: [] for tag in _TAGS}
    section = file.get_section_by_name(".dynamic")
    if isinstance(section, DynamicSection):
        for tag in section.iter_tags():
            kind = tag.entry.d_tag
            if kind in found:
                found[kind].append(getattr(tag, _TAGS[kind]))
    return found


def _version_needs(file: ELFFile) -> Iterable[str]:
    section = file.get_section_by_name(".gnu.version_r")
    if isinstance(section, GNUVerNeedSection):
        for _, auxiliaries in section.iter_versions():
            for auxiliary in auxiliaries:
                yield auxiliary.name


def newest_glibc(names: Iterable[str]) -> str | None:
    """Find the newest glibc among names of symbol versions; others (GLIBC_PRIVATE, GCC_3.0) do not count."""
    matches = [matched for name in names if (matched := _GLIBC.fullmatch(name))]
    versions = [tuple(int(part) for part in matched.groups() if part) for matched in matches]
    return ".".join(map(str, max(versions))) if versions else None
