"""Makes a source distribution: what people wrote, and PKG-INFO, so that pip and the project's build backend build it.

NAME.sdist.json (tools/common/schemas/sdist.schema.json) says what the target states; the folder of the output gets
exactly one file, NAME-VERSION.tar.gz (PEP 625).
"""

from __future__ import annotations

import os
import posixpath
import sys
from typing import TYPE_CHECKING, Any

import pyo3_cargo_lock
import pyo3_common
import pyo3_licenses
import pyo3_project
import pyo3_project_cargo
import pyo3_pyproject
import pyo3_sdist_archive
import pyo3_toml
import pyo3_wheel_contents
import pyo3_wheel_metadata
from pyo3_common import ToolError
from pyo3_sdist_manifest import CargoFiles
from pyo3_toml import Table
from pyo3_wheel_archive import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyo3_cargo_manifest import CargoPackage
    from pyo3_project import Project
    from pyo3_wheel_contents import Listed

_PYPROJECT = "pyproject.toml"
BUILD_SYSTEM = '[build-system]\nrequires = ["maturin>=1.16,<2.0"]\nbuild-backend = "maturin"'


def check_build_system(pyproject: Mapping[str, Any]) -> None:
    """Make sure that installers learn from a pyproject.toml what builds the project (PEP 518, PEP 517).

    Raises:
        ToolError: they do not.
    """
    table = Table(pyproject, _PYPROJECT).table("build-system")
    missing = [key for key in ("requires", "build-backend") if key not in table]
    if missing:
        found = f"no {' and no '.join(missing)} in [build-system]" if table.values else "no [build-system]"
        raise ToolError(
            f"{_PYPROJECT} has {found}, expected it, because installers build the source distribution with it: "
            f"add, for maturin,\n{BUILD_SYSTEM}"
        )
    table.texts("requires")
    table.text("build-backend")


def _check_dynamic(pyproject: Mapping[str, Any]) -> None:
    """Refuse what a build backend would have to find out in another way than from Cargo.toml."""
    dynamic = pyo3_pyproject.dynamic_fields(pyproject) or ()
    unknown = sorted(key for key in dynamic if not pyo3_project_cargo.SOURCES[key].cargo)
    if unknown:
        raise ToolError(
            f"{_PYPROJECT} lists {', '.join(unknown)} in project.dynamic, which no Cargo.toml gives, "
            "expected values: state them in [project]"
        )


def _check_maturin(pyproject: Mapping[str, Any], manifest: str, files: Iterable[str]) -> None:
    """Make sure that what maturin is told of places holds for the source distribution."""
    maturin = Table(pyproject, _PYPROJECT).table("tool").table("maturin")
    stated = maturin.text("manifest-path")
    if stated and posixpath.normpath(stated) != manifest:
        raise ToolError(
            f"{maturin.where}.manifest-path is {stated}, and the Cargo.toml is {manifest}, expected one: correct it"
        )
    folder = posixpath.normpath(maturin.text("python-source") or ".")
    if folder != "." and not any(path.startswith(f"{folder}/") for path in files):
        raise ToolError(
            f"{maturin.where}.python-source is {folder}, and no file lies there in the source distribution, "
            "expected some: add the py_library to `deps`, or correct it"
        )


class _Packing:
    """The files of one source distribution, by their paths in it."""

    def __init__(self, sdist: Mapping[str, Any], listed: Sequence[Listed]) -> None:
        self.sdist = sdist
        named = ("cargo_lock", "cargo_toml", "cargo_workspace_toml", "description_file", "pyproject")
        placed = [each for each in (sdist[name] for name in named) if each] + sdist["license_files"]
        files = [(each.path, each.source) for each in chosen_files(listed, sdist["exclude"])]
        files += [(each["path"], each["source"]) for each in placed]
        self.entries = pyo3_sdist_archive.one_of_each(Entry(path, source) for path, source in files)

    def path(self, name: str) -> str | None:
        """Give the path of a file that an attribute names."""
        placed = self.sdist[name]
        return placed["path"] if placed else None

    def table(self, path: str) -> dict[str, Any]:
        """Parse a TOML file."""
        entry = self.entries[path]
        return pyo3_toml.parse_toml(pyo3_common.read_text(str(entry.source), path), path)

    def project(self, pyproject: Mapping[str, Any], cargo: CargoFiles) -> Project:
        """Gather what is known of the project, its description and licence files included."""
        project = pyo3_project.resolve_project({}, pyproject, self.table(cargo.manifest), cargo.workspace)
        description = self.path("description_file")
        source = str(self.entries[description].source) if description else None
        text = pyo3_common.read_text(source, "description file") if source else None
        project = pyo3_project.with_readme(project, description, text)
        readme = pyo3_pyproject.read_project(pyproject).get("readme")
        if readme and posixpath.normpath(readme) not in self.entries:
            raise ToolError(
                f"{_PYPROJECT} has the readme {readme}, which is not in the source distribution, expected it there: "
                f"it has {description}, correct `description_file` or the readme"
            )
        licenses = pyo3_licenses.choose_licenses(project, sorted(each["path"] for each in self.sdist["license_files"]))
        return pyo3_project.with_licenses(project, licenses)


