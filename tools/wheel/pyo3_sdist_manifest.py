"""Whether cargo can build a project from the files of a source distribution alone.

https://doc.rust-lang.org/cargo/reference/manifest.html says which other files a Cargo.toml leads to.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Callable

import pyo3_cargo_manifest
from pyo3_common import ToolError
from pyo3_toml import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pyo3_cargo_manifest import CargoPackage

_MANIFEST = "Cargo.toml"
_DEPENDENCIES = ("dependencies", "build-dependencies", "dev-dependencies")


class CargoFiles:
    """The manifests among the files of a project, and what they lead to; paths are relative to the project."""

    def __init__(
        self,
        files: Collection[str],
        read: Callable[[str], Mapping[str, Any]],
        manifest: str,
        workspace: str | None = None,
    ) -> None:
        """Take what there is.

        Args:
            files: paths of all files.
            read: gives a manifest, parsed.
            manifest: path of the Cargo.toml.
            workspace: path of its workspace's Cargo.toml, if that is another one.
        """
        self.files = files
        self.read = read
        self.manifest = manifest
        self.root = workspace or manifest
        self.workspace = read(self.root)

    def check(self) -> CargoPackage:
        """Follow the manifest and those that it leads to; give its package.

        Raises:
            ToolError: cargo would want a file that is not there.
        """
        package = self._check_one(self.manifest)
        self._check_members()
        waiting, seen = [self.manifest], {self.manifest}
        while waiting:
            for found in self._path_dependencies(waiting.pop()):
                if found not in seen:
                    seen.add(found)
                    self._check_one(found)
                    waiting.append(found)
        return package

    def _check_one(self, manifest: str) -> CargoPackage:
        values = self.read(manifest)
        package = pyo3_cargo_manifest.read_package(values, manifest, self.workspace)
        if package.inherited:
            raise ToolError(
                f"{manifest} takes {', '.join(package.inherited)} from its workspace, whose Cargo.toml lacks them "
                "or is no input, expected it in the source distribution: name it with `cargo_workspace_toml`"
            )
        table = Table(values, manifest)
        library = table.table("lib").text("path") or self._default_library(manifest)
        for key, path in {"lib.path": library, "package.build": _build_script(table.table("package"))}.items():
            if path and self._below(manifest, path, key) not in self.files:
                raise ToolError(
                    f"{manifest} has {path} as {key}, which is not in the source distribution, expected it there: "
                    "add the target that has it as a source to `deps`, or the file to `srcs`"
                )
        return package

    def _default_library(self, manifest: str) -> str | None:
        """Give the library that cargo looks for where none is named; a crate of programs has none."""
        programs = posixpath.join(posixpath.dirname(manifest), "src/main.rs")
        return None if programs in self.files else "src/lib.rs"

    def _below(self, manifest: str, path: str, where: str) -> str:
        found = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), path))
        if found.startswith(("../", "/")) or found == ".." or path[1:2] == ":":
            raise ToolError(
                f"{manifest}: {where} has the path {path}, which leaves the project, expected one inside of it: "
                "move it into the package of the pyo3_sdist, or that target to a package above both, "
                "or depend on a published version"
            )
        return found

    def _path_dependencies(self, manifest: str) -> Iterator[str]:
        """Give the manifests of dependencies by path."""
        values = self.read(manifest)
        for where, dependency in self._dependencies(manifest, values):
            base, table = manifest, dependency
            if dependency.values.get("workspace") is True:
                base, table = self.root, self._inherited(manifest, where)
            path = table.text("path")
            if path is not None:
                found = posixpath.normpath(posixpath.join(self._below(base, path, where), _MANIFEST))
                if found not in self.files:
                    raise ToolError(
                        f"{base}: {where} has the path {path}, and {found} is not in the source distribution, "
                        "expected that crate there: add its Cargo.toml to `srcs`, and its target to `deps`"
                    )
                yield found

    def _dependencies(self, manifest: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Table]]:
        """Give all tables of dependencies, by the keys that lead to them."""
        top = Table(values, manifest)
        for prefix, table in _platforms(top):
            for kind in _DEPENDENCIES:
                for name, value in table.table(kind).values.items():
                    if isinstance(value, dict):
                        yield f"{prefix}{kind}.{name}", Table(value, f"{manifest}: {prefix}{kind}.{name}")
        # Those of other manifests than the root's are not read by cargo.
        patches = top.table("patch") if manifest == self.root else Table({}, manifest)
        for source in patches.values:
            for name, value in patches.table(source).values.items():
                if isinstance(value, dict):
                    yield f"patch.{source}.{name}", Table(value, f"{patches.where}.{source}.{name}")

    def _inherited(self, manifest: str, where: str) -> Table:
        shared = Table(self.workspace, self.root).table("workspace").table("dependencies")
        name = where.rpartition(".")[2]
        if name not in shared:
            raise ToolError(
                f"{manifest}: {where} comes from its workspace, whose Cargo.toml does not have it or is no input, "
                "expected it in the source distribution: name it with `cargo_workspace_toml`"
            )
        value = shared.values[name]
        return Table(value if isinstance(value, dict) else {}, f"{shared.where}.{name}")

    def _check_members(self) -> None:
        """Make sure that the members that a workspace names one by one are there; cargo reads them all."""
        for member in Table(self.workspace, self.root).table("workspace").texts("members"):
            found = posixpath.normpath(posixpath.join(self._below(self.root, member, "members"), _MANIFEST))
            if not set(member) & set("*?[") and found not in self.files:
                raise ToolError(
                    f"{self.root} has the member {member}, and {found} is not in the source distribution, "
                    "expected it there: add the crate to `srcs`, or write the members as a pattern"
                )


def _platforms(top: Table) -> Iterator[tuple[str, Table]]:
    yield "", top
    for platform in top.table("target").values:
        yield f"target.{platform}.", top.table("target").table(platform)


def _build_script(package: Table) -> str | None:
    value = package.get("build", (str, bool), "a string or a boolean")
    return value if isinstance(value, str) else None
