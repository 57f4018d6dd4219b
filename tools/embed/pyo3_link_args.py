"""What a program is linked with so that it carries Python: the words of a response file for the C compiler driver.

Nothing here depends on what the libraries hold: pyo3_libpython looks into them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_triple import Triple

# What PyO3 and programs begin with; pyo3_init.c takes their place.
_WRAPPED = ("Py_InitializeEx", "Py_Initialize")
# rustc names -lc before all of these, and glibc keeps atexit in an archive behind it.
_LIBC = ("-lc",)
_SPECIAL = re.compile(r"([\s\"'\\])")


def shared_args(target: Triple, init: Sequence[str], library: str, name: str, package: str) -> list[str]:
    """Link with a shared libpython that lies in the folder NAME.libs beside the program.

    Args:
        target: what is linked for.
        init: archives that initialise Python.
        library: path of libpython in that folder.
        name: of the program.
        package: folder of the program in runfiles, such as "_main/pkg".

    Returns:
        One word each. Run paths are for the program itself, for a test, which rules_rust puts into a folder of its own,
        for a copy of the program with its runfiles, and for a bundle. They are DT_RPATH on Linux: LD_LIBRARY_PATH does
        not go before it, and it counts for the modules of the standard library too.
    """
    origin = "@loader_path" if target.vendor == "apple" else "$ORIGIN"
    base = name.rpartition("/")[2]
    places = (f"{base}.libs", f"../{base}.libs", f"{base}.runfiles/{package}/{base}.libs", "../lib")
    run_paths = [f"-Wl,-rpath,{origin}/{place}" for place in places]
    # What libpython itself needs lies on the machine that runs the program; where this is linked it may be missing.
    elf = [] if target.vendor == "apple" else ["-Wl,--disable-new-dtags", "-Wl,--allow-shlib-undefined"]
    return [*_init_args(target, init), library, *run_paths, *elf]


def static_args(target: Triple, init: Sequence[str], archive: str, libraries: Sequence[str], lto: bool) -> list[str]:
    """Link with a static libpython, for Linux and its like.

    Args:
        target: what is linked for.
        init: archives that initialise Python.
        archive: path of libpython.
        libraries: words that name what libpython needs, "-lm".
        lto: whether the archive holds bytecode of link time optimisation beside machine code: then that is not used,
            because only the compiler that wrote it reads it.

    Returns:
        One word each. All of libpython is linked and exported: modules that are imported later may use any of it.
    """
    whole = ["-Wl,--whole-archive", archive, "-Wl,--no-whole-archive"]
    # What modules of the standard library need lies there in a bundle.
    run_path = ["-Wl,-rpath,$ORIGIN/../lib", "-Wl,--disable-new-dtags"]
    return [
        *_init_args(target, init),
        *(["-fno-lto"] if lto else []),
        *whole,
        "-rdynamic",
        *libraries,
        *_LIBC,
        *run_path,
    ]


def _init_args(target: Triple, init: Sequence[str]) -> list[str]:
    # Apple's linker wraps no symbols: pyo3_init.c defines them there, and is found before libpython.
    if target.vendor == "apple":
        return list(init)
    return [*init, *_LIBC, *(f"-Wl,--wrap={name}" for name in _WRAPPED)]


def render(args: Sequence[str]) -> str:
    """Write a response file, one word a line, as GCC (libiberty's `buildargv`) and Clang split it."""
    return "".join(_SPECIAL.sub(r"\\\1", word) + "\n" for word in args)
