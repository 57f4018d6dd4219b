"""The sources of PyO3's crates that its table is derived from, and how they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rust_text import NotFoundError, functions, library_text

if TYPE_CHECKING:
    from collections.abc import Mapping

CRATES = ("pyo3", "pyo3-build-config", "pyo3-ffi", "pyo3-macros", "pyo3-macros-backend")
FILES = (
    "pyo3-build-config/build.rs",
    "pyo3-build-config/src/impl_.rs",
    "pyo3-build-config/src/lib.rs",
    "pyo3-ffi/build.rs",
    "pyo3-macros-backend/build.rs",
    "pyo3/build.rs",
)
"""Those that a version has."""


@dataclass(frozen=True)
class Sources:
    """The crates of one PyO3 version."""

    packages: Mapping[str, Mapping[str, Any]]
    """What `cargo metadata` tells, by crate."""
    texts: Mapping[str, str]
    """FILES that there are, comments and tests left out."""

    def text(self, name: str) -> str:
        """Give a file's text."""
        if name not in self.texts:
            raise NotFoundError(name)
        return self.texts[name]

    @property
    def config(self) -> str:
        """Where the interpreter is described."""
        return self.text("pyo3-build-config/src/impl_.rs")

    @property
    def cfgs(self) -> str:
        """Where cfgs are printed."""
        return self.text("pyo3-build-config/src/lib.rs")

    @property
    def ffi(self) -> str:
        """Where versions are checked and libpython is linked."""
        return self.text("pyo3-ffi/build.rs")


def make_sources(packages: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str]) -> Sources:
    """Prepare the sources for reading."""
    return Sources(packages, {name: library_text(text) for name, text in texts.items()})


def changed_functions(old: Sources, new: Sources) -> list[str]:
    """Name the functions that read otherwise than before: what is ported of them may have changed."""
    found = []
    for name in sorted({*old.texts, *new.texts}):
        before, after = functions(old.texts.get(name, "")), functions(new.texts.get(name, ""))
        for each in sorted({*before, *after}):
            if before.get(each) != after.get(each):
                state = "new" if each not in before else "gone" if each not in after else "changed"
                found.append(f"{name}, {each}: {state}")
    return found
