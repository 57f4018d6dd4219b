"""Makes a wheel: contents from lists, metadata from attributes and project files, tags from what the extensions need.

NAME.wheel.json (tools/common/schemas/wheel.schema.json) says what the target states; the folder of the output gets
exactly one file, under the name that follows.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_crates_file
import pyo3_licenses
import pyo3_project
import pyo3_sbom
import pyo3_toml
import pyo3_wheel_archive
import pyo3_wheel_contents
import pyo3_wheel_library
import pyo3_wheel_metadata
import pyo3_wheel_stubs
import pyo3_wheel_tags
from pyo3_common import ToolError
from pyo3_wheel_archive import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_crates_file import Crate
    from pyo3_project import Project
    from pyo3_wheel_contents import Listed
    from pyo3_wheel_library import SharedLibrary
    from pyo3_wheel_tags import Tags


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        return stream.read()


def _table(path: str | None, name: str) -> dict[str, Any] | None:
    return pyo3_toml.parse_toml(pyo3_common.read_text(path, name), path) if path else None


def read_project(wheel: Mapping[str, Any]) -> Project:
    """Gather what is known of the project, its description included.

    Args:
        wheel: the object of NAME.wheel.json.
    """
    pyproject = _table(wheel["pyproject"], "pyproject.toml")
    cargo = _table(wheel["cargo_toml"], "Cargo.toml")
    workspace = _table(wheel["cargo_workspace_toml"], "Cargo.toml of the workspace")
    project = pyo3_project.resolve_project(wheel["metadata"], pyproject, cargo, workspace)
    description = wheel["metadata"]["description_file"]
    text = pyo3_common.read_text(description, "description file") if description else None
    return pyo3_project.with_readme(project, description, text)


def _crates(wheel: Mapping[str, Any]) -> tuple[Crate, ...]:
    if not wheel["crates"]:
        return ()
    return pyo3_crates_file.read_crates(pyo3_common.read_json(wheel["crates"], "list of crates"), _read)


def _license_entries(wheel: Mapping[str, Any], project: Project, crates: Sequence[Crate], folder: str) -> list[Entry]:
    """Give the files of dist-info/licenses; `License-File` in METADATA has their paths below it."""
    available = {each["path"]: each["source"] for each in wheel["license_files"]}
    chosen = pyo3_licenses.choose_licenses(project, sorted(available))
    entries = [Entry(f"{folder}/licenses/{path}", available[path]) for path in chosen]
    collected = pyo3_licenses.collected_licenses(crates, project)
    if collected is not None:
        entries.append(Entry(f"{folder}/licenses/{pyo3_licenses.COLLECTED}", data=collected.encode("utf-8")))
    return entries


def _info_entries(wheel: Mapping[str, Any], project: Project, tags: Tags, folder: str) -> list[Entry]:
    """Give all files of the .dist-info folder but RECORD."""
    crates = _crates(wheel)
    licenses = _license_entries(wheel, project, crates, folder)
    start = f"{folder}/licenses/"
    project = pyo3_project.with_licenses(project, [entry.path[len(start) :] for entry in licenses])
    texts = {
        "METADATA": pyo3_wheel_metadata.render_metadata(project),
        "WHEEL": pyo3_wheel_contents.render_wheel(tags.lines(), purelib=tags.pure, build=wheel["build_tag"]),
        "entry_points.txt": pyo3_wheel_metadata.render_entry_points(project),
        f"sboms/{pyo3_sbom.file_name(project)}": pyo3_sbom.render_sbom(crates, project) if crates else None,
    }
    written = [Entry(f"{folder}/{name}", data=text.encode("utf-8")) for name, text in texts.items() if text is not None]
    return [*written, *licenses, *pyo3_wheel_contents.placed_entries(wheel["distinfo"], folder)]


def _tags(
    extensions: Sequence[Mapping[str, Any]], files: Sequence[Listed], data: Sequence[Mapping[str, str]], platform: str
) -> Tags:
    """Find out the tags from the extensions, and from the other compiled files."""
    found = [
        pyo3_wheel_tags.extension_tag(
            each["path"],
            pyo3_common.read_json(each["tag"], "tag"),
            pyo3_common.read_json(each["gates"], "gates"),
            each["target"],
        )
        for each in extensions
    ]
    modules = {each["source"] for each in extensions}
    others = [
        pyo3_wheel_library.of_file(each.path, each.source)
        for each in files
        if each.source not in modules and pyo3_wheel_contents.is_library(each.path)
    ]
    # What is linked statically is for one platform, but asks nothing of it.
    programs = [each for each in _programs(data) if each.architectures or not found]
    return pyo3_wheel_tags.wheel_tags(found, platform, [*others, *programs])


def _programs(data: Sequence[Mapping[str, str]]) -> list[SharedLibrary]:
    scripts = (each for each in data if each["path"].startswith("scripts/"))
    found = (pyo3_wheel_library.of_program(each["path"], each["source"]) for each in scripts)
    return [program for program in found if program is not None]


def make_wheel(wheel: Mapping[str, Any], listed: Sequence[Listed], output: str) -> str:
    """Write the wheel; give its name.

    Args:
        wheel: the object of NAME.wheel.json.
        listed: the files that dependencies bring along.
        output: an existing folder.

    Raises:
        ToolError: something of it is wrong; then nothing is written.
    """
    project = read_project(wheel)
    files = pyo3_wheel_contents.chosen_files(listed, wheel["exclude"])
    sources = {each.source for each in files}
    extensions = [each for each in wheel["extensions"] if each["source"] in sources]
    modules = [each["path"] for each in extensions]
    pyo3_project.check_modules(project, modules)
    tags = _tags(extensions, files, wheel["data"], wheel["platform"])
    name = pyo3_wheel_tags.wheel_file_name(project.name, project.version, tags, wheel["build_tag"])
    folder = "-".join(name.split("-")[:2])
    placed = pyo3_wheel_stubs.place_stubs(files, modules)
    entries = [
        *pyo3_wheel_contents.package_entries(placed, [each["source"] for each in extensions]),
        *pyo3_wheel_contents.data_entries(wheel["data"], f"{folder}.data"),
        *_info_entries(wheel, project, tags, f"{folder}.dist-info"),
    ]
    try:
        pyo3_wheel_archive.write_archive(
            os.path.join(output, name),
            entries,
            f"{folder}.dist-info",
            compression=wheel["compression"],
            epoch=wheel["epoch"],
        )
    except FileNotFoundError as error:
        raise ToolError(
            f"there is no file {error.filename}, expected each that Bazel names: rename it where a `?` stands for a "
            "character beyond ASCII; a Bazel that reads files through Java, as Debian's does, does not pass it on"
        ) from error
    return name


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--wheel", required=True, help="NAME.wheel.json")
    parser.add_argument("--files", required=True, help="NAME.files: kind, path in the wheel and path of each file")
    parser.add_argument("--output", required=True, help="an existing folder")
    options = parser.parse_args(argv)
    wheel = pyo3_common.read_json(options.wheel, "description of the wheel")
    make_wheel(wheel, pyo3_wheel_contents.parse_list(_read(options.files)), options.output)


def main(argv: Sequence[str] | None = None) -> int:
    """Make a wheel; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
