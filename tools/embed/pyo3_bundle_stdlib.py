"""The standard library of a bundle: where it lies, and what of it is taken."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_common
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Tests, programs for developers, the installer of a Python that is not there, packages of the machine, and what is
# written for linkers and for pip.
_LEFT_FOLDERS = frozenset(
    "__pycache__ test tests idle_test idlelib turtledemo ensurepip site-packages dist-packages".split()
)
_LEFT_TOP = re.compile(r"config-[^/]+/.*|EXTERNALLY-MANAGED|build-details.*\.json|(site|user)customize\.py")
_LEFT_NAMES = re.compile(r"(_ctypes_test|_test\w+|_xxtestfuzz|xxlimited\w*|xxsubtype)\..*so|.*\.(a|pyc|pyo)")
_FOLDER = re.compile(r"(?:^|/)(?P<lib>[^/]+)/(?P<name>python3\.\d+t?)/os\.py$")


@dataclass(frozen=True)
class StandardLibrary:
    """What is copied, and where Python looks for it below its prefix."""

    place: str
    """Such as "lib/python3.14"."""
    files: tuple[tuple[str, str], ...]
    """(path below `place`, file to copy), sorted."""
    lib_dir: str | None
    """Of an installed Python: where its libraries lie."""
    version: str
    """X.Y, for messages."""


def is_taken(path: str, suffixes: Sequence[str]) -> bool:
    """Tell whether a bundle takes a file of the standard library.

    Args:
        path: below the folder of the standard library.
        suffixes: `importlib.machinery.EXTENSION_SUFFIXES`: modules for another build of Python may lie beside, Debian's
            debug build for one.
    """
    folders, _, name = path.rpartition("/")
    if _LEFT_FOLDERS.intersection(folders.split("/")) or _LEFT_TOP.fullmatch(path) or _LEFT_NAMES.fullmatch(name):
        return False
    return not name.endswith(".so") or name[name.index(".") :] in suffixes


def from_answer(text: str, interpreter: str, version: str, suffixes: Sequence[str]) -> StandardLibrary:
    """Find the standard library of an installed Python.

    Args:
        text: what pyo3_bundle_ask.py printed.
        interpreter: its path, for messages.
        version: X.Y.
        suffixes: see is_taken.

    Raises:
        ToolError: it is not there.
    """
    answer = pyo3_common.parse_json(text, f"the output of the Python interpreter {interpreter}")
    folders = [folder for folder in dict.fromkeys([answer["stdlib"], answer["platstdlib"]]) if folder]
    found = {path: file for folder in reversed(folders) for path, file in _walk(folder) if is_taken(path, suffixes)}
    if "os.py" not in found:
        raise missing(version, f"{interpreter} names {' and '.join(folders) or 'no folder'}, without an os.py")
    return StandardLibrary(
        place=f"{answer['platlibdir']}/{posixpath.basename(folders[0])}",
        files=tuple(sorted(found.items())),
        lib_dir=answer["lib_dir"],
        version=version,
    )


def from_runtime(files: Iterable[str], version: str, suffixes: Sequence[str]) -> StandardLibrary:
    """Find the standard library among the files of a Python that lies in the build.

    Args:
        files: paths of its runtime's files.
        version: X.Y.
        suffixes: see is_taken.

    Raises:
        ToolError: it is not among them.
    """
    files = sorted(files)
    for landmark in files:
        matched = _FOLDER.search(landmark)
        if matched and matched["name"].rstrip("t") == f"python{version}":
            top = landmark[: -len("os.py")]
            below = [(file[len(top) :], file) for file in files if file.startswith(top)]
            taken = tuple((path, file) for path, file in below if is_taken(path, suffixes))
            return StandardLibrary(f"{matched['lib']}/{matched['name']}", taken, None, version)
    raise missing(version, f"none of the {len(files)} files of the toolchain's runtime is lib/python{version}/os.py")


def missing(version: str, found: str) -> ToolError:
    """Word the error for a standard library that is not there."""
    return ToolError(
        f"the standard library of Python {version} was not found: {found}, expected the folder that a bundle carries "
        f"along. Install it (Debian: libpython{version}-stdlib, Fedora: python3-libs), or add lib/python{version} to "
        "the `files` of the py_runtime"
    )


def _walk(folder: str) -> Iterator[tuple[str, str]]:
    for top, _, names in os.walk(folder, followlinks=True):
        for name in names:
            file = os.path.join(top, name)
            if os.path.isfile(file):
                yield os.path.relpath(file, folder).replace(os.sep, "/"), file
