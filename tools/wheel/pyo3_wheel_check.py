"""Opens a finished wheel and holds it to the specification: what installers and indexes rely on.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import sys
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_platform_policy
import pyo3_wheel_contents
import pyo3_wheel_library
import pyo3_wheel_set
from packaging.metadata import ExceptionGroup, Metadata
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version
from pyo3_common import ToolError
from pyo3_wheel_archive import check_path, record_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from packaging.tags import Tag
    from pyo3_wheel_library import SharedLibrary

_SCRIPT = re.compile(r"[^/]*\.data/scripts/")
_LIBPYTHON = re.compile(r"(^|/)(libpython\d|libpypy\d|Python$)")


def read_files(path: str) -> dict[str, bytes]:
    """Read all files of an archive.

    Raises:
        ToolError: it is no zip archive, or an entry is no plain file, leaves the archive, or is there twice.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                check_path(info.filename)
                mode = info.external_attr >> 16
                if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                    raise ToolError(f"{info.filename} is no plain file (mode {mode:o}), expected one: leave it out")
                if info.filename in files:
                    raise ToolError(f"{info.filename} is in the wheel twice, expected once: build it anew")
                files[info.filename] = archive.read(info)
    except (EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        # RuntimeError: zipfile cannot decrypt or unpack it.
        raise ToolError(
            f"{os.path.basename(path)} is no zip archive ({error}), expected a wheel, which installers can unpack"
        ) from error
    return files


def check_record(files: Mapping[str, bytes], record: str) -> None:
    """Hold RECORD to the files.

    Args:
        files: content by path.
        record: path of RECORD.

    Raises:
        ToolError: a file is not in it, or not as it is, or it names one that is not there.
    """
    rows = list(csv.reader(io.StringIO(files[record].decode("utf-8"), newline="")))
    found = {row[0]: row[1:] for row in rows}
    expected = {path: [record_hash(data), str(len(data))] for path, data in files.items()}
    expected[record] = ["", ""]
    if len(found) != len(rows):
        raise ToolError(f"{record} names a file twice, expected each once: build the wheel anew")
    for path in sorted({*found, *expected}):
        if found.get(path) != expected.get(path):
            raise ToolError(
                f"{record} has {found.get(path)} for {path}, expected {expected.get(path)}: build the wheel anew"
            )


def parse_name(name: str) -> tuple[str, Version, frozenset[Tag], str]:
    """Read a wheel's file name: normalised name, version, tags, build tag (empty where there is none).

    Raises:
        ToolError: `packaging` does not read it, or reads another name than is written.
    """
    try:
        distribution, version, build, tags = parse_wheel_filename(name)
    except InvalidWheelFilename as error:
        raise ToolError(f"{name} is no name of a wheel: {error}") from error
    start = f"{distribution.replace('-', '_')}-{version}-"
    if not name.startswith(start):
        raise ToolError(f"the wheel is named {name}, expected a name that starts with {start}: rename the project")
    return distribution, version, tags, name.split("-")[2] if build else ""


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        field, _, value = line.partition(": ")
        yield field, value


def check_wheel_file(text: str, tags: frozenset[Tag], *, compiled: bool, build: str = "") -> None:
    """Hold WHEEL to the file name and the contents.

    Args:
        text: of WHEEL.
        tags: of the file name.
        compiled: whether the wheel holds a compiled library.
        build: the build tag of the file name; empty where there is none.

    Raises:
        ToolError: it says something else.
    """
    fields = list(_fields(text))
    written = sorted(value for field, value in fields if field == "Tag")
    expected = sorted(map(str, tags))
    if written != expected:
        raise ToolError(f"WHEEL has the tags {', '.join(written)}, expected the file name's, {', '.join(expected)}")
    builds = [value for field, value in fields if field == "Build"]
    if builds != ([build] if build else []):
        raise ToolError(
            f"WHEEL has the build tag {', '.join(builds) or 'none'}, expected the file name's, {build or 'none'}"
        )
    pure = all(tag.platform == "any" for tag in tags)
    if ("Root-Is-Purelib", str(pure).lower()) not in fields:
        raise ToolError(f"WHEEL does not say Root-Is-Purelib: {str(pure).lower()}, which follows from the tags")
    if pure and compiled:
        raise ToolError(
            "the wheel is for any platform and holds a compiled library, expected a tag of its platform: make the "
            "library with pyo3_extension, or leave the file out with `exclude`"
        )


def check_metadata(data: bytes, distribution: str, version: Version) -> None:
    """Hold METADATA to its specification and to the file name.

    Raises:
        ToolError: it is not valid, or names something else.
    """
    try:
        metadata = Metadata.from_email(data, validate=True)
    except ExceptionGroup as error:
        raise ToolError(f"METADATA is not valid: {'; '.join(map(str, error.exceptions))}") from error
    if (canonicalize_name(metadata.name), metadata.version) != (distribution, version):
        raise ToolError(
            f"METADATA is of {metadata.name} {metadata.version}, expected {distribution} {version} as in the file name"
        )


def check_libraries(libraries: Sequence[SharedLibrary], tags: frozenset[Tag]) -> None:
    """Look at what compiled libraries need.

    Args:
        libraries: all those in the wheel.
        tags: of the file name.

    Raises:
        ToolError: one needs libpython, or what the tags do not promise.
    """
    for library in libraries:
        python = [name for name in library.needed if _LIBPYTHON.search(name)]
        if python:
            raise ToolError(
                f"{library.path} needs {python[0]}, expected to find Python's symbols in the process: link it without "
                "libpython"
            )
    pyo3_platform_policy.check_platforms({tag.platform for tag in tags}, libraries)


def read_libraries(files: Mapping[str, bytes]) -> list[SharedLibrary]:
    """Read the compiled libraries and programs of a wheel.

    Raises:
        ToolError: a file has the name of a library and is none.
    """
    found = []
    for path in sorted(files):
        read: Callable[[str, str], SharedLibrary | None] | None = None
        if pyo3_wheel_contents.is_library(path):
            read = pyo3_wheel_library.of_file
        elif _SCRIPT.match(path):
            read = pyo3_wheel_library.of_program
        if read is not None:
            with tempfile.TemporaryDirectory() as folder:
                copy = os.path.join(folder, "library")
                with open(copy, "wb") as stream:  # noqa: PTH123 (pathlib is slow to import)
                    stream.write(files[path])
                library = read(path, copy)
            found += [library] if library is not None else []
    return found


def _reported(library: SharedLibrary) -> dict[str, Any]:
    return {"format": library.format, "needed": list(library.needed), "required_glibc": library.required_glibc}


def check(path: str, exclude: Sequence[str] = ()) -> dict[str, Any]:
    """Check a wheel; give the report.

    Args:
        path: the wheel, under its own name.
        exclude: patterns of names of libraries that are not held against the tags.

    Raises:
        ToolError: something is wrong with it.
    """
    name = os.path.basename(path)
    distribution, version, tags, build = parse_name(name)
    files = read_files(path)
    folder = "-".join(name.split("-")[:2]) + ".dist-info"
    missing = [each for each in ("METADATA", "RECORD", "WHEEL") if f"{folder}/{each}" not in files]
    if missing:
        raise ToolError(f"{name} has no {folder}/{missing[0]}, expected {', '.join(missing)} in it: build it anew")
    check_record(files, f"{folder}/RECORD")
    libraries = read_libraries(files)
    check_wheel_file(files[f"{folder}/WHEEL"].decode("utf-8"), tags, compiled=bool(libraries), build=build)
    check_metadata(files[f"{folder}/METADATA"], distribution, version)
    linked = [each for each in libraries if each.architectures]
    check_libraries(pyo3_wheel_library.without(linked, exclude), tags)
    return {
        "schema": pyo3_common.SCHEMA,
        "files": sorted(files),
        "libraries": {library.path: _reported(library) for library in libraries},
        "tags": sorted(map(str, tags)),
        "wheel": name,
    }


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--folder", required=True, help="a folder that holds one wheel")
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        help="pattern of names of libraries that it may need whatever its tags",
    )
    parser.add_argument("--output", required=True, help="the report, written when the wheel is right")
    options = parser.parse_args(argv)
    pyo3_common.write_json(options.output, check(pyo3_wheel_set.only_wheel(options.folder), options.exclude))


def main(argv: Sequence[str] | None = None) -> int:
    """Check a wheel; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
