"""Whether a module, the Python that it is named for, and the configuration that it was compiled with go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_from_facts
from pyo3_abi import ABI3, WITHOUT_STABLE_ABI, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError
from pyo3_interpreter_config import DEBUG

if TYPE_CHECKING:
    from pyo3_abi import PythonAbi
    from pyo3_facts import Facts
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_versions import PyO3Version, PythonVersion

_REPAIR = "make both from the same interpreter"


def check_config(facts: Facts, config: InterpreterConfig, pyo3: PyO3Version) -> None:
    """Make sure that the crate was configured for the interpreter that it is named for.

    Before PyO3 0.29 the configuration of an abi3 crate has the oldest Python that it runs on.

    Raises:
        ToolError: it was not.
    """
    configured = (config.implementation, config.version, config.target_abi.debug or DEBUG in config.build_flags)
    version, debug = facts.version[:2], facts.debug
    if pyo3.generation == "abi3" and config.abi3 and config.version < version:
        version = config.version
    if debug and not _learns_of_debug(facts, pyo3):
        debug = configured[2]
    found = (facts.implementation, version, debug)
    if configured != found:
        raise ToolError(
            f"the PyO3 configuration is for {_described(*configured)}, the facts are of "
            f"{_described(facts.implementation, facts.version[:2], facts.debug)}: {_REPAIR}"
        )


def _learns_of_debug(facts: Facts, pyo3: PyO3Version) -> bool:
    """Before 0.30 PyO3 learns of a debug build by its build flags alone, on Windows not before Python 3.13."""
    read = pyo3_from_facts.build_flags_read(facts, pyo3, facts.sys_platform == "win32")
    return Behaviour.DEBUG_ABI.of(pyo3) or DEBUG in read


def _described(implementation: str, version: tuple[int, ...], debug: bool) -> str:
    return f"{implementation} {dotted(version)}{' debug' if debug else ''}"


def check_version_specific(config: InterpreterConfig) -> None:
    """Refuse the configuration of a stable ABI for a module that is named for one version.

    Raises:
        ToolError: it is one; PyPy and GraalPy do not tell the difference.
    """
    if config.target_abi.stable and config.implementation not in WITHOUT_STABLE_ABI:
        raise ToolError(
            f"the PyO3 configuration is for {_abi(config.target_abi)}, the module is to be for one version of Python: "
            "make both from the same words of abi"
        )


def check_stable_config(config: InterpreterConfig, pyo3: PyO3Version, kind: str, floor: PythonVersion) -> None:
    """Make sure that the crate was configured for the stable ABI that the module is named for.

    Raises:
        ToolError: it was configured for another ABI, or another oldest Python.
    """
    abi = config.target_abi
    # A PyO3 that does not know the newest Python builds for the newest that it knows, which that one runs too.
    lowered = floor > pyo3.abi3_max == abi.version
    if (abi.implementation, abi.kind) != ("CPython", kind) or (abi.version != floor and not lowered):
        raise ToolError(
            f"the PyO3 configuration is for {_abi(abi)}, the module is to be for {kind} of Python {dotted(floor)}: "
            "make both from the same words of abi"
        )


def _abi(abi: PythonAbi) -> str:
    return f"{abi.kind} of {abi.implementation} {dotted(abi.version)}"


def check_stable(facts: Facts, kind: str, floor: PythonVersion) -> None:
    """Make sure that an interpreter runs modules for a stable ABI.

    Raises:
        ToolError: it has no stable ABI, not this one, or is older than the floor.
    """
    shown = _described(facts.implementation, facts.version[:2], False)
    if facts.implementation != "CPython":
        raise ToolError(
            f"the Python is {shown}, expected CPython for a module for {kind}: set abi to version, or choose another "
            "Python"
        )
    if kind == ABI3 and facts.gil_disabled:
        raise ToolError(
            f"the Python is a free-threaded {shown}, expected one with the GIL for a module for abi3: set abi to "
            "version or to abi3t, or choose another Python"
        )
    if facts.version[:2] < floor:
        raise ToolError(
            f"the Python is {shown}, expected {dotted(floor)} or newer for a module for {kind} with that floor: lower "
            "the floor in abi, set abi to version, or choose a newer Python"
        )


def check_suffix(facts: Facts, suffix: str) -> None:
    """Make sure that an interpreter looks for files with this suffix; facts without a list of suffixes cannot tell.

    Raises:
        ToolError: it does not.
    """
    if facts.extension_suffixes and suffix not in facts.extension_suffixes:
        raise ToolError(
            f"the Python is {_described(facts.implementation, facts.version[:2], facts.debug)} and imports files that "
            f"end in {', '.join(facts.extension_suffixes)}, expected {suffix} among them: build the module for this "
            "Python, or choose another Python"
        )
