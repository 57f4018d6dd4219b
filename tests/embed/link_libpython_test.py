"""What is read of libpython, and what is refused: real libraries, compiled here, and those of the machine."""

from __future__ import annotations

import dataclasses
import pathlib
import shutil
import struct
import subprocess
from typing import Any

import pyo3_libpython
import pyo3_libpython_checks
import pytest
from foreign_libraries import dylib
from pyo3_common import ToolError
from pyo3_libpython import Archive, SharedLibrary
from pyo3_libpython_checks import AUTO, SHARED, STATIC, Found
from pyo3_triple import parse_triple
from recorded_facts import facts

FACTS = facts("cpython-3.14-linux-x86_64")
FREE_THREADED = facts("cpython-3.13t-linux-x86_64")
MACOS_FACTS = facts("sysconfigdata-cpython-3.14-macos-arm64")
LINUX = parse_triple("x86_64-unknown-linux-gnu")
ARM = parse_triple("aarch64-unknown-linux-gnu")
MACOS = parse_triple("aarch64-apple-darwin")
COMPILER = shutil.which("gcc")
# Sections of code and data, absolute addresses, a symbol that is libpython's own, a version.
SOURCE = """
extern int python_hashlib_Hacl_Hash_SHA2_free(void);
extern int puts(const char *);
__attribute__((weak)) extern int Py_Weak(void);
const char *Py_GetVersion(void) { return "3.14.8 (main)"; }
int Py_Used(void) { return Py_Weak ? puts(Py_GetVersion()) : python_hashlib_Hacl_Hash_SHA2_free(); }
"""
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no gcc on PATH")


@pytest.fixture
def compiled(tmp_path: pathlib.Path) -> Any:
    """Give a function that compiles SOURCE with some flags into an archive libpython3.14.a."""

    def make(*flags: str, thin: bool = False, source: str = SOURCE) -> pathlib.Path:
        (tmp_path / "an_object_with_a_long_name.c").write_text(source, encoding="utf-8")
        for command in (
            [COMPILER, "-c", *flags, "an_object_with_a_long_name.c"],
            ["ar", "rcTs" if thin else "rcs", "libpython3.14.a", "an_object_with_a_long_name.o"],
        ):
            subprocess.run([str(word) for word in command], cwd=tmp_path, check=True)
        return tmp_path / "libpython3.14.a"

    return make


def read(path: pathlib.Path) -> Archive:
    return pyo3_libpython.read_archive(str(path), path.name)


def refused(archive: Archive, *fragments: str, name: str = "libpython3.14.a", target: Any = LINUX) -> None:
    with pytest.raises(ToolError) as error:
        pyo3_libpython_checks.check_archive(archive, name, FACTS, target)
    for fragment in fragments:
        assert fragment in str(error.value)


GOOD = Archive(arch="x86_64", versions=frozenset({"3.14"}))


@needs_compiler
def test_what_an_archive_holds(compiled: Any) -> None:
    archive = read(compiled("-fPIC", "-O1"))
    assert archive == Archive(
        arch="x86_64", missing=["python_hashlib_Hacl_Hash_SHA2_free"], versions=frozenset({"3.14"})
    )


@needs_compiler
def test_position_dependent_code(compiled: Any) -> None:
    archive = read(compiled("-fno-pic", "-mcmodel=small"))
    assert archive.absolute == "an_object_with_a_long_name.o"
    refused(
        archive,
        "an_object_with_a_long_name.o in libpython3.14.a is not position independent",
        "expected code for a position independent program",
        "libpython3.14-pic.a; else build that Python with CFLAGS=-fPIE",
    )
    assert read(compiled("-fPIE")).absolute is None


@needs_compiler
def test_bytecode_alone_and_beside_machine_code(compiled: Any) -> None:
    slim = read(compiled("-fPIC", "-flto", "-fno-fat-lto-objects"))
    assert slim.bytecode == "an_object_with_a_long_name.o"
    refused(slim, "was built for link time optimisation alone", "expected machine code", "without --with-lto")
    fat = read(compiled("-fPIC", "-flto", "-ffat-lto-objects"))
    assert (fat.bytecode, fat.lto) == (None, True)


def ar(tmp_path: pathlib.Path, *members: tuple[bytes, bytes]) -> pathlib.Path:
    """Write an archive with BSD's names, as Apple's ar does."""
    content = b"!<arch>\n"
    for name, member in members:
        size = len(name) + len(member)
        content += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (b"#1/%d" % len(name), 0, 0, 0, b"644", size)
        content += name + member + b"\n" * (size % 2)
    path = tmp_path / "libpython3.14.a"
    path.write_bytes(content)
    return path


def test_bitcode_of_clang(tmp_path: pathlib.Path) -> None:
    archive = read(ar(tmp_path, (b"first.o\0", b"BC\xc0\xde" + bytes(8)), (b"second.o", b"BC\xc0\xde" + bytes(9))))
    assert archive.bytecode == "first.o"
    refused(archive, "first.o holds a compiler's bytecode")


