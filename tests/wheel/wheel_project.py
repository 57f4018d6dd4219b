"""Projects of the common kinds, as files of testdata/."""

from __future__ import annotations

import pathlib
from typing import Any

import pyo3_project
import pyo3_toml
from pyo3_project import Project

TESTDATA = pathlib.Path(__file__).parent / "testdata"


def read(kind: str, file: str) -> str:
    return (TESTDATA / kind / file).read_text(encoding="utf-8")


def table(kind: str, file: str) -> dict[str, Any] | None:
    if not (TESTDATA / kind / file).exists():
        return None
    return pyo3_toml.parse_toml(read(kind, file), file)


def project(kind: str, **attributes: Any) -> Project:
    return pyo3_project.resolve_project(attributes, table(kind, "pyproject.toml"), table(kind, "Cargo.toml"))


def stated(pyproject: str = "", cargo: str = "", **attributes: Any) -> Project:
    """Resolve a project of texts; an empty one is no file."""
    parsed = [
        pyo3_toml.parse_toml(text, file) if text else None
        for text, file in ((pyproject, "pyproject.toml"), (cargo, "Cargo.toml"))
    ]
    return pyo3_project.resolve_project(attributes, *parsed)
