"""Reads ELF files with the structures of pyelftools.

Its class ELFFile would be less code here, but brings all that it knows of debug information: another 60 ms of start-up.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from elftools.common.utils import struct_parse
from elftools.elf.structs import ELFStructs
from pyo3_binary import ELF, Binary, NotDynamicError, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

_ELFCLASS32, _ELFCLASS64 = 1, 2
# `target_arch` of `rustc --print cfg`. Code for x32 is of EM_X86_64 in files of the narrow class.
_ARCHES = {
    ("EM_386", _ELFCLASS32): "x86",
    ("EM_AARCH64", _ELFCLASS64): "aarch64",
    ("EM_ARM", _ELFCLASS32): "arm",
    ("EM_LOONGARCH", _ELFCLASS64): "loongarch64",
    ("EM_PPC", _ELFCLASS32): "powerpc",
    ("EM_PPC64", _ELFCLASS64): "powerpc64",
    ("EM_RISCV", _ELFCLASS32): "riscv32",
    ("EM_RISCV", _ELFCLASS64): "riscv64",
    ("EM_S390", _ELFCLASS64): "s390x",
    ("EM_X86_64", _ELFCLASS32): "x86_64",
    ("EM_X86_64", _ELFCLASS64): "x86_64",
}
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.(\d+))?")


def read_elf(path: str, origin: str) -> Binary:
    """Read what the dynamic linker reads of an ELF file; messages call it `origin`.

    Raises:
        ToolError: the file is damaged or has no dynamic symbols.
    """
    with reading(ELF, origin):
        with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
            file = _File(stream.read())
        symbols = list(file.symbols())
        if not symbols:
            raise NotDynamicError(
                f"{origin} has no dynamic symbols, expected a shared library: build the crate as a cdylib"
            )
        dynamic = list(file.dynamic())
        run_paths = [text for tag, text in dynamic if tag in ("DT_RPATH", "DT_RUNPATH")]
        needs = list(file.version_needs())
        return Binary(
            format=ELF,
            exports=frozenset(name for _, name, entry in symbols if _is_exported(entry)),
            undefined=frozenset(name for _, name, entry in symbols if _is_required(entry)),
            needed=tuple(text for tag, text in dynamic if tag == "DT_NEEDED"),
            run_paths=tuple(each for text in run_paths for each in text.split(":")),
            required_glibc=newest_glibc(version for _, version, _ in needs),
            versioned_symbols=_versioned_symbols(needs, symbols, file.version_indexes()),
            architecture=file.architecture,
        )


class _File:
    """The sections of a file, found by their types."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._stream = io.BytesIO(content)
        # https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html#elfid
        self._structs = ELFStructs(little_endian=content[5] == 1, elfclass=64 if content[4] == _ELFCLASS64 else 32)
        self._structs.create_basic_structs()
        header = self._parse(self._structs.Elf_Ehdr, 0)
        self.architecture = _ARCHES.get((header.e_machine, content[4]), str(header.e_machine))
        self._structs.create_advanced_structs(header.e_type, header.e_machine, header.e_ident["EI_OSABI"])
        self._sections = [
            self._parse(self._structs.Elf_Shdr, header.e_shoff + index * header.e_shentsize)
            for index in range(header.e_shnum)
        ]

    def _parse(self, structure: Any, offset: int) -> Any:
        return struct_parse(structure, self._stream, stream_pos=offset)

    def _of_type(self, kind: str) -> Any:
        return next((section for section in self._sections if section.sh_type == kind), None)

    def _entries(self, section: Any, structure: Any) -> Iterator[Any]:
        size = structure.sizeof()
        for offset in range(section.sh_offset, section.sh_offset + section.sh_size, size):
            yield self._parse(structure, offset)

    def _string(self, section: Any, offset: int) -> str:
        """Read from the string table that a section is linked to."""
        start = self._sections[section.sh_link].sh_offset + offset
        return self._content[start : self._content.index(b"\0", start)].decode()

    def symbols(self) -> Iterator[tuple[int, str, Any]]:
        """Give the dynamic symbols that have names, each with its place in the table."""
        section = self._of_type("SHT_DYNSYM")
        if section is not None:
            for index, entry in enumerate(self._entries(section, self._structs.Elf_Sym)):
                if entry.st_name:
                    yield index, self._string(section, entry.st_name), entry

    def version_indexes(self) -> list[int]:
        """Give the index of the version of each dynamic symbol; the first bit of a word is no part of it."""
        section = self._of_type("SHT_GNU_versym")
        if section is None:
            return []
        return [index & 0x7FFF for index in self._entries(section, self._structs.Elf_half("index"))]

    def dynamic(self) -> Iterator[tuple[str, str]]:
        """Give the tags of the dynamic section whose values are strings."""
        section = self._of_type("SHT_DYNAMIC")
        if section is not None:
            for entry in self._entries(section, self._structs.Elf_Dyn):
                if entry.d_tag in ("DT_NEEDED", "DT_RPATH", "DT_RUNPATH"):
                    yield entry.d_tag, self._string(section, entry.d_val)

    def version_needs(self) -> Iterator[tuple[str, str, int]]:
        """Give the versions of symbols that are needed: library, version, and the index that symbols refer to."""
        section = self._of_type("SHT_GNU_verneed")
        if section is None:
            return
        offset = section.sh_offset
        for _ in range(section.sh_info):
            library = self._parse(self._structs.Elf_Verneed, offset)
            at = offset + library.vn_aux
            for _ in range(library.vn_cnt):
                version = self._parse(self._structs.Elf_Vernaux, at)
                yield self._string(section, library.vn_file), self._string(section, version.vna_name), version.vna_other
                at += version.vna_next
            offset += library.vn_next


def _versioned_symbols(
    needs: Iterable[tuple[str, str, int]], symbols: Iterable[tuple[int, str, Any]], indexes: Sequence[int]
) -> dict[str, dict[str, tuple[str, ...]]]:
    named: dict[int, list[str]] = {}
    for place, name, _ in symbols if indexes else ():
        named.setdefault(indexes[place], []).append(name)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for library, version, index in needs:
        found.setdefault(library, {})[version] = tuple(sorted(named.get(index, ())))
    return found


def _is_exported(entry: Any) -> bool:
    return (
        entry.st_shndx != "SHN_UNDEF"
        # STB_LOOS is STB_GNU_UNIQUE, C++'s inline variables.
        and entry.st_info["bind"] in ("STB_GLOBAL", "STB_WEAK", "STB_LOOS")
        and entry.st_other["visibility"] in ("STV_DEFAULT", "STV_PROTECTED")
    )


def _is_required(entry: Any) -> bool:
    return bool(entry.st_shndx == "SHN_UNDEF" and entry.st_info["bind"] == "STB_GLOBAL")


def newest_glibc(names: Iterable[str]) -> str | None:
    """Find the newest glibc among names of symbol versions; others (GLIBC_PRIVATE, GCC_3.0) do not count."""
    matches = [matched for name in names if (matched := _GLIBC.fullmatch(name))]
    versions = [tuple(int(part) for part in matched.groups() if part) for matched in matches]
    return ".".join(map(str, max(versions))) if versions else None
