"""Where libpython is looked for: recorded values of interpreters, and the interpreter that runs the test."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from typing import Any

import pyo3_locations
import pytest

DEBIAN = {
    "INSTSONAME": "libpython3.14.so.1.0",
    "LDVERSION": "3.14",
    "LIBDIR": "/usr/lib/x86_64-linux-gnu",
    "LIBPL": "/usr/lib/python3.14/config-3.14-x86_64-linux-gnu",
    "LIBRARY": "libpython3.14.a",
    "Py_ENABLE_SHARED": 1,
}
STATIC = {
    "INSTSONAME": "libpython3.13t.a",
    "LDVERSION": "3.13t",
    "LIBDIR": "/opt/lib",
    "LIBPL": "/opt/lib/python3.13t/config",
    "LIBRARY": "libpython3.13t.a",
    "Py_ENABLE_SHARED": 0,
}
FRAMEWORK = {
    "INSTSONAME": "Python.framework/Versions/3.14/Python",
    "LIBDIR": "/Library/Frameworks/Python.framework/Versions/3.14/lib",
    "LIBRARY": "libpython3.14.a",
    "PYTHONFRAMEWORK": "Python",
    "PYTHONFRAMEWORKPREFIX": "/Library/Frameworks",
    "Py_ENABLE_SHARED": 0,
}
WINDOWS = {"LIBDIR": "C:\\Python\\libs"}


def found(config: dict[str, Any], *files: str, conda: bool = False) -> tuple[str | None, str | None]:
    answer = pyo3_locations.locate(config, "/base", files.__contains__, conda)
    assert {answer["shared"], answer["static"]} - {None} <= set(answer["places"])
    return answer["shared"], answer["static"]


@pytest.mark.parametrize(
    ("config", "files", "expected"),
    [
        (
            DEBIAN,
            [
                "/usr/lib/x86_64-linux-gnu/libpython3.14.so.1.0",
                "/usr/lib/x86_64-linux-gnu/libpython3.14.a",
                "/usr/lib/python3.14/config-3.14-x86_64-linux-gnu/libpython3.14.a",
                "/usr/lib/python3.14/config-3.14-x86_64-linux-gnu/libpython3.14-pic.a",
            ],
            (
                "/usr/lib/x86_64-linux-gnu/libpython3.14.so.1.0",
                "/usr/lib/python3.14/config-3.14-x86_64-linux-gnu/libpython3.14-pic.a",
            ),
        ),
        (DEBIAN, [], (None, None)),
        # A Python that was moved after it was built.
        (DEBIAN, ["/base/lib/libpython3.14.so.1.0"], ("/base/lib/libpython3.14.so.1.0", None)),
        # Another build may have left a shared library where a static Python looks.
        (
            STATIC,
            ["/opt/lib/libpython3.13t.so.1.0", "/opt/lib/libpython3.13t.a"],
            (None, "/opt/lib/libpython3.13t.a"),
        ),
        (
            FRAMEWORK,
            ["/Library/Frameworks/Python.framework/Versions/3.14/Python"],
            ("/Library/Frameworks/Python.framework/Versions/3.14/Python", None),
        ),
        (WINDOWS, [], (None, None)),
    ],
)
def test_libraries(config: dict[str, Any], files: list[str], expected: tuple[str | None, str | None]) -> None:
    assert found(config, *files) == expected


@pytest.mark.parametrize("name", ["libpython3.13t.so.1.0", "libpython3.13t.dylib"])
def test_conda_ships_a_shared_library_with_a_static_program(name: str) -> None:
    assert found(STATIC, f"/base/lib/{name}", conda=True) == (f"/base/lib/{name}", None)
    assert found(STATIC, f"/base/lib/{name}") == (None, None)


def test_places_are_told_of_libraries_that_are_missing() -> None:
    places = pyo3_locations.locate(DEBIAN, "/usr", lambda _: False)["places"]
    assert "/usr/lib/x86_64-linux-gnu/libpython3.14.so.1.0" in places
    assert "/usr/lib/libpython3.14-pic.a" in places


def test_this_interpreter() -> None:
    command = [sys.executable, "-I", "-S", "-B", pyo3_locations.__file__]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)
    assert answer["executable"] == sys.executable
    assert answer["real"] == os.path.realpath(sys.executable)
    assert sorted(answer) == ["executable", "include", "linkable", "places", "real", "shared", "static"]


def archive(defined: bytes, content: bytes, wide: bool = False) -> bytes:
    """Make an archive in GNU's format of a table of symbols and one member."""
    names = defined.split()
    number = struct.Struct(">Q" if wide else ">I")
    table = number.pack(len(names)) + number.pack(68) * len(names) + b"".join(name + b"\0" for name in names)
    members = {b"/SYM64/" if wide else b"/": table, b"member.o/": content}
    headers = {name: b"%-16s%-32s%-10d`\n" % (name, b"", len(data)) for name, data in members.items()}
    return b"!<arch>\n" + b"".join(headers[name] + data + b"\n" * (len(data) % 2) for name, data in members.items())


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("symbol", [b"_Py_LibHacl_Hacl_Hash_SHA1_free", b"python_hashlib_Hacl_Hash_SHA2_free_256"])
def test_archive_without_hash_functions_is_not_linkable(symbol: bytes, wide: bool) -> None:
    uses = b"\0PyLong_FromLong\0" + symbol + b"\0"
    assert pyo3_locations.is_linkable(archive(b"PyLong_FromLong " + symbol, uses, wide))
    assert not pyo3_locations.is_linkable(archive(b"PyLong_FromLong", uses, wide))


@pytest.mark.parametrize("content", [b"", b"!<arch>\n#1/20           0", b"\x7fELF"])
def test_what_is_no_archive_of_linux_is_not_linkable(content: bytes) -> None:
    assert not pyo3_locations.is_linkable(content)
