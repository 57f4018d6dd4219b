"""A shared library in a wheel: what is known of it, and which of the libraries that it needs come with the wheel."""

from __future__ import annotations

import contextlib
import fnmatch
import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ELF = "ELF"
# How the dynamic linkers of Linux and macOS say "beside the file".
_BESIDE = ("$ORIGIN", "${ORIGIN}", "@loader_path")
_RUN_PATH = "@rpath/"


@dataclass(frozen=True)
class SharedLibrary:
    """What decides on which systems a shared library can be loaded."""

    path: str
    """Where it is in the wheel, with slashes."""
    format: str
    """ELF, Mach-O, PE or WebAssembly."""
    architectures: tuple[str, ...]
    """As the names of Rust's targets have them."""
    needed: tuple[str, ...]
    run_paths: tuple[str, ...]
    undefined: frozenset[str]
    versioned_symbols: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Library to version (GLIBC_2.34) to symbols."""
    required_glibc: str | None
    minimum_macos: Mapping[str, str]
    """Architecture to X.Y."""

    @property
    def name(self) -> str:
        """The file's own name."""
        return posixpath.basename(self.path)


def of_gates(path: str, gates: Mapping[str, Any]) -> SharedLibrary:
    """Take what gates.json says of an extension.

    Args:
        path: where it is in the wheel.
        gates: the object of gates.json.

    Raises:
        ToolError: it is of another version of these rules.
    """
    try:
        return SharedLibrary(
            path=path,
            format=gates["format"],
            architectures=tuple(gates["architectures"]),
            needed=tuple(gates["needed_libraries"]),
            run_paths=tuple(gates["run_paths"]),
            undefined=frozenset(gates["undefined"]),
            versioned_symbols={
                library: {version: tuple(symbols) for version, symbols in versions.items()}
                for library, versions in gates["versioned_symbols"].items()
            },
            required_glibc=gates["required_glibc"],
            minimum_macos=dict(gates["minimum_macos"]),
        )
    except KeyError as error:
        raise ToolError(
            f"the gates of {path} have no {error}, expected what the gates write: build it again"
        ) from error


def of_file(path: str, source: str) -> SharedLibrary:
    """Read a shared library that is packed along with extensions.

    Args:
        path: where it is in the wheel.
        source: the file.

    Raises:
        ToolError: it is none, or damaged.
    """
    import pyo3_binary

    kind, binaries = pyo3_binary.read_binaries(source, f"the library {path}")
    return SharedLibrary(
        path=path,
        format=kind,
        architectures=tuple(binary.architecture for binary in binaries),
        needed=tuple(sorted({name for binary in binaries for name in binary.needed})),
        run_paths=tuple(sorted({each for binary in binaries for each in binary.run_paths})),
        undefined=frozenset(name for binary in binaries for name in binary.undefined),
        versioned_symbols=next((binary.versioned_symbols for binary in binaries), {}),
        required_glibc=next((binary.required_glibc for binary in binaries), None),
        minimum_macos={binary.architecture: binary.minimum_macos for binary in binaries if binary.minimum_macos},
    )


def of_program(path: str, source: str) -> SharedLibrary | None:
    """Read a program that is packed along with extensions.

    Args:
        path: where it is in the wheel.
        source: the file.

    Returns:
        None for a script; a library that needs nothing where the program is linked statically, or is not for Linux, as
        programs of other systems are not looked at.

    Raises:
        ToolError: it is damaged.
    """
    import pyo3_binary

    with open(source, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        kind = pyo3_binary.known_format(stream.read(4))
    if kind is None:
        return None
    if kind == _ELF:
        with contextlib.suppress(pyo3_binary.NotDynamicError):
            return of_file(path, source)
    return SharedLibrary(path, kind, (), (), (), frozenset(), {}, None, {})


def without(libraries: Iterable[SharedLibrary], patterns: Sequence[str]) -> list[SharedLibrary]:
    """Forget that libraries need others whose names fit patterns (fnmatch)."""

    def _is_kept(name: str) -> bool:
        return not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    return [
        replace(
            each,
            needed=tuple(filter(_is_kept, each.needed)),
            versioned_symbols={name: found for name, found in each.versioned_symbols.items() if _is_kept(name)},
        )
        for each in libraries
    ]


def not_in_wheel(library: SharedLibrary, packed: Iterable[SharedLibrary]) -> list[str]:
    """Give the needed libraries that the wheel does not bring along where the dynamic linker looks for them.

    Args:
        library: which needs them.
        packed: all shared libraries of the wheel.
    """
    places = {each.path for each in packed}
    folders = _folders(library)
    return [name for name in library.needed if not any(place in places for place in _places(library, name, folders))]


def _folders(library: SharedLibrary) -> list[str]:
    return [folder for path in library.run_paths if (folder := _beside(library, path)) is not None]


def _beside(library: SharedLibrary, path: str) -> str | None:
    """Give the path in the wheel that a path relative to the file is; None for any other."""
    start, _, rest = path.partition("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(library.path), rest)) if start in _BESIDE else None


def _places(library: SharedLibrary, name: str, folders: Iterable[str]) -> list[str]:
    if library.format not in (_ELF, "Mach-O"):
        return [posixpath.normpath(posixpath.join(posixpath.dirname(library.path), name))]
    beside = _beside(library, name)
    if beside is not None:
        return [beside]
    if library.format == _ELF or name.startswith(_RUN_PATH):
        file = name[len(_RUN_PATH) :] if name.startswith(_RUN_PATH) else name
        return [posixpath.normpath(posixpath.join(folder, file)) for folder in folders]
    return []
