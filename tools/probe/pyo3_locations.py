"""Prints where the Python interpreter that runs it keeps what a build needs, as one JSON object on stdout.

Run as `python -I -S -B pyo3_locations.py`, after the probe found that it is Python 3.7 or newer; only the standard
library. Paths of the machine are of use in the repository phase alone; facts.json has none.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


# Before the names of HACL* functions: from 3.14 on, and in 3.12 and 3.13.
_HASHES = (b"_Py_LibHacl", b"python_hashlib")


def locate(
    config: dict[str, Any], base_prefix: str, is_file: Callable[[str], bool], conda: bool = False
) -> dict[str, Any]:
    """Find the libraries that a program with this Python can be linked to.

    Args:
        config: `sysconfig.get_config_vars()`.
        base_prefix: `sys.base_prefix`: a Python that was moved does not know where its libraries are now.
        is_file: tells the paths of files.
        conda: whether this is a Python of conda: the program is static there, but a shared library comes with it.

    Returns:
        `shared` and `static`, each the path of a file or None, and `places`, all absolute paths that could have been
        one. Position-independent code (Debian's libpythonX.Y-pic.a) goes before other.
    """
    folders = [folder for folder in (config.get("LIBDIR"), os.path.join(base_prefix, "lib")) if folder]
    shared = []
    if config.get("PYTHONFRAMEWORK"):
        shared = [os.path.join(config.get("PYTHONFRAMEWORKPREFIX") or "", config.get("INSTSONAME") or "")]
    elif config.get("Py_ENABLE_SHARED") or conda:
        shared = [os.path.join(folder, name) for folder in folders for name in _shared_names(config)]
    archive = config.get("LIBRARY") or ""
    static = []
    if archive.endswith(".a"):
        names = [archive[: -len(".a")] + "-pic.a", archive]
        places = [folder for folder in (config.get("LIBPL"), *folders) if folder]
        static = [os.path.join(folder, name) for folder in places for name in names]
    return {
        "shared": next(filter(is_file, shared), None),
        "static": next(filter(is_file, static), None),
        "places": sorted({path for path in shared + static if os.path.isabs(path)}),
    }


def _shared_names(config: dict[str, Any]) -> list[str]:
    named = config.get("INSTSONAME") or config.get("LDLIBRARY") or ""
    if named and not named.endswith(".a"):
        return [named]
    # conda's names the archive.
    version = config.get("LDVERSION") or ""
    return [f"libpython{version}.so.1.0", f"libpython{version}.dylib"]


def is_linkable(archive: bytes) -> bool:
    """Tell whether an archive of libpython has all hash functions that its modules use, which Debian's have not.

    Args:
        archive: in GNU's format: ar(5), its first member is the table of the symbols that members define.
    """
    if not archive.startswith((b"!<arch>\n/ ", b"!<arch>\n/SYM64/ ")):
        return False
    number, size = (">Q", 8) if archive.startswith(b"!<arch>\n/SYM64/") else (">I", 4)
    table = archive[68 : 68 + int(archive[56:66])]
    (count,) = struct.unpack_from(number, table)
    defined = set(table[size * (count + 1) :].split(b"\0"))
    # Names in the members' own tables, whether they define or use them.
    return all(defined.issuperset(re.findall(prefix + rb"_Hacl_\w+", archive)) for prefix in _HASHES)


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        return stream.read()


def main() -> int:
    """Print the locations."""
    conda = os.path.exists(os.path.join(sys.base_prefix, "conda-meta"))
    answer = locate(sysconfig.get_config_vars(), sys.base_prefix, os.path.isfile, conda)
    answer["executable"] = sys.executable
    answer["linkable"] = bool(answer["static"]) and is_linkable(_read(answer["static"]))
    answer["include"] = sysconfig.get_path("include")
    answer["real"] = os.path.realpath(sys.executable)
    sys.stdout.write(json.dumps(answer, sort_keys=True, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