def chosen_files(listed: Sequence[Listed], exclude: Sequence[str]) -> list[Listed]:
    """Choose the files of the source distribution.

    Args:
        listed: what there is.
        exclude: patterns (fnmatch) of paths that are left out.

    Raises:
        ToolError: files of other packages are among them.
    """
    kept = pyo3_wheel_contents.kept_files(listed, exclude)
    outside = sorted(each.path for each in kept if each.kind == pyo3_wheel_contents.OUTSIDE)
    if outside:
        raise ToolError(
            f"sources lie outside the project's package: {pyo3_wheel_contents.some_of(outside)}; expected them in it "
            "or below, as nothing else is there when the source distribution is built: move them, or leave them out "
            "with `exclude` when another distribution brings them, and name that in the pyproject.toml"
        )
    return kept


def _check_places(packing: _Packing) -> None:
    found = packing.path("pyproject")
    if found != _PYPROJECT:
        raise ToolError(
            f"the pyproject.toml is {found}, expected it at the top of the source distribution: "
            "declare the pyo3_sdist in the package of the pyproject.toml"
        )
    lock = packing.path("cargo_lock")
    if lock:
        folder = posixpath.dirname(packing.path("cargo_workspace_toml") or packing.path("cargo_toml") or "")
        expected = posixpath.join(folder, "Cargo.lock")
        if lock != expected:
            raise ToolError(f"the Cargo.lock is {lock}, expected {expected}, where cargo looks for it: correct it")


def make_sdist(sdist: Mapping[str, Any], listed: Sequence[Listed], output: str) -> str:
    """Write the source distribution; give its name.

    Args:
        sdist: the object of NAME.sdist.json.
        listed: sources.
        output: an existing folder.

    Raises:
        ToolError: something of it is wrong; then nothing is written.
    """
    packing = _Packing(sdist, listed)
    _check_places(packing)
    pyproject = packing.table(_PYPROJECT)
    check_build_system(pyproject)
    _check_dynamic(pyproject)
    _check_maturin(pyproject, sdist["cargo_toml"]["path"], packing.entries)
    workspace = packing.path("cargo_workspace_toml")
    cargo = CargoFiles(packing.entries, packing.table, sdist["cargo_toml"]["path"], workspace)
    package = cargo.check()
    project = packing.project(pyproject, cargo)
    entries = [*packing.entries.values(), _package_info(project), *_locked_entries(packing, package)]
    folder = f"{project.normalized_name}-{project.version}"
    found = pyo3_sdist_archive.one_of_each(entries)
    pyo3_sdist_archive.write_archive(os.path.join(output, f"{folder}.tar.gz"), found, folder, epoch=sdist["epoch"])
    return f"{folder}.tar.gz"


def _locked_entries(packing: _Packing, package: CargoPackage) -> list[Entry]:
    """Check the Cargo.lock, and give the vendored crates."""
    lock, folder = packing.path("cargo_lock"), packing.sdist["vendored_crates"]
    if lock is None:
        if folder:
            raise ToolError("`vendored_crates` is set and `cargo_lock` is not, expected both: set it")
        return []
    crates = pyo3_cargo_lock.read_lock(packing.table(lock))
    pyo3_cargo_lock.check_own(crates, package)
    return pyo3_cargo_lock.vendored_entries(crates, folder) if folder else []


def _package_info(project: Project) -> Entry:
    return Entry("PKG-INFO", data=pyo3_wheel_metadata.render_metadata(project).encode("utf-8"))


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--sdist", required=True, help="NAME.sdist.json")
    parser.add_argument("--files", required=True, help="NAME.files: kind, path in the sdist and path of each source")
    parser.add_argument("--output", required=True, help="an existing folder")
    options = parser.parse_args(argv)
    with open(options.files, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        listed = pyo3_wheel_contents.parse_list(stream.read())
    make_sdist(pyo3_common.read_json(options.sdist, "description of the source distribution"), listed, options.output)


def main(argv: Sequence[str] | None = None) -> int:
    """Make a source distribution; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
