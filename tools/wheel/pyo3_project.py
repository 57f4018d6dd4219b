"""What a wheel says of its project: from attributes, a pyproject.toml and a Cargo.toml, checked and in normal form."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyo3_cargo_manifest
import pyo3_project_attributes
import pyo3_project_cargo
import pyo3_project_checks
import pyo3_pyproject
from packaging.utils import canonicalize_name
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_cargo_manifest import Person


_CONTENT_TYPES = {
    ".markdown": "text/markdown; charset=UTF-8; variant=GFM",
    ".md": "text/markdown; charset=UTF-8; variant=GFM",
    ".rst": "text/x-rst; charset=UTF-8",
}


@dataclass(frozen=True)
class Project:
    """Core metadata 2.4 of a project, and what its sources want to be in the wheel.

    `resolve_project` is the constructor that checks; this one takes what it is given.
    """

    name: str
    """As written; `packaging.utils.canonicalize_name` accepts it."""
    version: str
    """In PEP 440's normal form."""
    summary: str | None = None
    readme: str | None = None
    """Path of a file that becomes `description`, as its source has it."""
    description: str | None = None
    description_content_type: str | None = None
    requires_python: str | None = None
    license_expression: str | None = None
    license_text: str | None = None
    """What is no SPDX expression."""
    license_patterns: tuple[str, ...] = ()
    """Licence files that are wanted, as PEP 639's patterns."""
    license_files: tuple[str, ...] = ()
    """Paths below dist-info/licenses."""
    authors: tuple[Person, ...] = ()
    maintainers: tuple[Person, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    """Label and address."""
    requires: tuple[str, ...] = ()
    """All requirements, those of extras with their markers."""
    extras: tuple[str, ...] = ()
    """In normal form."""
    entry_points: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Group -> name -> object, sorted."""
    modules: tuple[str, ...] = ()
    """Dotted names of the extension modules that its build backend would build."""

    @property
    def normalized_name(self) -> str:
        """The name as file names have it (PEP 427)."""
        return canonicalize_name(self.name).replace("-", "_")


def resolve_project(
    attributes: Mapping[str, Any],
    pyproject: Mapping[str, Any] | None,
    cargo: Mapping[str, Any] | None,
    workspace: Mapping[str, Any] | None = None,
) -> Project:
    """Gather what is known of a project.

    Args:
        attributes: of the target, under py_wheel's names; they go before the files.
        pyproject: its parsed pyproject.toml, if it has one.
        cargo: its parsed Cargo.toml, if it has one. It gives what pyproject.toml calls dynamic, as with
            maturin, and everything where that has no [project].
        workspace: the parsed Cargo.toml of its workspace, if it inherits from one.

    Raises:
        ToolError: something is missing or is not what its specification asks for.
    """
    own = pyo3_project_attributes.read_attributes(attributes)
    dynamic = pyo3_pyproject.dynamic_fields(pyproject or {})
    stated = {**pyo3_pyproject.read_project(pyproject or {}), **own}
    missing = pyo3_project_cargo.missing_keys(dynamic, stated, attributes, has_cargo=cargo is not None)
    if dynamic is not None:
        pyo3_project_cargo.refuse_unknown(missing, has_cargo=cargo is not None)
    if cargo is not None:
        package = pyo3_cargo_manifest.read_package(cargo, "Cargo.toml", workspace)
        found = pyo3_project_cargo.from_cargo(package, missing, everything=dynamic is None)
        if pyo3_project_checks.license_classifiers(stated.get("classifiers", ())):
            # The older field can stand beside them.
            found["license_text"] = found.pop("license_expression", None)
        stated = {**found, **stated}
    return _checked(stated, pyo3_pyproject.module_names(pyproject or {}))


def _checked(stated: Mapping[str, Any], modules: tuple[str, ...]) -> Project:
    checks = pyo3_project_checks
    values = dict(stated)
    extras = checks.extras(values.pop("extras", ()))
    requires = checks.requirements(values.pop("requires", ()))
    values["name"] = checks.name(values.get("name"))
    values["version"] = checks.version(values.get("version"))
    values["entry_points"] = checks.entry_points(values.get("entry_points", ()))
    if values.get("license_expression"):
        values["license_expression"] = checks.license_expression(values["license_expression"])
        checks.one_license(values["license_expression"], values.get("classifiers", ()))
    if values.get("requires_python") is not None:
        checks.requires_python(values["requires_python"])
    return Project(**values, extras=tuple(extras), requires=sum(extras.values(), requires), modules=modules)


def with_readme(project: Project, path: str | None, text: str | None) -> Project:
    """Add the long description.

    Args:
        project: what is known.
        path: of the file that the target names, which goes before what the project's files name.
        text: its content.

    Raises:
        ToolError: the project's files name a file, and the target none.
    """
    if not path:
        if project.readme is not None:
            raise ToolError(
                f"the project's description is in {project.readme}, which is no input, "
                f'expected it to be named: set description_file = "{project.readme}"'
            )
        if project.description is None:
            return project
        return replace(project, description_content_type=project.description_content_type or "text/plain")
    ending = posixpath.splitext(path)[1].lower()
    content_type = project.description_content_type or _CONTENT_TYPES.get(ending, "text/plain; charset=UTF-8")
    return replace(project, description=text, description_content_type=content_type)


def with_licenses(project: Project, paths: Sequence[str]) -> Project:
    """Add the licence files: paths below dist-info/licenses."""
    return replace(project, license_files=tuple(sorted({*project.license_files, *paths})))


def check_modules(project: Project, extensions: Sequence[str]) -> None:
    """Make sure that the extensions of a wheel are those that the project's own build would put there.

    Args:
        project: what is known; without `modules` everything is right.
        extensions: their paths in the wheel.

    Raises:
        ToolError: one is missing.
    """
    for module in project.modules:
        path = module.replace(".", "/")
        if not any(extension.startswith(f"{path}.") for extension in extensions):
            raise ToolError(
                f"pyproject.toml says that the extension module is {module}, and the wheel has "
                f"{', '.join(sorted(extensions)) or 'none'}, expected {path}.<suffix>: add the extension to `deps`, "
                "or correct its package, its module_name or strip_path_prefixes"
            )
