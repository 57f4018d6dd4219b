"""What a pyproject.toml says of its project.

The table [project] is that of https://packaging.python.org/en/latest/specifications/pyproject-toml/ (PEP 621, with
PEP 639 for licences). Of build backends' tables only the names of extension modules are read: what else maturin and
setuptools-rust have there (features, profile, include, python-source, strip, ...) says how to build, which targets say
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyo3_project_checks
from pyo3_cargo_manifest import Person
from pyo3_common import ToolError
from pyo3_toml import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = (
    *("authors", "classifiers", "dependencies", "description", "dynamic", "entry-points", "gui-scripts"),
    *("import-names", "import-namespaces", "keywords", "license", "license-files", "maintainers", "name"),
    *("optional-dependencies", "readme", "requires-python", "scripts", "urls", "version"),
)
_SCRIPTS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}


def dynamic_fields(pyproject: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Give what the build backend has to find out, None when there is no [project] table."""
    if "project" not in pyproject:
        return None
    table = _project_table(pyproject)
    dynamic = table.texts("dynamic")
    unknown = sorted({*dynamic} - {*_KEYS} | {*dynamic} & {"name", "dynamic"})
    if unknown:
        raise ToolError(f"{table.where}.dynamic lists {', '.join(unknown)}, expected keys of [project]: remove it")
    # PEP 808 lets a backend add to arrays and tables; there is none here that would.
    both = sorted(key for key in dynamic if isinstance(table.values.get(key), str))
    if both:
        raise ToolError(
            f"{table.where} has {', '.join(both)} and lists it in `dynamic`, expected one of both: remove the other"
        )
    return dynamic


def read_project(pyproject: Mapping[str, Any]) -> dict[str, Any]:
    """Read the table [project].

    Returns:
        what it states, under the names of the fields of `pyo3_project.Project`.

    Raises:
        ToolError: a key that the specification does not know, or a value of the wrong type.
    """
    if "project" not in pyproject:
        return {}
    table = _project_table(pyproject)
    table.refuse_others(_KEYS)
    if not table.text("name"):
        raise ToolError(f"{table.where}.name is missing, expected the project's name: add it")
    plain = {"name": "name", "version": "version", "summary": "description", "requires_python": "requires-python"}
    stated: dict[str, Any] = {field: table.text(key) for field, key in plain.items() if key in table}
    arrays = {"classifiers": "classifiers", "keywords": "keywords", "requires": "dependencies"}
    stated.update({field: table.texts(key) for field, key in arrays.items() if key in table})
    stated.update({key: _people(table, key) for key in ("authors", "maintainers") if key in table})
    if "urls" in table:
        stated["urls"] = table.pairs("urls")
    if "optional-dependencies" in table:
        extras = table.table("optional-dependencies")
        stated["extras"] = tuple((name, extras.texts(name)) for name in extras.values)
    stated.update(_readme(table))
    stated.update(_license(table))
    stated.update(_entry_points(table))
    return stated


def module_names(pyproject: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the dotted names of the extension modules that maturin or setuptools-rust would build."""
    tool = Table(pyproject, "pyproject.toml").table("tool")
    names = [tool.table("maturin").text("module-name")]
    for module in tool.table("setuptools-rust").tables("ext-modules"):
        names.append(module.text("target"))
    return tuple(name for name in names if name)


def _project_table(pyproject: Mapping[str, Any]) -> Table:
    project = Table(pyproject, "pyproject.toml").table("project")
    return Table(project.values, "pyproject.toml: project")


def _people(table: Table, key: str) -> tuple[Person, ...]:
    people = []
    for person in table.tables(key):
        person.refuse_others(("name", "email"))
        if not person.values:
            raise ToolError(f"{person.where} is empty, expected a name, an email or both: fill it in")
        people.append(Person(person.text("name"), person.text("email")))
    return tuple(people)


def _readme(table: Table) -> dict[str, Any]:
    readme = table.get("readme", (str, dict), "a path or a table")
    if not isinstance(readme, dict):
        return {"readme": readme} if readme else {}
    details = table.table("readme")
    details.refuse_others(("file", "text", "content-type", "charset"))
    if ("file" in details) == ("text" in details):
        raise ToolError(f"{details.where} has {sorted(details.values)}, expected either file or text: correct it")
    return {
        "readme": details.text("file"),
        "description": details.text("text"),
        "description_content_type": details.text("content-type"),
    }


def _license(table: Table) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    if "license-files" in table:
        stated["license_patterns"] = table.texts("license-files")
    value = table.get("license", (str, dict), "an SPDX expression or a table")
    if isinstance(value, str):
        stated["license_expression"] = value
    elif value is not None:
        details = table.table("license")
        details.refuse_others(("file", "text"))
        if len(details.values) != 1:
            raise ToolError(f"{details.where} has {sorted(details.values)}, expected either file or text: correct it")
        if "license_patterns" in stated:
            raise ToolError(
                f"{table.where} has the older table `license` beside `license-files`, "
                "expected an SPDX expression there (PEP 639): write it as one"
            )
        stated["license_text"] = details.text("text")
        if "file" in details:
            stated["license_patterns"] = (pyo3_project_checks.license_path(details.text("file") or ""),)
    return stated


def _entry_points(table: Table) -> dict[str, Any]:
    groups = {group: table.pairs(key) for key, group in _SCRIPTS.items() if key in table}
    others = table.table("entry-points")
    for group in others.values:
        if group in _SCRIPTS.values():
            key = next(key for key, script in _SCRIPTS.items() if script == group)
            raise ToolError(f"{others.where} has the group {group}, expected it as project.{key}: move it there")
        groups[group] = others.pairs(group)
    return {"entry_points": tuple(groups.items())} if groups else {}
