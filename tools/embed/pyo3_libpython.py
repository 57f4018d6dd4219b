"""Looks into libpython, shared or static: its name, what it is compiled for, and what keeps it from being linked.

ELF: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html. Archives: ar(5). Relocations: the x86-64 psABI.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elftools.elf.elffile import ELFFile
from macholib import mach_o
from macholib.MachO import MachO, lc_str_value
from pyo3_binary import ELF, MACH_O, binary_format, reading
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_ARCHIVE = b"!<arch>\n"
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
_MACHO = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
# pyelftools' names of machines -> architectures as pyo3_triple has them.
_MACHINES = {
    "EM_386": "x86",
    "EM_AARCH64": "aarch64",
    "EM_ARM": "arm",
    "EM_PPC64": "powerpc64",
    "EM_RISCV": "riscv64",
    "EM_S390": "s390x",
    "EM_X86_64": "x86_64",
}
# https://github.com/apple-oss-distributions/xnu, osfmk/mach/machine.h
_CPU_TYPES = {0x01000007: "x86_64", 0x0100000C: "aarch64"}
# R_X86_64_32 and R_X86_64_32S: absolute addresses of 32 bits, which no position-independent program has.
_ABSOLUTE = {"EM_X86_64": (10, 11)}
# What only libpython itself defines; modules that are built in take the HACL* functions from archives beside it.
_OWN = re.compile(rb"_?Py|python_hashlib_Hacl_")
_SHF_ALLOC, _SHN_UNDEF, _STB_WEAK = 2, 0, 2


@dataclass(frozen=True)
class SharedLibrary:
    """What a program is told of a shared library."""

    name: str | None
    """What programs ask for at run time: SONAME, on macOS the install name."""
    arches: frozenset[str | None]
    """Architectures, named as in pyo3_triple; None is one that is not known here."""


@dataclass
class Archive:
    """What matters of a static library."""

    arch: str | None = None
    """Of its first object file, named as in pyo3_triple; None is one that is not known here."""
    absolute: str | None = None
    """The first member that cannot be part of a position-independent program."""
    bytecode: str | None = None
    """The first member that holds nothing but a compiler's bytecode."""
    lto: bool = False
    """Whether members have GCC's bytecode beside their machine code."""
    missing: list[str] = field(default_factory=list)
    """Symbols of libpython's own that no member defines, sorted."""
    versions: frozenset[str] = frozenset()
    """Texts X.Y of all version numbers X.Y.Z in it."""


