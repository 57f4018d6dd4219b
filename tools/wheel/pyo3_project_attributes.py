"""What the attributes of a wheel's target say of the project; rules_python's py_wheel gave them names and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pyo3_cargo_manifest import Person
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = {
    "distribution": "name",
    "version": "version",
    "summary": "summary",
    "description_content_type": "description_content_type",
    "python_requires": "requires_python",
}
_LISTS = {"classifiers": "classifiers", "keywords": "keywords", "requires": "requires"}
_SCRIPTS = {"console_scripts": "console_scripts", "gui_scripts": "gui_scripts"}


def read_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Read attributes; what is empty is not given.

    Returns:
        what they state, under the names of the fields of `pyo3_project.Project`.

    Raises:
        ToolError: an entry point without `=`.
    """
    given = {key: value for key, value in attributes.items() if value}
    stated: dict[str, Any] = {field: given[key] for key, field in _FIELDS.items() if key in given}
    stated.update({field: tuple(given[key]) for key, field in _LISTS.items() if key in given})
    people = [
        *([Person(given["author"], None)] if "author" in given else []),
        *([Person(None, given["author_email"])] if "author_email" in given else []),
    ]
    if people:
        stated["authors"] = tuple(people)
    urls = {**({"Homepage": given["homepage"]} if "homepage" in given else {}), **given.get("project_urls", {})}
    if urls:
        stated["urls"] = tuple(urls.items())
    if "extra_requires" in given:
        stated["extras"] = tuple((extra, tuple(wanted)) for extra, wanted in given["extra_requires"].items())
    groups = [(group, tuple(given[key].items())) for key, group in _SCRIPTS.items() if key in given]
    groups += [(group, tuple(map(_entry, entries))) for group, entries in given.get("entry_points", {}).items()]
    if groups:
        stated["entry_points"] = tuple(groups)
    if "license" in given:
        stated.update(_license(given["license"]))
    return stated


def _license(text: str) -> dict[str, Any]:
    """Take what is no SPDX expression as the older field, as py_wheel does."""
    try:
        return {"license_expression": str(canonicalize_license_expression(text)), "license_text": None}
    except InvalidLicenseExpression:
        return {"license_expression": None, "license_text": text}


def _entry(text: str) -> tuple[str, str]:
    name, equals, target = text.partition("=")
    if not equals:
        raise ToolError(f"the entry point {text!r} has no `=`, expected 'name = package.module:object': correct it")
    return name.strip(), target.strip()
