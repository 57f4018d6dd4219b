"""METADATA and entry_points.txt: their text, and how maturin's differ.

The files named maturin-1.16.0.* are what maturin 1.16.0 wrote for the same project.
"""

from __future__ import annotations

import configparser
from typing import Any

import pyo3_project
import pyo3_wheel_metadata
import pytest
import wheel_project
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from pyo3_cargo_manifest import Person
from pyo3_common import ToolError
from pyo3_project import Project
from pyo3_testing import assert_golden

FIELDS = (
    *("author", "author_email", "classifiers", "description", "description_content_type", "home_page", "keywords"),
    *("license", "license_expression", "license_files", "maintainer", "maintainer_email", "metadata_version", "name"),
    *("project_urls", "provides_extra", "requires_dist", "requires_python", "summary", "version"),
)
LICENSES = ["LICENSES/MIT.txt", "LICENSES/Apache-2.0.txt"]


def complete(kind: str, licenses: list[str]) -> Project:
    project = pyo3_project.with_readme(wheel_project.project(kind), "README.md", wheel_project.read(kind, "README.md"))
    return pyo3_project.with_licenses(project, licenses)


def fields(text: str) -> dict[str, Any]:
    """Read METADATA; requirements and extras are sorted, and spelled in one way."""
    metadata = Metadata.from_email(text)
    found = {name: getattr(metadata, name) for name in FIELDS if getattr(metadata, name)}
    # maturin adds an empty line.
    found["description"] = found["description"].rstrip("\n")
    for name in {"provides_extra", "requires_dist"} & set(found):
        found[name] = sorted(str(value) for value in found[name])
    return found


def differences(kind: str, project: Project) -> dict[str, tuple[Any, Any]]:
    """Give what differs from maturin: field -> ours, maturin's."""
    ours = fields(pyo3_wheel_metadata.render_metadata(project))
    theirs = fields(wheel_project.read(kind, "maturin-1.16.0.METADATA"))
    names = set(ours) | set(theirs)
    return {name: (ours.get(name), theirs.get(name)) for name in names if ours.get(name) != theirs.get(name)}


@pytest.mark.parametrize("kind", ["mixed", "cargo_only", "setuptools_rust"])
def test_text(kind: str) -> None:
    project = wheel_project.project(kind)
    if project.readme:
        project = complete(kind, LICENSES)
    assert_golden("wheel", f"{kind}.METADATA", pyo3_wheel_metadata.render_metadata(project))


def test_fields_are_those_of_maturin() -> None:
    found = differences("mixed", complete("mixed", LICENSES))
    # Of Cargo.toml, though [project] has its own addresses and does not call them dynamic.
    assert found.pop("home_page") == (None, "https://example.org")
    ours, theirs = found.pop("requires_dist")
    # maturin compares the full version, which is the same for a version of two parts.
    assert [text.replace("python_version", "python_full_version") for text in ours] == theirs
    assert found == {}


def test_fields_of_cargo_are_those_of_maturin() -> None:
    found = differences("cargo_only", complete("cargo_only", []))
    # An older field, and PEP 639's.
    assert found.pop("license") == (None, "MIT OR Apache-2.0")
    assert found.pop("license_expression") == ("MIT OR Apache-2.0", None)
    # A deprecated field; both have a Project-URL for it.
    assert found.pop("home_page") == (None, "https://example.org")
    # Each person in one field, as PEP 621 has it; maturin writes all of them in both.
    everybody = "Ada Author <ada@example.org>, Bo Builder"
    assert found.pop("author") == ("Bo Builder", everybody)
    assert found.pop("author_email") == ("Ada Author <ada@example.org>", everybody)
    assert found == {}


def test_entry_points_are_those_of_maturin() -> None:
    text = pyo3_wheel_metadata.render_entry_points(wheel_project.project("mixed"))
    assert text is not None
    assert_golden("wheel", "mixed.entry_points.txt", text)
    parsed = []
    for each in (text, wheel_project.read("mixed", "maturin-1.16.0.entry_points.txt")):
        parser = configparser.ConfigParser(delimiters=("=",))
        parser.read_string(each)
        parsed.append({group: dict(parser[group]) for group in parser.sections()})
    assert parsed[0] == parsed[1]


def test_no_entry_points() -> None:
    assert pyo3_wheel_metadata.render_entry_points(Project("p", "1")) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A B", "A B <a@e.org>"),
        ("Müller, Cy", '"Müller, Cy" <a@e.org>'),
        ('A "B" C.', r'"A \"B\" C." <a@e.org>'),
        (None, "a@e.org"),
    ],
)
def test_names_with_addresses(name: str | None, expected: str) -> None:
    project = Project("p", "1", authors=(Person(name, "a@e.org"),), maintainers=(Person("M", None), Person("N", None)))
    metadata = Metadata.from_email(pyo3_wheel_metadata.render_metadata(project))
    assert (metadata.author, metadata.author_email, metadata.maintainer) == (None, expected, "M, N")


def test_lines_of_a_licence_stay_in_its_field() -> None:
    project = Project("p", "1", license_text="First\r\n\r\nName: other\n")
    text = pyo3_wheel_metadata.render_metadata(project)
    assert text == "Metadata-Version: 2.4\nName: p\nVersion: 1\nLicense: First\n        \n        Name: other\n"
    assert Metadata.from_email(text).name == "p"


def test_a_description_ends_with_a_newline() -> None:
    project = pyo3_project.with_readme(Project("p", "1"), "README.md", "# P\n\nName: other")
    text = pyo3_wheel_metadata.render_metadata(project)
    assert text.endswith("GFM\n\n# P\n\nName: other\n")
    assert Metadata.from_email(text).name == "p"


@pytest.mark.parametrize(
    ("project", "message"),
    [
        (
            Project("p", "1", summary="one\ntwo"),
            r"the project's metadata is not valid: 'summary' must be a single line.*; expected core",
        ),
        (Project("p", "1", license_files=("../x",)), "parent directory indicators are not allowed"),
        (
            Project("p", "1", description="x", description_content_type="text/html"),
            "'description-content-type' must be one of",
        ),
    ],
)
def test_fields_are_checked(project: Project, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        pyo3_wheel_metadata.render_metadata(project)


def test_requirements_can_be_read_back() -> None:
    project = wheel_project.stated(
        distribution="p",
        version="1",
        extra_requires={"x": ["a @ https://e.org/a.whl ; os_name == 'nt' or os_name == 'x'"]},
    )
    (requirement,) = (Requirement(text) for text in project.requires)
    assert requirement.url == "https://e.org/a.whl"
    assert requirement.marker is not None
    assert [requirement.marker.evaluate({"extra": extra, "os_name": "nt"}) for extra in ("x", "y")] == [True, False]