def test_objects_of_macos(tmp_path: pathlib.Path) -> None:
    archive = read(ar(tmp_path, (b"first.o\0", struct.pack("<II", 0xFEEDFACF, 0x0100000C) + bytes(24))))
    assert archive.arch == "aarch64"
    refused(
        archive, "libpython3.14.a is for aarch64, expected x86_64, because the program is built for x86_64-unknown-"
    )
    refused(GOOD, "libpython is the static libpython3.14.a, expected a shared one for aarch64-apple-", target=MACOS)


@needs_compiler
def test_thin_archives_hold_nothing(compiled: Any) -> None:
    with pytest.raises(ToolError, match="is no archive, expected libpython's objects"):
        read(compiled("-fPIC", thin=True))


def test_damaged_archive(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ToolError, match=r"libpython3\.14\.a is a damaged ar file"):
        read(ar(tmp_path, (b"first.o\0", b"\x7fELF" + bytes(4))))


@pytest.mark.parametrize(
    ("archive", "name", "fragments"),
    [
        (
            dataclasses.replace(GOOD, versions=frozenset({"3.2", "3.13"})),
            "libpython.a",
            ["libpython.a is libpython of another version: it names 3.13, 3.2, expected 3.14", "`static_library`"],
        ),
        (dataclasses.replace(GOOD, versions=frozenset()), "libpython3.14.a", ["it names none, expected 3.14"]),
        (GOOD, "lib/libpython3.14t.a", ["lib/libpython3.14t.a is libpython of 3.14t, expected 3.14"]),
        (GOOD, "libpython3.14d-pic.a", ["libpython3.14d-pic.a is libpython of 3.14d, expected 3.14"]),
        (
            dataclasses.replace(GOOD, missing=["_Py_LibHacl_A", "_Py_LibHacl_B", "_Py_LibHacl_C", "_Py_LibHacl_D"]),
            "libpython3.14-pic.a",
            [
                "it uses and does not define _Py_LibHacl_A, _Py_LibHacl_B, _Py_LibHacl_C, ... (4 in all)",
                "Debian's lacks the HACL* hash functions",
                "set `libpython` to 'shared'",
            ],
        ),
        (
            dataclasses.replace(GOOD, missing=["PyInit_mine"]),
            "libpython3.14.a",
            ["does not define PyInit_mine (1 in all). Expected an archive that programs can be linked with"],
        ),
    ],
)
def test_refused_archives(archive: Archive, name: str, fragments: list[str]) -> None:
    refused(archive, *fragments, name=name)


@pytest.mark.parametrize("name", ["libpython3.14.a", "libpython3.14-pic.a", "libpython.a"])
def test_accepted_archives(name: str) -> None:
    pyo3_libpython_checks.check_archive(GOOD, name, FACTS, LINUX)


@needs_compiler
def test_shared_libraries_tell_their_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.c").write_text("int a;\n", encoding="utf-8")
    for soname in ("libpython3.14.so.1.0", None):
        flags = [f"-Wl,-soname,{soname}"] if soname else []
        subprocess.run([str(COMPILER), "-shared", "-fPIC", "a.c", "-o", "library.so", *flags], cwd=tmp_path, check=True)
        found = pyo3_libpython.read_shared(str(tmp_path / "library.so"), "library.so")
        assert found == SharedLibrary(soname, frozenset({"x86_64"}))


