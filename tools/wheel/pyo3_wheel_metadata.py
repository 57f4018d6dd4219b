"""METADATA and entry_points.txt of a wheel, https://packaging.python.org/en/latest/specifications/core-metadata/.

They are written by hand: what Python's email module makes of long or non-ASCII fields differs between its versions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyo3_cargo_manifest import Person
    from pyo3_project import Project

METADATA_VERSION = "2.4"

# What RFC 5322 lets a name have without quotes.
_ATOMS = re.compile(r"[^\x00-\x1f()<>\[\]:;@\\,.\"]+")


def render_metadata(project: Project) -> str:
    """Give the text of METADATA, checked with `packaging.metadata`.

    Raises:
        ToolError: a field is not what the specification asks for.
    """
    lines = [f"{field}: {_folded(value)}" for field, value in _fields(project)]
    text = "\n".join([*lines, ""])
    if project.description is not None:
        text += "\n" + project.description
        text += "" if text.endswith("\n") else "\n"
    _check(text)
    return text


def _fields(project: Project) -> Iterator[tuple[str, str]]:
    yield "Metadata-Version", METADATA_VERSION
    yield "Name", project.name
    yield "Version", project.version
    single = {
        "Summary": project.summary,
        "Keywords": ",".join(project.keywords),
        **_people("Author", project.authors),
        **_people("Maintainer", project.maintainers),
        "License": project.license_text,
        "License-Expression": project.license_expression,
    }
    yield from ((field, value) for field, value in single.items() if value)
    yield from (("License-File", path) for path in project.license_files)
    yield from (("Classifier", classifier) for classifier in project.classifiers)
    yield from (("Project-URL", f"{label}, {url}") for label, url in project.urls)
    if project.requires_python:
        yield "Requires-Python", project.requires_python
    yield from (("Requires-Dist", requirement) for requirement in project.requires)
    yield from (("Provides-Extra", extra) for extra in project.extras)
    if project.description_content_type and project.description is not None:
        yield "Description-Content-Type", project.description_content_type


def _people(field: str, people: Sequence[Person]) -> dict[str, str]:
    """Give the two fields of authors or maintainers: those without an address, and those with one (PEP 621)."""
    names = [person.name for person in people if person.name and not person.email]
    addresses = [
        f"{_quoted(person.name)} <{person.email}>" if person.name else person.email for person in people if person.email
    ]
    return {field: ", ".join(names), f"{field}-email": ", ".join(addresses)}


def _quoted(name: str) -> str:
    if _ATOMS.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(value: str) -> str:
    """Indent the later lines of a value, as the specification has it for licence texts."""
    return value.rstrip().replace("\r\n", "\n").replace("\n", "\n        ")


def render_entry_points(project: Project) -> str | None:
    """Give the text of entry_points.txt, None when there are none."""
    sections = [
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in entries)])
        for group, entries in project.entry_points
    ]
    return "\n\n".join(sections) + "\n" if sections else None


def _check(text: str) -> None:
    # It imports Python's email package, which only this needs.
    from packaging.metadata import ExceptionGroup, Metadata

    try:
        Metadata.from_email(text)
    except ExceptionGroup as group:
        problems = "; ".join(sorted(str(error) for error in group.exceptions))
        raise ToolError(
            f"the project's metadata is not valid: {problems}; expected core metadata: correct it"
        ) from group
