"""The shared libraries that a bundle carries along: what its files need, and what those need in turn."""

from __future__ import annotations

import glob
import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_bundle_elf
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyo3_bundle_elf import ElfObject

LIBRARIES = "lib"

# The C library is the machine's: one that is older than its dynamic linker does not work with it. The names are
# those of glibc, https://sourceware.org/git/?p=glibc.git;a=blob;f=shlib-versions, and of musl.
_SYSTEM = re.compile(
    r"(ld(-linux.*|64|-musl-.*)|lib(c|m|dl|rt|util|pthread|resolv|anl|mvec|nsl|BrokenLocale|thread_db)|libc\.musl-.*|linux-.*)"
    r"\.so(\.\d+)*"
)
_CONF = "/etc/ld.so.conf"


def is_of_system(name: str) -> bool:
    """Tell whether a library belongs to the C library of each machine."""
    return bool(_SYSTEM.fullmatch(name))


def needed_libraries(
    files: Mapping[str, str],
    read: Callable[[str], ElfObject | None],
    find: Callable[[str, ElfObject, str], str | None],
    is_excluded: Callable[[str], bool],
) -> dict[str, str]:
    """Find what else has to be copied.

    Args:
        files: place in the bundle -> file, of all that is in it so far.
        read: gives what the dynamic linker reads of a file.
        find: gives the file of a library: its name, what needs it, and the file of that.
        is_excluded: tells whether a place stays empty.

    Returns:
        Place -> file, of the libraries that are added.

    Raises:
        ToolError: a library was not found.
    """
    added: dict[str, str] = {}
    absent: dict[str, list[str]] = {}
    queue = sorted(place for place in files if place.startswith("bin/") or ".so" in posixpath.basename(place))
    while queue:
        place = queue.pop(0)
        file = added.get(place) or files[place]
        needing = read(file)
        for name in needing.needed if needing else ():
            target = f"{LIBRARIES}/{name}"
            if is_of_system(name) or target in added or is_excluded(target):
                continue
            if needing is None or any(own in files for own in _own_places(place, name, needing)):
                continue
            library = find(name, needing, file)
            if library is None:
                absent.setdefault(name, []).append(place)
            else:
                added[target] = library
                queue.append(target)
    if absent:
        raise _not_found(absent)
    return added


def _own_places(place: str, name: str, needing: ElfObject) -> Iterator[str]:
    yield f"{LIBRARIES}/{name}"
    for path in needing.run_paths:
        relative = re.sub(r"\$(ORIGIN|\{ORIGIN\})", ".", path)
        if relative != path:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(place), relative, name))


def _not_found(absent: Mapping[str, list[str]]) -> ToolError:
    lines = "".join(f"\n  {name}, needed by {', '.join(absent[name])}" for name in sorted(absent))
    first = min(absent)
    return ToolError(
        f"shared libraries were not found, neither among the files of the Python nor on this machine:{lines}\n"
        "Install them, or leave out what needs them, or a library that the bundle's machine has: "
        f'exclude = ["{absent[first][0]}"] or exclude = ["{LIBRARIES}/{first}"]'
    )


@dataclass(frozen=True)
class Machine:
    """Where libraries lie, in the order of the dynamic linker."""

    runtime: Mapping[str, str]
    """Of a Python that lies in the build: name -> file."""
    folders: tuple[str, ...]

    def find(self, name: str, needing: ElfObject, file: str) -> str | None:
        """Find the library that the dynamic linker would load for a file of this machine."""
        if "/" in name:
            return None
        origin = os.path.dirname(os.path.realpath(file))
        own = [re.sub(r"\$(ORIGIN|\{ORIGIN\})", lambda _: origin, path) for path in needing.run_paths]
        candidates = [self.runtime[name]] if name in self.runtime else []
        candidates += [os.path.join(folder, name) for folder in (*own, *self.folders) if os.path.isabs(folder)]
        for candidate in candidates:
            if os.path.isfile(candidate):
                found = pyo3_bundle_elf.read_elf_object(candidate, candidate)
                if found and found.machine == needing.machine:
                    return candidate
        return None


def library_folders(lib_dir: str | None, multiarch: str | None, conf: str = _CONF) -> tuple[str, ...]:
    """Give the folders where the dynamic linker looks (ld.so(8), ldconfig(8)), after that of the Python itself."""
    places = [f"{top}/{multiarch}" for top in ("/lib", "/usr/lib")] if multiarch else []
    places += ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    return tuple(dict.fromkeys([*([lib_dir] if lib_dir else []), *_conf_folders(conf), *places]))


def _conf_folders(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
            lines = stream.read().splitlines()
    except OSError:
        return
    yield from _parse_conf(lines, os.path.dirname(path))


def _parse_conf(lines: Iterable[str], folder: str) -> Iterator[str]:
    for line in lines:
        words = line.partition("#")[0].split()
        if words[:1] == ["include"]:
            for pattern in words[1:]:
                for included in sorted(glob.glob(os.path.join(folder, pattern))):
                    yield from _conf_folders(included)
        elif words[:1] != ["hwcap"]:
            yield from words
