"""What the dynamic linker reads of ELF files, and run paths that hold where a file is copied to.

https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from elftools.elf.elffile import ELFFile
from pyo3_binary import ELF, reading

if TYPE_CHECKING:
    from typing import Any

_DT_NULL, _DT_RPATH, _DT_RUNPATH = 0, 15, 29
_MAGIC = b"\x7fELF"


@dataclass(frozen=True)
class ElfObject:
    """A program or a shared library."""

    machine: tuple[str, int]
    """Processor and bits: the dynamic linker passes over libraries for others."""
    needed: tuple[str, ...] = ()
    run_paths: tuple[str, ...] = ()
    """Of DT_RUNPATH, or of DT_RPATH where there is no DT_RUNPATH, as the dynamic linker has it."""


class _Entry(NamedTuple):
    tag: int
    value: int
    text: str | None


class _Dynamic(NamedTuple):
    offset: int
    entry: struct.Struct
    entries: list[_Entry]


def read_elf_object(path: str, origin: str) -> ElfObject | None:
    """Read a file; messages call it `origin`.

    Returns:
        None when the dynamic linker has nothing to do with it: it is no ELF file, or a static one.

    Raises:
        ToolError: the file is damaged.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        if stream.read(len(_MAGIC)) != _MAGIC:
            return None
        with reading(ELF, origin):
            file = ELFFile(stream)
            dynamic = _dynamic(file)
            if dynamic is None:
                return None
            texts = {tag: _texts(dynamic, tag) for tag in (_DT_RPATH, _DT_RUNPATH)}
            run_paths = texts[_DT_RUNPATH] or texts[_DT_RPATH]
            return ElfObject(
                machine=(str(file["e_machine"]), int(file.elfclass)),
                needed=tuple(_texts(dynamic, 1)),
                run_paths=tuple(each for text in run_paths for each in text.split(":") if each),
            )


def with_relative_run_paths(content: bytes, origin: str) -> bytes:
    """Take the places of one machine out of a shared library, and let the program's run path count for it.

    A run path that names absolute folders only is removed. Another one becomes a DT_RPATH: a DT_RUNPATH would switch
    off the program's DT_RPATH for what the library needs (ld.so(8)).

    Raises:
        ToolError: the file is damaged.
    """
    with reading(ELF, origin):
        dynamic = _dynamic(ELFFile(io.BytesIO(content))) if content.startswith(_MAGIC) else None
        if dynamic is None:
            return content
        changed = bytearray(content)
        entries = _relative(dynamic.entries)
        entries += [_Entry(_DT_NULL, 0, None)] * (len(dynamic.entries) - len(entries))
        for index, entry in enumerate(entries):
            dynamic.entry.pack_into(changed, dynamic.offset + index * dynamic.entry.size, entry.tag, entry.value)
        return bytes(changed)


def _relative(entries: list[_Entry]) -> list[_Entry]:
    has_runpath = any(entry.tag == _DT_RUNPATH for entry in entries)
    kept = []
    for entry in entries:
        if entry.tag not in (_DT_RPATH, _DT_RUNPATH):
            kept.append(entry)
        elif any(path.startswith("$") for path in (entry.text or "").split(":")) and not (
            has_runpath and entry.tag == _DT_RPATH
        ):
            kept.append(entry._replace(tag=_DT_RPATH))
    return kept


def _texts(dynamic: _Dynamic, tag: int) -> list[str]:
    return [entry.text for entry in dynamic.entries if entry.tag == tag and entry.text is not None]


def _dynamic(file: Any) -> _Dynamic | None:
    for segment in file.iter_segments(type="PT_DYNAMIC"):
        order, word = "<" if file.little_endian else ">", "QQ" if file.elfclass == 64 else "II"
        entry = struct.Struct(order + word)
        segment.stream.seek(segment["p_offset"])
        numbers = entry.iter_unpack(segment.stream.read(segment["p_filesz"] // entry.size * entry.size))
        tags = list(segment.iter_tags())
        return _Dynamic(
            segment["p_offset"],
            entry,
            [_Entry(tag, value, _text(read)) for (tag, value), read in zip(numbers, tags)],
        )
    return None


def _text(tag: Any) -> str | None:
    for name in ("needed", "rpath", "runpath"):
        if hasattr(tag, name):
            return str(getattr(tag, name))
    return None
