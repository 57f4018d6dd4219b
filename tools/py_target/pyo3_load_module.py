"""Loads one extension module without the packages around it, as a program of its own, since a wrong file can crash.

    python pyo3_load_module.py pkg._native FOLDER...

Runs with any Python from 3.7 on, standard library only. Exit codes: LOADED, UNKNOWN, REFUSED; a signal is a crash.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LOADED = 0
# No finder knows a file of that name: none of its suffixes is one of this Python's.
UNKNOWN = 3
# The file was found, and loading it raised an ImportError. CPython calls an init function whose module it cannot read,
# as a free-threaded one that of abi3, a SystemError (Python/importdl.c, _PyImport_RunModInitFunc).
REFUSED = 4


def load(module: str, folders: Sequence[str]) -> tuple[int, str]:
    """Load the module that the import system finds in some folders.

    Args:
        module: full dotted name.
        folders: where its package could lie, in the order of sys.path.

    Returns:
        An exit code, and the file that was loaded or what was said instead.
    """
    spec = importlib.machinery.PathFinder.find_spec(module, list(folders))
    if spec is None or spec.loader is None:
        return UNKNOWN, f"its suffixes are {' '.join(importlib.machinery.EXTENSION_SUFFIXES)}"
    try:
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    except (ImportError, SystemError) as error:
        return REFUSED, str(error)
    return LOADED, str(spec.origin)


def main(argv: Sequence[str] | None = None) -> int:
    """Load; the answer is the exit code and the last line of standard output."""
    module, *folders = sys.argv[1:] if argv is None else argv
    code, text = load(module, folders)
    sys.stdout.write(text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
