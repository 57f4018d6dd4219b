"""In what PyO3's versions differ when they configure, by name.

The numbers of a version (ranges, keys, flags) are in the tables of tools/common; here is what its code does. A version
that is not listed behaves as the newest before it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyo3_versions import PyO3Version


class Behaviour(Enum):
    """What some versions do: (name, first version that does, first version that no longer does)."""

    OLD_LIB_NAMES = ("old library names: PyPy before 3.9 has no minor, a Windows debug build no abi3 library", 22, 23)
    FREE_THREADED = ("knows free-threaded builds", 23, None)
    WINDOWS_BUILD_FLAGS = ("reads build flags on Windows, from Python 3.13 on", 23, None)
    CONFIG_FILE_WITH_FEATURES = ("applies the abi3 features to a config file too", 23, None)
    CROSS_LIB_DIR_WINS = ("takes PYO3_CROSS_LIB_DIR over the LIBDIR of the sysconfigdata", 23, None)
    WINDOWS_ARCHITECTURES_CROSS = ("takes only 32-bit on 64-bit x86 Windows for a native build", 23, None)
    CONDA_SYSCONFIGDATA = ("knows the sysconfigdata of conda, whose library is shared", 25, None)
    ABI3_CLAMPED = ("lowers the bare feature abi3 to the newest abi3 that it knows", 26, None)
    WIN7_NATIVE = ("takes a win7 target on pc Windows for a native build", 26, None)
    LIB_NAME_WHEN_LINKED = ("gives a library name only where libpython is linked", 22, 27)
    EXPERIMENTAL_NEXT = ("accepts the next CPython with a warning", 28, None)
    IOS_NATIVE = ("takes every iOS target for a native build", 28, None)
    CYGWIN_LIB_NAMES = ("has library names of Cygwin", 28, None)
    ABI_OF_OWN = ("keeps the ABI apart from the interpreter's version", 29, None)
    DEBUG_ABI = ("has debug builds in the ABI, and build flags that agree with it", 30, None)
    EVERY_NEXT_EXPERIMENTAL = ("treats PyPy and GraalPy that are too new as CPython", 30, None)

    def of(self, pyo3: PyO3Version) -> bool:
        """Whether this version does so."""
        _, since, until = self.value
        minor = int(pyo3.version.split(".")[1])
        return since <= minor and (until is None or minor < until)