def test_shared_library_of_macos(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "libpython3.14.dylib"
    path.write_bytes(dylib("@rpath/libpython3.14.dylib"))
    found = pyo3_libpython.read_shared(str(path), path.name)
    assert found == SharedLibrary("@rpath/libpython3.14.dylib", frozenset({"aarch64"}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no library", "library is neither ELF, PE, Mach-O nor WebAssembly"),
        (b"\x7fELF\x02\x01\x01", "library is a damaged ELF file"),
        (b"MZ" + bytes(64), "library is a PE file, expected libpython for Linux or macOS"),
    ],
)
def test_files_that_are_no_shared_library(content: bytes, message: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "library"
    path.write_bytes(content)
    with pytest.raises(ToolError, match=message):
        pyo3_libpython.read_shared(str(path), "library")


def shared(name: str | None, arch: str | None = "x86_64") -> SharedLibrary:
    return SharedLibrary(name, frozenset({arch}))


def on_linux(library: SharedLibrary, file_name: str = "lib/libpython3.14.so.1.0") -> None:
    pyo3_libpython_checks.check_shared(library, file_name, FACTS, LINUX, installed=False)


@pytest.mark.parametrize(
    ("library", "file_name", "message"),
    [
        (
            shared("libpython3.14.so.1.0", "aarch64"),
            "a.so",
            "a.so is for aarch64, expected x86_64, because the program",
        ),
        (shared(None), "a.so", "a.so has no SONAME, expected libpython3.14.so.1.0 or the like"),
        (shared("libz.so.1"), "a.so", "a.so calls itself libz.so.1, expected the libpython of Python 3.14"),
        (shared("libpython3.so"), "libpython3.so", "calls itself libpython3.so, expected the libpython of Python 3.14"),
        (shared("libpython3.13.so.1.0"), "libpython3.13.so.1.0", "is libpython of 3.13, expected 3.14, as the facts"),
        (shared("libpython3.14t.so.1.0"), "a.so", "a.so is libpython of 3.14t, expected 3.14"),
        (
            shared("libpython3.14.so.1.0"),
            "libpython3.14.so",
            "is named libpython3.14.so, and programs that are linked to it ask for libpython3.14.so.1.0, expected one",
        ),
    ],
)
def test_refused_shared_libraries(library: SharedLibrary, file_name: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        on_linux(library, file_name)


def test_accepted_shared_libraries() -> None:
    on_linux(shared("libpython3.14.so.1.0"))
    on_linux(shared("libpython3.14.so.1.0", None))


FRAMEWORK = "/Library/Frameworks/Python.framework/Versions/3.14/Python"


@pytest.mark.parametrize(
    ("name", "installed"),
    [("@rpath/libpython3.14.dylib", False), ("/opt/lib/libpython3.14.dylib", True), (FRAMEWORK, True)],
)
def test_accepted_on_macos(name: str, installed: bool) -> None:
    file_name = "lib/" + name.rpartition("/")[2]
    library = shared(name, "aarch64")
    pyo3_libpython_checks.check_shared(library, file_name, MACOS_FACTS, MACOS, installed)


@pytest.mark.parametrize(
    ("name", "installed"), [("/install/lib/libpython3.14.dylib", False), ("@loader_path/libpython3.14.dylib", True)]
)
def test_libraries_of_macos_that_programs_would_not_find(name: str, installed: bool) -> None:
    with pytest.raises(ToolError, match=r"install_name_tool -id @rpath/libpython3\.14\.dylib"):
        pyo3_libpython_checks.check_shared(
            shared(name, "aarch64"), "lib/libpython3.14.dylib", MACOS_FACTS, MACOS, installed
        )


def test_version_of_a_framework() -> None:
    with pytest.raises(ToolError, match=r"is libpython of 3\.14t, expected 3\.14,"):
        name = "/Library/Frameworks/PythonT.framework/Versions/3.14/PythonT"
        pyo3_libpython_checks.check_shared(shared(name, "aarch64"), "PythonT", MACOS_FACTS, MACOS, installed=True)


@pytest.mark.parametrize(
    ("libpython", "found", "stated_shared", "expected"),
    [
        (AUTO, Found(True, True), True, SHARED),
        (AUTO, Found(True, True), False, STATIC),
        (AUTO, Found(True, False), False, SHARED),
        (AUTO, Found(False, True), True, STATIC),
        (STATIC, Found(True, True), True, STATIC),
        (SHARED, Found(True, True), False, SHARED),
    ],
)
def test_choice(libpython: str, found: Found, stated_shared: bool, expected: str) -> None:
    assert pyo3_libpython_checks.choose(libpython, found, FACTS, stated_shared, False, LINUX) == expected


@pytest.mark.parametrize(
    ("libpython", "found", "cross", "fragments"),
    [
        (
            AUTO,
            Found(False, False),
            False,
            [
                "the toolchain of Python 3.13t has no libpython, expected a shared or a static one",
                "libpython3.13t (shared) on Debian and Ubuntu",
                "python3-libs on Fedora",
                "hermetic toolchain of rules_python; pyo3_python_toolchain takes `shared_library`",
            ],
        ),
        (
            STATIC,
            Found(True, False),
            False,
            [
                "has only a shared libpython, expected a static one (`libpython` is 'static')",
                "set `libpython` to 'auto'",
            ],
        ),
        (SHARED, Found(False, True), False, ["has only a static libpython, expected a shared one"]),
        (
            AUTO,
            Found(False, False),
            True,
            [
                "to link the program with for aarch64-unknown-linux-gnu: the program is cross-compiled",
                "the target's libpython3.13t.so.1.0 as `shared_library`",
                "(libpython3.X:arm64)",
            ],
        ),
    ],
)
def test_no_libpython(libpython: str, found: Found, cross: bool, fragments: list[str]) -> None:
    with pytest.raises(ToolError) as error:
        pyo3_libpython_checks.choose(libpython, found, FREE_THREADED, True, cross, ARM)
    for fragment in fragments:
        assert fragment in str(error.value)


def test_features() -> None:
    pyo3_libpython_checks.check_features(["auto-initialize"], SHARED)
    pyo3_libpython_checks.check_features(["macros"], STATIC)
    with pytest.raises(ToolError, match="the feature auto-initialize of the pyo3 crate is on, and libpython is static"):
        pyo3_libpython_checks.check_features(["auto-initialize"], STATIC)
