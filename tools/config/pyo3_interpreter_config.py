"""PyO3's interpreter config as one value, the same for every version of PyO3.

The fields are those of `InterpreterConfig` in pyo3-build-config 0.30.1, src/impl_.rs. Before PyO3 0.29 there was no
`target_abi`: that generation's `version` is `target_abi.version` here, and its `abi3` the kind of `target_abi`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_abi
from pyo3_abi import ABI3, FREE_THREADED, GIL_ENABLED, PythonAbi
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_versions import PyO3Version, PythonVersion

DEBUG = "Py_DEBUG"
GIL_DISABLED = "Py_GIL_DISABLED"
_REF_DEBUG = "Py_REF_DEBUG"


@dataclass(frozen=True)
class InterpreterConfig:
    """What PyO3's build scripts know of the interpreter; `finalize` and `with_abi3` complete it."""

    implementation: str
    """CPython, PyPy, GraalVM or RustPython."""
    version: PythonVersion
    """The interpreter's own, whatever the ABI."""
    shared: bool
    target_abi: PythonAbi
    lib_name: str | None
    """Of libpython, without `lib` in front on Unix."""
    pointer_width: int | None
    """Bits."""
    build_flags: frozenset[str]
    lib_dir: str | None = None
    executable: str | None = None
    suppress_build_script_link_lines: bool = False
    extra_build_script_lines: tuple[str, ...] = ()
    """Lines that the build script of pyo3-ffi or pyo3 prints besides its own."""
    python_framework_prefix: str | None = None
    ignored_abi3: bool = False
    """Before PyO3 0.29: `abi3` is set though the Python is free-threaded, so it is without effect."""

    @property
    def abi3(self) -> bool:
        """The key `abi3` of config files before PyO3 0.29."""
        return self.target_abi.kind == ABI3 or self.ignored_abi3


def finalize(config: InterpreterConfig, pyo3: PyO3Version, notices: list[str]) -> InterpreterConfig:
    """Bring ABI and build flags together as `InterpreterConfigBuilder::finalize` does, from PyO3 0.29 on.

    Raises:
        ToolError: the build flags are of a free-threaded Python, the ABI is of one with the GIL.
    """
    abi, flags = config.target_abi, config.build_flags
    if GIL_DISABLED in flags:
        if abi.kind == ABI3:
            notices.append("a free-threaded Python has no abi3: built for this version of Python only")
            abi = pyo3_abi.make_abi(abi.implementation, FREE_THREADED, abi.version, abi.debug)
        elif abi.kind == GIL_ENABLED:
            raise ToolError(
                f"build_flags has {GIL_DISABLED}, target_abi is {abi}, expected a free-threaded one: correct either"
            )
    elif abi.free_threaded:
        flags |= {GIL_DISABLED}
    if DEBUG in flags:
        abi = dataclasses.replace(abi, debug=True)
    elif abi.debug and Behaviour.DEBUG_ABI.of(pyo3):
        flags |= {DEBUG}
    if Behaviour.DEBUG_ABI.of(pyo3):
        flags = with_ref_debug(flags)
    return dataclasses.replace(config, target_abi=abi, build_flags=flags)


def with_ref_debug(flags: frozenset[str]) -> frozenset[str]:
    """Add the flag that Py_DEBUG implies (`BuildFlags::fixup`)."""
    return flags | {_REF_DEBUG} if DEBUG in flags else flags


def with_abi3(config: InterpreterConfig, abi3: bool, version: PythonVersion, pyo3: PyO3Version) -> InterpreterConfig:
    """Set what PyO3 before 0.29 has instead of a target ABI; build flags say whether the Python is free-threaded."""
    free_threaded = Behaviour.FREE_THREADED.of(pyo3) and GIL_DISABLED in config.build_flags
    kind = FREE_THREADED if free_threaded else ABI3 if abi3 else GIL_ENABLED
    abi = PythonAbi(config.implementation, kind, version, DEBUG in config.build_flags)
    return dataclasses.replace(config, target_abi=abi, ignored_abi3=abi3 and free_threaded)
