"""What a Cargo.toml says of its package, https://doc.rust-lang.org/cargo/reference/manifest.html."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyo3_common import ToolError
from pyo3_toml import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_PERSON = re.compile(r"\s*(?P<name>[^<>]*?)\s*(?:<(?P<email>[^<>\s]+@[^<>\s]+)>)?\s*")


@dataclass(frozen=True)
class Person:
    """An author or maintainer; one of both parts may be missing."""

    name: str | None
    email: str | None


@dataclass(frozen=True)
class CargoPackage:
    """The package of a Cargo.toml. What it does not say is None or empty."""

    name: str
    version: str | None
    description: str | None
    """On one line."""
    authors: tuple[Person, ...]
    license: str | None
    """An SPDX expression; the `/` that older crates join licences with is an `OR`."""
    license_file: str | None
    readme: str | None
    homepage: str | None
    repository: str | None
    documentation: str | None
    keywords: tuple[str, ...]
    inherited: tuple[str, ...]
    """Keys with `.workspace = true` whose values are not known."""


def read_package(manifest: Mapping[str, Any], origin: str, workspace: Mapping[str, Any] | None = None) -> CargoPackage:
    """Read a Cargo.toml.

    Args:
        manifest: the parsed file.
        origin: what messages call it.
        workspace: the Cargo.toml of its workspace, parsed, from which it may inherit.

    Raises:
        ToolError: it has no package, or a value of the wrong type.
    """
    if "package" not in manifest:
        found = "a workspace without a package" if "workspace" in manifest else "no [package]"
        raise ToolError(f"{origin} has {found}, expected the Cargo.toml of a crate: name that one")
    shared = Table(workspace or {}, "the workspace's Cargo.toml").table("workspace").table("package").values
    stated = Table(manifest, origin).table("package").values
    inherited = {key for key, value in stated.items() if isinstance(value, dict) and value.get("workspace") is True}
    values = {key: shared.get(key) if key in inherited else value for key, value in stated.items()}
    table = Table(values, f"{origin}: package")
    name = table.text("name")
    if not name:
        raise ToolError(f"{origin}: package.name is missing, expected the crate's name: add it")
    readme = table.get("readme", (str, bool), "a string or a boolean")
    license_expression = table.text("license")
    return CargoPackage(
        name=name,
        version=table.text("version"),
        description=" ".join((table.text("description") or "").split()) or None,
        authors=tuple(parse_person(author) for author in table.texts("authors")),
        license=license_expression and re.sub(r"\s*/\s*", " OR ", license_expression),
        license_file=table.text("license-file"),
        readme=("README.md" if readme else None) if isinstance(readme, bool) else readme,
        homepage=table.text("homepage"),
        repository=table.text("repository"),
        documentation=table.text("documentation"),
        keywords=table.texts("keywords"),
        inherited=tuple(sorted(inherited - set(shared))),
    )


def parse_person(text: str) -> Person:
    """Take "Name <address>" apart; some crates have a URL in the place of the address, which stays in the name."""
    match = _PERSON.fullmatch(text)
    if match is None:
        return Person(text, None)
    return Person(match["name"] or None, match["email"])