def read_shared(path: str, origin: str) -> SharedLibrary:
    """Read a shared library for Linux or macOS.

    Raises:
        ToolError: it is none, or damaged.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        kind = binary_format(stream.read(4), origin)
        with reading(kind, origin):
            if kind == ELF:
                return _read_elf(ELFFile(stream))
            if kind == MACH_O:
                return _read_macho(path)
    raise ToolError(f"{origin} is a {kind} file, expected libpython for Linux or macOS: name that")


def _read_elf(file: Any) -> SharedLibrary:
    arch = frozenset({_MACHINES.get(file.header.e_machine)})
    for segment in file.iter_segments("PT_DYNAMIC"):
        for tag in segment.iter_tags("DT_SONAME"):
            return SharedLibrary(tag.soname, arch)
    return SharedLibrary(None, arch)


def _read_macho(path: str) -> SharedLibrary:
    names = []
    headers = MachO(path, allow_unknown_load_commands=True).headers
    for header in headers:
        for command in header.commands:
            if command[0].cmd == mach_o.LC_ID_DYLIB:
                names.append(lc_str_value(command[1].name, command).decode())
    arches = frozenset(_CPU_TYPES.get(header.header.cputype & 0xFFFFFFFF) for header in headers)
    return SharedLibrary(names[0] if names else None, arches)


def read_archive(path: str, origin: str) -> Archive:
    """Read a static library.

    Raises:
        ToolError: it is none, or damaged.
    """
    with open(path, "rb") as stream:  # noqa: PTH123
        content = stream.read()
    if not content.startswith(_ARCHIVE):
        raise ToolError(f"{origin} is no archive, expected libpython's objects (ar): name the file libpythonX.Y.a")
    archive = Archive(
        versions=frozenset(found.decode() for found in re.findall(rb"(?<![\d.])(3\.\d+)\.\d+", content)),
    )
    with reading("ar", origin):
        _read_members(content, archive)
    return archive


def _read_members(content: bytes, archive: Archive) -> None:
    defined: set[bytes] = set()
    undefined: set[bytes] = set()
    for name, member in _members(content):
        if member.startswith(_BITCODE):
            archive.bytecode = archive.bytecode or name
        elif member.startswith(_MACHO):
            archive.arch = archive.arch or _CPU_TYPES.get(struct.unpack_from("<I", member, 4)[0])
        elif member.startswith(b"\x7fELF"):
            _read_object(name, _Object(member), archive, defined, undefined)
    archive.missing = sorted(name.decode() for name in undefined - defined)


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give names and contents of an archive's members, its symbol table and its table of names left out."""
    at, names = len(_ARCHIVE), b""
    while at + 60 <= len(content):
        name, size = content[at : at + 16].rstrip(), int(content[at + 48 : at + 58])
        member = content[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
        if name == b"//":
            names = member
        elif name.startswith(b"#1/"):
            length = int(name[3:])
            yield member[:length].rstrip(b"\0").decode(), member[length:]
        elif name not in (b"/", b"/SYM64/"):
            if name.startswith(b"/"):
                start = int(name[1:])
                name = names[start : names.index(b"\n", start)]
            yield name.rstrip(b"/").decode(), member


class _Object:
    """An object file; what it has thousands of is read without pyelftools' objects, for time."""

    def __init__(self, content: bytes) -> None:
        file: Any = ELFFile(io.BytesIO(content))
        self.machine: str = file.header.e_machine
        self.sections = list(file.iter_sections())
        self._content = content
        self._wide = file.elfclass == 64
        self._order = "<" if file.little_endian else ">"

    def entries(self, section: Any, narrow: str, wide: str) -> Iterator[tuple[Any, ...]]:
        header = section.header
        data = self._content[header.sh_offset : header.sh_offset + header.sh_size]
        return struct.iter_unpack(self._order + (wide if self._wide else narrow), data)

    def relocations(self) -> Iterator[int]:
        """Give the types of relocations of what is loaded."""
        for section in self.sections:
            if (
                section.header.sh_type == "SHT_RELA"
                and self.sections[section.header.sh_info].header.sh_flags & _SHF_ALLOC
            ):
                for _, info, _ in self.entries(section, "IIi", "QQq"):
                    yield info & (0xFFFFFFFF if self._wide else 0xFF)

    def symbols(self) -> Iterator[tuple[bytes, bool]]:
        """Give the symbols of other files' interest, and whether they are defined here."""
        for section in self.sections:
            if section.header.sh_type == "SHT_SYMTAB":
                table = self.sections[section.header.sh_link].header.sh_offset
                for entry in self.entries(section, "IIIBBH", "IBBHQQ"):
                    info, index = (entry[1], entry[3]) if self._wide else (entry[3], entry[5])
                    bind = info >> 4
                    if entry[0] and bind and not (bind == _STB_WEAK and index == _SHN_UNDEF):
                        start = table + entry[0]
                        yield self._content[start : self._content.index(b"\0", start)], index != _SHN_UNDEF


def _read_object(name: str, file: _Object, archive: Archive, defined: set[bytes], undefined: set[bytes]) -> None:
    archive.arch = archive.arch or _MACHINES.get(file.machine)
    lto = any(section.name.startswith(".gnu.lto_") for section in file.sections)
    code = any(
        section.name.startswith((".text", ".data", ".rodata")) and section.data_size for section in file.sections
    )
    archive.lto = archive.lto or lto
    if lto and not code:
        archive.bytecode = archive.bytecode or name
    absolute = _ABSOLUTE.get(file.machine, ())
    if archive.absolute is None and any(kind in absolute for kind in file.relocations()):
        archive.absolute = name
    for symbol, is_defined in file.symbols():
        if is_defined:
            defined.add(symbol)
        elif _OWN.match(symbol):
            undefined.add(symbol)
