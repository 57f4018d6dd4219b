"""A software bill of materials for a wheel (PEP 770): the crates in its extensions, as CycloneDX 1.6.

It has neither a time nor a random serial number, which CycloneDX leaves to its writers: equal wheels have equal bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_crates_file
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_cargo_manifest import CargoPackage
    from pyo3_crates_file import Crate
    from pyo3_project import Project


def file_name(project: Project) -> str:
    """Name the file in dist-info/sboms."""
    return f"{project.normalized_name}.cyclonedx.json"


def render_sbom(crates: Sequence[Crate], project: Project) -> str:
    """Give the document.

    Args:
        crates: those that are linked into the extensions.
        project: the wheel's.

    Returns:
        JSON, https://cyclonedx.org/docs/1.6/json/.
    """
    root = pyo3_crates_file.package_url("pypi", canonicalize_name(project.name), project.version)
    component = {"type": "library", "bom-ref": root, "name": project.name, "version": project.version, "purl": root}
    if project.summary:
        component["description"] = project.summary
    extensions = sorted(crate.id for crate in crates if crate.extension)
    return pyo3_common.to_json(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "component": {**component, **_licenses(project.license_expression)},
                "tools": {"components": [{"type": "application", "name": "rules_pyo3"}]},
            },
            "components": [_component(crate) for crate in crates],
            "dependencies": [
                {"ref": root, "dependsOn": extensions},
                *({"ref": crate.id, "dependsOn": list(crate.deps)} for crate in crates),
            ],
        }
    )


def _component(crate: Crate) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "library", "bom-ref": crate.id, "name": crate.name, "scope": "required"}
    if crate.version:
        component["version"] = crate.version
    if crate.id.startswith("pkg:"):
        component["purl"] = crate.id
    if crate.package:
        component.update(_details(crate.package))
    return component


def _details(package: CargoPackage) -> dict[str, Any]:
    addresses = {"website": package.homepage, "vcs": package.repository, "documentation": package.documentation}
    details = {
        "description": package.description,
        "authors": [
            {key: value for key, value in (("name", person.name), ("email", person.email)) if value}
            for person in package.authors
        ],
        "externalReferences": [{"type": kind, "url": url} for kind, url in addresses.items() if url],
        **_licenses(package.license),
    }
    return {key: value for key, value in details.items() if value}


def _licenses(license_text: str | None) -> dict[str, Any]:
    if not license_text:
        return {}
    try:
        return {"licenses": [{"expression": str(canonicalize_license_expression(license_text))}]}
    except InvalidLicenseExpression:
        return {"licenses": [{"license": {"name": license_text}}]}
