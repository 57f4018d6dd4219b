"""What a Cargo.toml gives a Python project whose pyproject.toml does not say it, as maturin has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_project_checks
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from pyo3_cargo_manifest import CargoPackage


class _Source(NamedTuple):
    """Where a key of [project] can come from when pyproject.toml calls it dynamic."""

    field: str
    """Of `Project`."""
    attribute: str
    cargo: tuple[str, ...] = ()
    """Keys of Cargo.toml."""


SOURCES = {
    "authors": _Source("authors", "author", ("authors",)),
    "classifiers": _Source("classifiers", "classifiers"),
    "dependencies": _Source("requires", "requires"),
    "description": _Source("summary", "summary", ("description",)),
    "entry-points": _Source("entry_points", "entry_points"),
    "gui-scripts": _Source("entry_points", "gui_scripts"),
    "keywords": _Source("keywords", "keywords", ("keywords",)),
    "license": _Source("license_expression", "license", ("license",)),
    "license-files": _Source("license_patterns", "license_files", ("license-file",)),
    "maintainers": _Source("maintainers", "author"),
    "optional-dependencies": _Source("extras", "extra_requires"),
    "readme": _Source("readme", "description_file", ("readme",)),
    "requires-python": _Source("requires_python", "python_requires"),
    "scripts": _Source("entry_points", "console_scripts"),
    "urls": _Source("urls", "project_urls", ("documentation", "homepage", "repository")),
    "version": _Source("version", "version", ("version",)),
}


def missing_keys(
    dynamic: Sequence[str] | None, stated: Container[str], attributes: Mapping[str, Any], *, has_cargo: bool
) -> list[str]:
    """Give the keys of [project] that are still to be found out.

    Args:
        dynamic: those that pyproject.toml calls so; None when it has no [project].
        stated: fields of `pyo3_project.Project` that are known.
        attributes: of the target.
        has_cargo: whether there is a Cargo.toml.
    """
    keys = tuple(SOURCES) if dynamic is None else dynamic
    if has_cargo and "version" not in keys:
        # maturin only warns when neither is there, and projects rely on that.
        keys = (*keys, "version")
    return [key for key in keys if SOURCES[key].field not in stated and not attributes.get(SOURCES[key].attribute)]


def refuse_unknown(missing: Sequence[str], *, has_cargo: bool) -> None:
    """Fail when pyproject.toml leaves to its build backend what no Cargo.toml gives."""
    unknown = sorted(key for key in missing if not SOURCES[key].cargo or (key == "version" and not has_cargo))
    if unknown:
        attributes = ", ".join(sorted({SOURCES[key].attribute for key in unknown}))
        raise ToolError(
            f"pyproject.toml lists {', '.join(unknown)} in project.dynamic, which its build backend would find out, "
            f"expected values: set {attributes}" + ("" if has_cargo else ", or name a Cargo.toml with `cargo_toml`")
        )


def from_cargo(package: CargoPackage, keys: Sequence[str], *, everything: bool) -> dict[str, Any]:
    """Give what a Cargo.toml has for keys of [project], under the names of the fields of `pyo3_project.Project`.

    Args:
        package: of the Cargo.toml.
        keys: what is not known yet.
        everything: whether the name is taken too.

    Raises:
        ToolError: it has a value from its workspace.
    """
    inherited = sorted({(name, key) for key in keys for name in SOURCES[key].cargo if name in package.inherited})
    if inherited:
        raise ToolError(
            f"Cargo.toml takes {', '.join(name for name, _ in inherited)} from its workspace, which is not known, "
            "expected values: name the workspace's Cargo.toml with `cargo_workspace_toml`, "
            f"or set {', '.join(sorted({SOURCES[key].attribute for _, key in inherited}))}"
        )
    urls = {"Homepage": package.homepage, "Documentation": package.documentation, "Source Code": package.repository}
    values = {
        "version": package.version,
        "summary": package.description,
        "readme": package.readme,
        "authors": package.authors,
        "license_expression": package.license,
        "license_patterns": (pyo3_project_checks.license_path(package.license_file),) if package.license_file else (),
        "keywords": package.keywords,
        "urls": tuple((label, url) for label, url in urls.items() if url),
    }
    fields = {SOURCES[key].field for key in keys}
    found = {field: value for field, value in values.items() if value and field in fields}
    return {"name": package.name, **found} if everything else found
