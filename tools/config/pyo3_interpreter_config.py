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
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_versions import PythonVersion


@dataclass(frozen=True)
class InterpreterConfig:
    """What PyO3's build scripts know of the interpreter; `finalize` checks it."""

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


def finalize(config: InterpreterConfig) -> InterpreterConfig:
    """Bring ABI and build flags together as `InterpreterConfigBuilder::finalize` does.

    Raises:
        ToolError: the build flags are of a free-threaded Python, the ABI is of one with the GIL.
    """
    abi, flags = config.target_abi, config.build_flags
    if "Py_GIL_DISABLED" in flags:
        if abi.kind == ABI3:
            abi = pyo3_abi.make_abi(abi.implementation, FREE_THREADED, abi.version, abi.debug)
        elif abi.kind == GIL_ENABLED:
            raise ToolError(
                f"build_flags has Py_GIL_DISABLED, target_abi is {abi}, expected a free-threaded one: correct either"
            )
    elif abi.free_threaded:
        flags |= {"Py_GIL_DISABLED"}
    if "Py_DEBUG" in flags:
        abi = dataclasses.replace(abi, debug=True)
    elif abi.debug:
        flags |= {"Py_DEBUG"}
    return dataclasses.replace(config, target_abi=abi, build_flags=with_ref_debug(flags))


def with_ref_debug(flags: frozenset[str]) -> frozenset[str]:
    """Add the flag that Py_DEBUG implies (`BuildFlags::fixup`)."""
    return flags | {"Py_REF_DEBUG"} if "Py_DEBUG" in flags else flags
