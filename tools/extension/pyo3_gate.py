"""What all gates share: what a library is meant to be, and how a gate ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyo3_interpreter_config import DEBUG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_abi import PythonAbi
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

PASSED = "passed"
SKIPPED = "skipped"
NOT_CHECKED = "not checked"
FAILED = "failed"


class Outcome(NamedTuple):
    """How a gate ended."""

    result: str
    """PASSED, SKIPPED (switched off), NOT_CHECKED or FAILED."""
    reason: str = ""
    """Why it was not checked, or not quite; for FAILED what was found, what was expected and what to do."""

    def to_json_object(self) -> dict[str, str]:
        """Give the object that gates.json holds."""
        return {"result": self.result, "reason": self.reason} if self.reason else {"result": self.result}


def not_checked(reason: str) -> Outcome:
    """End a gate that cannot tell."""
    return Outcome(NOT_CHECKED, reason)


def failed_if(message: str | None) -> Outcome:
    """End a gate: with a message it failed."""
    return Outcome(PASSED) if message is None else Outcome(FAILED, message)


@dataclass(frozen=True)
class Module:
    """What a library is meant to be."""

    name: str
    """The last part of the module's dotted name."""
    library: str
    """Path of the file."""
    target: Triple
    config: InterpreterConfig | None
    """PyO3's configuration of the crate; None for a pyo3 crate of the user's own, where nothing is known of the ABI."""
    pyo3: PyO3Version | None
    """Whose configuration it is."""
    allowed_exports: tuple[str, ...]
    """fnmatch patterns of symbols that may be exported besides those that PyO3 needs."""
    build_folder: str
    """Where the build runs: a path that the library must not name."""

    @property
    def abi(self) -> PythonAbi | None:
        """The ABI that the crate was configured for."""
        return None if self.config is None else self.config.target_abi

    @property
    def debug(self) -> bool:
        """Whether the module is for a debug build of Python."""
        return self.config is not None and (self.config.target_abi.debug or DEBUG in self.config.build_flags)


def enumerate_some(names: Iterable[str], shown: int = 5) -> str:
    """List names in a message, the first few of many."""
    ordered = list(names)
    rest = len(ordered) - shown
    return ", ".join(ordered[:shown]) + (f" and {rest} more" if rest > 0 else "")
