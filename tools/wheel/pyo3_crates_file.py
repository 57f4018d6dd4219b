"""The crates that are linked into a wheel's extensions, as crates.json and the crates' own files describe them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_cargo_manifest
import pyo3_toml
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyo3_cargo_manifest import CargoPackage


@dataclass(frozen=True)
class Crate:
    """A linked crate."""

    id: str
    """The package URL of a crate of another repository, else the label: equal on all machines."""
    name: str
    """Of the package; the crate's name in Rust where no manifest tells."""
    package: CargoPackage | None
    external: bool
    extension: bool
    deps: tuple[str, ...]
    """Ids, sorted."""
    licenses: tuple[tuple[str, str], ...]
    """File name and text, sorted."""

    @property
    def version(self) -> str | None:
        """Its version, None when no manifest tells."""
        return self.package.version if self.package else None

    @property
    def title(self) -> str:
        """Name and version, for people."""
        return f"{self.name} {self.version}" if self.version else self.name


def read_crates(crates_json: Mapping[str, Any], read: Callable[[str], bytes]) -> tuple[Crate, ...]:
    """Read what crates.json lists.

    Args:
        crates_json: the parsed file.
        read: gives the content of a file that it names.

    Returns:
        the crates sorted by id; targets of one crate in one version are one of them.

    Raises:
        ToolError: a manifest is not one.
    """
    listed = crates_json["crates"]
    packages = {entry["label"]: _package(entry["manifest"], read) for entry in listed}
    ids = {entry["label"]: _id(entry, packages[entry["label"]]) for entry in listed}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for entry in listed:
        groups.setdefault(ids[entry["label"]], []).append(entry)
    crates = []
    for key in sorted(groups):
        first = groups[key][0]
        package = packages[first["label"]]
        deps = {ids[dep] for entry in groups[key] for dep in entry["deps"]} - {key}
        crates.append(
            Crate(
                id=key,
                name=package.name if package else first["name"],
                package=package,
                external=first["external"],
                extension=any(entry["extension"] for entry in groups[key]),
                deps=tuple(sorted(deps)),
                licenses=_licenses(first["license_files"], read),
            )
        )
    return tuple(crates)


def _package(manifest: str | None, read: Callable[[str], bytes]) -> CargoPackage | None:
    if manifest is None:
        return None
    try:
        text = read(manifest).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolError(f"{manifest} is not UTF-8 (byte {error.start}), expected a Cargo.toml: correct it") from error
    return pyo3_cargo_manifest.read_package(pyo3_toml.parse_toml(text, manifest), manifest)


def _id(entry: Mapping[str, Any], package: CargoPackage | None) -> str:
    """Name a crate; the repository's canonical name in a label differs between versions of Bazel."""
    label: str = entry["label"]
    if entry["external"] and package is not None and package.version:
        return package_url("cargo", package.name, package.version)
    return label.lstrip("@")


def package_url(kind: str, name: str, version: str) -> str:
    """Give a package URL, https://github.com/package-url/purl-spec; of its parts only a version can have a `+`."""
    return f"pkg:{kind}/{name}@{version.replace('+', '%2B')}"


def _licenses(paths: Iterable[str], read: Callable[[str], bytes]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((posixpath.basename(path), _decoded(read(path))) for path in paths))


def _decoded(content: bytes) -> str:
    """Read a licence; some old ones are in Latin-1."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n")
