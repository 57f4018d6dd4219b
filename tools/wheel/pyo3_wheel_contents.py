"""Which files a wheel holds, and under which paths."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyo3_common import ToolError
from pyo3_wheel_archive import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FILE, OUTSIDE = "file", "outside"

# https://docs.python.org/3/library/sysconfig.html#installation-paths, those that installers take from a .data folder.
_SCHEMES = ("data", "headers", "platlib", "purelib", "scripts")
_SHOWN = 5
_LIBRARY = re.compile(r"\.(so(\.[0-9.]+)?|dylib|pyd|dll)$")


@dataclass(frozen=True)
class Listed:
    """A file that dependencies of the wheel bring along."""

    kind: str
    """FILE, or OUTSIDE when it lies neither in the wheel's package nor among the `files` of `deps`."""
    path: str
    source: str


def parse_list(content: bytes) -> list[Listed]:
    """Read the list of files: lines of kind, path and source, with tabs between.

    Raises:
        ToolError: a name is not UTF-8, as the names in a wheel are, or holds a tab or a line end.
    """
    listed = []
    # Once each: files of `deps` come along behind `deps` too.
    for line in dict.fromkeys(content.splitlines()):
        try:
            kind, path, source = line.decode("utf-8").split("\t")
        except UnicodeDecodeError as error:
            name = line.split(b"\t")[1]
            raise ToolError(
                f"Bazel names a file {name!r}, which is not UTF-8, expected UTF-8: rename the file; a Bazel that reads "
                "files through Java, as Debian's does, changes names beyond ASCII"
            ) from error
        except ValueError as error:
            raise ToolError(
                f"a file name about {line!r} holds a tab or a line end, expected names without: rename the file"
            ) from error
        listed.append(Listed(kind, path, source))
    return listed


def kept_files(listed: Iterable[Listed], exclude: Sequence[str]) -> list[Listed]:
    """Leave out the files whose paths match a pattern (fnmatch)."""
    return [each for each in listed if not any(fnmatch.fnmatchcase(each.path, pattern) for pattern in exclude)]


def some_of(paths: Sequence[str]) -> str:
    """Name the first paths, for a message, and say how many more there are."""
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


def chosen_files(listed: Iterable[Listed], exclude: Sequence[str]) -> list[Listed]:
    """Choose the files of the wheel.

    Args:
        listed: what there is.
        exclude: patterns (fnmatch) of paths that are left out.

    Raises:
        ToolError: files of other packages are among them.
    """
    kept = kept_files(listed, exclude)
    inside = {(each.path, each.source): each for each in kept if each.kind == FILE}
    outside = sorted({each.source for each in kept if (each.path, each.source) not in inside})
    if outside:
        raise ToolError(
            f"dependencies bring files that lie outside the wheel's package: {some_of(outside)}; "
            "expected files in it or below, and those of targets that `deps` names: name their targets in `deps`, or "
            "leave the files out with `exclude` when another distribution brings them, and name that in `requires`"
        )
    return list(inside.values())


def is_library(path: str) -> bool:
    """Tell whether a file is a shared library, by its name."""
    return _LIBRARY.search(path) is not None


def package_entries(files: Iterable[Listed], extensions: Iterable[str]) -> list[Entry]:
    """Give the entries for files of packages; `extensions` are the sources of extension modules."""
    modules = set(extensions)
    return [Entry(each.path, each.source, executable=each.source in modules) for each in files]


def data_entries(placed: Iterable[Mapping[str, Any]], folder: str) -> list[Entry]:
    """Give the entries for files that are installed outside of site-packages.

    Args:
        placed: objects of `path`, such as "scripts/run", and `source`.
        folder: the .data folder.

    Raises:
        ToolError: a path does not begin with a place that installers know.
    """
    entries = []
    for each in placed:
        scheme, _, rest = each["path"].partition("/")
        if scheme not in _SCHEMES or not rest:
            raise ToolError(
                f"`data_files` places {each['source']} at {each['path']!r}, expected a path below one of "
                f"{', '.join(_SCHEMES)}: correct it"
            )
        entries.append(Entry(f"{folder}/{each['path']}", each["source"], executable=scheme == "scripts"))
    return entries


def placed_entries(placed: Iterable[Mapping[str, Any]], folder: str) -> list[Entry]:
    """Give the entries for files with stated paths below a folder."""
    return [Entry(f"{folder}/{each['path']}", each["source"]) for each in placed]


def render_wheel(tags: Sequence[str], *, purelib: bool, build: str = "") -> str:
    """Give the text of WHEEL.

    https://packaging.python.org/en/latest/specifications/binary-distribution-format/#the-dist-info-directory

    Args:
        tags: all tags, each of one Python, ABI and platform.
        purelib: whether there is nothing in it that is for a platform.
        build: the build tag; none by default.
    """
    lines = ["Wheel-Version: 1.0", "Generator: rules_pyo3", f"Root-Is-Purelib: {'true' if purelib else 'false'}"]
    return "\n".join([*lines, *(f"Tag: {tag}" for tag in tags), *([f"Build: {build}"] if build else []), ""])
