"""Chooses the shared or the static libpython as PyO3 does, and refuses what could not be linked or would not run."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_facts import Facts
    from pyo3_libpython import Archive, SharedLibrary
    from pyo3_triple import Triple

AUTO, SHARED, STATIC = "auto", "shared", "static"

# Names of libpython: on Linux, of Apple's frameworks, of other libraries for macOS.
_NAMES = (
    re.compile(r"libpython(?P<version>3\.\d+)(?P<abiflags>[a-z]*)\.(so|dylib)"),
    re.compile(r"Python(?P<abiflags>T?)\.framework/Versions/(?P<version>3\.\d+)"),
)


class Found(NamedTuple):
    """Which libraries the toolchain of a Python names."""

    shared: bool
    static: bool


def choose(libpython: str, found: Found, facts: Facts, stated_shared: bool, cross: bool, target: Triple) -> str:
    """Choose what is linked: SHARED or STATIC.

    PyO3 links the shared library when its config says `shared`, else the static one (pyo3-ffi 0.30.1, build.rs,
    `emit_link_config`). Where there is no such library, the other one is taken.

    Args:
        libpython: AUTO, SHARED or STATIC, as the user wants it.
        found: the libraries.
        facts: of the Python.
        stated_shared: `shared` of the PyO3 config.
        cross: whether the program is for another platform than the one this runs on.
        target: what is linked for.

    Raises:
        ToolError: there is no such library.
    """
    if not any(found) or (libpython == SHARED and not found.shared) or (libpython == STATIC and not found.static):
        raise ToolError(_missing(libpython, found, facts, cross, target))
    if libpython != AUTO:
        return libpython
    return SHARED if found.shared and (stated_shared or not found.static) else STATIC


def _missing(libpython: str, found: Found, facts: Facts, cross: bool, target: Triple) -> str:
    version = _version(facts)
    there = "no libpython" if not any(found) else f"only a {SHARED if found.shared else STATIC} libpython"
    wanted = "a shared or a static one" if libpython == AUTO else f"a {libpython} one (`libpython` is {libpython!r})"
    text = f"the toolchain of Python {version} has {there}, expected {wanted}, to link the program with"
    if cross:
        return (
            f"{text} for {target.name}: the program is cross-compiled, and libpython of this machine cannot be linked. "
            f"Give pyo3_python_toolchain the target's libpython{version}.so.1.0 as `shared_library` or its archive as "
            "`static_library`; Debian has it in the package of that architecture (libpython3.X:arm64), or take a "
            "toolchain of rules_python for that platform"
        )
    other = f", or set `libpython` to {AUTO!r}" if any(found) else ""
    return (
        f"{text}. Install what provides it: libpython{version} (shared) on Debian and Ubuntu, python{version}-libs or "
        f"python3-libs on Fedora, `--enable-shared` for a Python that is built from source (pyenv: "
        "PYTHON_CONFIGURE_OPTS=--enable-shared), or take a hermetic toolchain of rules_python; pyo3_python_toolchain "
        f"takes `shared_library` and `static_library`{other}"
    )


def check_features(features: Collection[str], kind: str) -> None:
    """Refuse what PyO3 refuses (pyo3 0.30.1, build.rs, `ensure_auto_initialize_ok`).

    Raises:
        ToolError: a program with a static libpython wants Python to start by itself.
    """
    if kind == STATIC and "auto-initialize" in features:
        raise ToolError(
            "the feature auto-initialize of the pyo3 crate is on, and libpython is static, expected a shared one: PyO3 "
            "supports no other with it. Take the feature out and call Python::initialize "
            "(before 0.26 prepare_freethreaded_python), or choose a Python with a shared libpython"
        )


def check_shared(library: SharedLibrary, file_name: str, facts: Facts, target: Triple, installed: bool) -> None:
    """Make sure that a program that is linked to a shared library finds it, and finds the Python that was meant.

    Args:
        library: what it says of itself.
        file_name: what it is called in the build.
        facts: of the Python.
        target: what is linked for.
        installed: whether the Python is one of the machine, whose library may be asked for by its absolute path.

    Raises:
        ToolError: it is another Python's, for another machine, or is asked for by another name.
    """
    _check_arch(library.arches, file_name, target)
    name = library.name
    if name is None:
        raise ToolError(
            f"the library {file_name} has no SONAME, expected libpython{_version(facts)}.so.1.0 or the like: programs "
            "could not find it. Give the toolchain the libpython of a Python that was configured with --enable-shared"
        )
    matched = next((found for pattern in _NAMES if (found := pattern.search(name))), None)
    if matched is None:
        raise ToolError(
            f"the library {file_name} calls itself {name}, expected the libpython of Python {_version(facts)}: "
            "correct `shared_library` of the toolchain"
        )
    _check_version(file_name, f"{matched['version']}{matched['abiflags'].lower()}", facts)
    base = posixpath.basename(name)
    if base != posixpath.basename(file_name):
        raise ToolError(
            f"the library is named {file_name}, and programs that are linked to it ask for {base}, expected one name: "
            f"give the toolchain the file {base}"
        )
    if "/" in name and not name.startswith("@rpath/") and not (installed and name.startswith("/")):
        raise ToolError(
            f"programs that are linked to {file_name} look for it at {name}, expected @rpath/{base} of a Python in the "
            f"build: change the file with `install_name_tool -id @rpath/{base}`"
        )


def check_archive(archive: Archive, file_name: str, facts: Facts, target: Triple) -> None:
    """Make sure that a static library can be linked into a program.

    Raises:
        ToolError: it is another Python's, for another machine, for another compiler alone, or incomplete.
    """
    if target.vendor == "apple":
        raise ToolError(
            f"libpython is the static {file_name}, expected a shared one for {target.name}: Apple's linker cannot wrap "
            "Python's initialisation in an archive. Choose a Python with libpythonX.Y.dylib or a framework"
        )
    if archive.bytecode is not None:
        raise ToolError(
            f"{file_name} was built for link time optimisation alone: {archive.bytecode} holds a compiler's bytecode, "
            "expected machine code, because only the very compiler that wrote it reads it. Build that Python without "
            "--with-lto or with -ffat-lto-objects, or choose one with a shared libpython"
        )
    _check_arch(frozenset({archive.arch}), file_name, target)
    if _plain_version(facts) not in archive.versions:
        found = ", ".join(sorted(archive.versions)) or "none"
        raise ToolError(
            f"{file_name} is libpython of another version: it names {found}, expected {_plain_version(facts)}, as the "
            "facts and headers of this Python have it. Correct `static_library` of the toolchain"
        )
    named = _NAMES[0].match(posixpath.basename(file_name).replace("-pic.a", ".so").replace(".a", ".so"))
    if named is not None:
        _check_version(file_name, f"{named['version']}{named['abiflags']}", facts)
    if archive.absolute is not None:
        raise ToolError(
            f"{archive.absolute} in {file_name} is not position independent (it has absolute addresses of 32 bits), "
            "expected code for a position independent program, as Rust's are. Debian and Ubuntu ship such objects in "
            f"libpython{_version(facts)}-pic.a; else build that Python with CFLAGS=-fPIE, or choose a shared libpython"
        )
    _check_complete(archive, file_name)


def _check_complete(archive: Archive, file_name: str) -> None:
    if not archive.missing:
        return
    shown = ", ".join(archive.missing[:3]) + (", ..." if len(archive.missing) > 3 else "")
    hashes = any("Hacl" in name for name in archive.missing)
    reason = "; Debian's lacks the HACL* hash functions, which its own build links from elsewhere" if hashes else ""
    raise ToolError(
        f"{file_name} is incomplete, it uses and does not define {shown} ({len(archive.missing)} in all){reason}. "
        "Expected an archive that programs can be linked with: set `libpython` to 'shared', give the toolchain another "
        "`static_library`, or add the missing objects to the archive"
    )


def _check_arch(arches: Collection[str | None], file_name: str, target: Triple) -> None:
    if target.arch not in arches and None not in arches:
        raise ToolError(
            f"{file_name} is for {', '.join(sorted(map(str, arches)))}, expected {target.arch}, because the program is "
            f"built for {target.name}: give the toolchain for that platform its own libpython"
        )


def _check_version(file_name: str, found: str, facts: Facts) -> None:
    if found != _version(facts):
        raise ToolError(
            f"{file_name} is libpython of {found}, expected {_version(facts)}, as the facts and headers of this Python "
            "have it: correct the toolchain's libraries, or its `version` and `facts`"
        )


def _plain_version(facts: Facts) -> str:
    return f"{facts.version[0]}.{facts.version[1]}"


def _version(facts: Facts) -> str:
    return _plain_version(facts) + facts.abiflags
