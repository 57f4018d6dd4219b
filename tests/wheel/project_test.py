"""Where a project's metadata comes from, and what goes before what."""

from __future__ import annotations

from typing import Any

import pyo3_project
import pytest
from pyo3_cargo_manifest import Person
from pyo3_common import ToolError
from wheel_project import project, stated, table

CARGO = '[package]\nname = "crate-name"\nversion = "1.0.0"\ndescription = "From Cargo"\n'


def test_cargo_gives_what_is_dynamic() -> None:
    found = project("mixed")
    assert (found.name, found.normalized_name, found.version) == ("Area.Calc", "area_calc", "0.2.0b1")
    assert found.summary == "Areas of shapes"
    assert found.readme == "README.md"
    assert found.license_patterns == ("LICENSES/*.txt",)
    assert found.modules == ("area._area",)


def test_nothing_but_dynamic_keys_comes_from_cargo() -> None:
    """Cargo.toml has a homepage and authors; [project] does not call them dynamic (PEP 621)."""
    found = stated(
        '[project]\nname = "p"\ndynamic = ["version"]\n', CARGO + 'homepage = "https://e.org"\nauthors = ["A"]\n'
    )
    assert (found.name, found.version, found.summary, found.urls, found.authors) == ("p", "1.0.0", None, (), ())


def test_a_version_that_pyproject_does_not_mention() -> None:
    assert stated('[project]\nname = "p"\n', CARGO).version == "1.0.0"


def test_cargo_gives_everything_without_a_project_table() -> None:
    found = project("cargo_only")
    assert (found.name, found.version, found.summary) == ("area-calc", "0.2.0b1", "Areas, from Rust")
    assert found.authors == (Person("Ada Author", "ada@example.org"), Person("Bo Builder", None))
    assert found.urls == (("Homepage", "https://example.org"), ("Source Code", "https://example.org/area"))
    assert (found.license_expression, found.readme) == ("MIT OR Apache-2.0", "README.md")


def test_attributes_go_first() -> None:
    found = project("mixed", version="9", requires=["numpy"], summary="Mine", license="Ask me", distribution="other")
    assert (found.name, found.version, found.summary) == ("other", "9", "Mine")
    assert found.requires[0] == "numpy"
    assert (found.license_expression, found.license_text) == (None, "Ask me")


def test_attributes_alone() -> None:
    found = stated(
        distribution="p",
        version="1",
        author="A. B.",
        author_email="a@example.org",
        homepage="https://example.org",
        project_urls={"Docs": "https://example.org/docs"},
        extra_requires={"X.y": ["b>1"]},
        console_scripts={"run": "p.cli:main"},
        entry_points={"p.plugins": ["one = p.one", "two=p.two:Two [x]"]},
        license="mit or apache-2.0",
        description_content_type="",
    )
    assert found.authors == (Person("A. B.", None), Person(None, "a@example.org"))
    assert found.urls == (("Homepage", "https://example.org"), ("Docs", "https://example.org/docs"))
    assert (found.requires, found.extras) == (('b>1; extra == "x-y"',), ("x-y",))
    assert found.entry_points == (
        ("console_scripts", (("run", "p.cli:main"),)),
        ("p.plugins", (("one", "p.one"), ("two", "p.two:Two [x]"))),
    )
    assert found.license_expression == "MIT OR Apache-2.0"


def test_setuptools_rust() -> None:
    found = project("setuptools_rust")
    assert found.modules == ("hashes._native", "hashes._tables")
    assert found.license_text == "Proprietary\n\nAsk first."
    assert found.requires == ('typing-extensions; python_version < "3.11"',)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("a", 'a; extra == "x"'),
        ("a ; os_name == 'nt'", 'a; os_name == "nt" and extra == "x"'),
        ("a; os_name=='nt' or os_name=='os2'", 'a; (os_name == "nt" or os_name == "os2") and extra == "x"'),
        ("a @ https://e.org/a.whl", 'a @ https://e.org/a.whl ; extra == "x"'),
    ],
)
def test_requirements_of_extras(requirement: str, expected: str) -> None:
    assert stated(distribution="p", version="1", extra_requires={"x": [requirement]}).requires == (expected,)


@pytest.mark.parametrize(
    ("cargo", "expected"),
    [("1.2.3", "1.2.3"), ("1.0.0-alpha.2", "1.0.0a2"), ("1.0.0-rc.1", "1.0.0rc1"), ("1.0.0+Build.5", "1.0.0+build.5")],
)
def test_versions_of_cargo(cargo: str, expected: str) -> None:
    assert stated(cargo=f'[package]\nname = "p"\nversion = "{cargo}"\n').version == expected


def test_inherited_values_can_be_given() -> None:
    found = project("workspace_member", version="3")
    assert (found.version, found.summary) == ("3", "Parts of a whole")


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("A B <a@example.org>", Person("A B", "a@example.org")),
        ("<a@example.org>", Person(None, "a@example.org")),
        ("The Makers <https://example.org>", Person("The Makers <https://example.org>", None)),
        ("A <b> <c>", Person("A <b> <c>", None)),
    ],
)
def test_authors_of_cargo(author: str, expected: Person) -> None:
    assert stated(cargo=f'{CARGO}authors = ["{author}"]\n').authors == (expected,)


def test_arrays_may_be_dynamic_too() -> None:
    """PEP 808."""
    found = stated('[project]\nname = "p"\nversion = "1"\nkeywords = ["a"]\ndynamic = ["keywords"]\n')
    assert found.keywords == ("a",)


@pytest.mark.parametrize(("readme", "expected"), [("true", "README.md"), ("false", None), ('"a.md"', "a.md")])
def test_readme_of_cargo(readme: str, expected: str | None) -> None:
    assert stated(cargo=f"{CARGO}readme = {readme}\n").readme == expected


def test_slash_between_licences() -> None:
    assert stated(cargo=CARGO + 'license = "MIT/Apache-2.0"\n').license_expression == "MIT OR Apache-2.0"


def test_licence_of_cargo_beside_classifiers() -> None:
    """As many projects that maturin builds have it."""
    text = '[project]\nname = "p"\ndynamic = ["version", "license"]\nclassifiers = ["License :: OSI Approved"]\n'
    found = stated(text, CARGO + 'license = "MIT"\n')
    assert (found.license_expression, found.license_text) == (None, "MIT")


def test_licence_files_above_the_project() -> None:
    found = stated('[project]\nname = "p"\nversion = "1"\nlicense = {file = "../x/LICENSE"}\n')
    assert found.license_patterns == ("LICENSE",)
    assert stated(cargo=CARGO + 'license-file = "../../COPYING"\n').license_patterns == ("COPYING",)


def test_older_licence_file() -> None:
    found = stated('[project]\nname = "p"\nversion = "1"\nlicense = {file = "COPYING"}\n')
    assert (found.license_expression, found.license_text, found.license_patterns) == (None, None, ("COPYING",))


def test_licence_file_of_cargo() -> None:
    assert stated(cargo=CARGO + 'license-file = "LICENSE"\n').license_patterns == ("LICENSE",)


def test_readme() -> None:
    plain = stated(distribution="p", version="1")
    assert pyo3_project.with_readme(plain, None, None) == plain
    for path, expected in {
        "docs/a.MD": "text/markdown; charset=UTF-8; variant=GFM",
        "a.rst": "text/x-rst; charset=UTF-8",
        "README": "text/plain; charset=UTF-8",
    }.items():
        found = pyo3_project.with_readme(plain, path, "text")
        assert (found.description, found.description_content_type) == ("text", expected)


def test_readme_in_pyproject() -> None:
    text = '[project]\nname = "p"\nversion = "1"\nreadme = {text = "hello", content-type = "text/x-rst"}\n'
    found = pyo3_project.with_readme(stated(text), "", None)
    assert (found.description, found.description_content_type) == ("hello", "text/x-rst")


def test_readme_that_is_no_input() -> None:
    with pytest.raises(ToolError, match=r'in README.md, which is no input.* set description_file = "README.md"'):
        pyo3_project.with_readme(project("mixed"), None, None)


def test_modules() -> None:
    found = project("setuptools_rust")
    pyo3_project.check_modules(found, ["hashes/_native.abi3.so", "hashes/_tables.cpython-313-x86_64-linux-gnu.so"])
    with pytest.raises(ToolError, match=r"is hashes._native, and the wheel has none, expected hashes/_native.<suffix>"):
        pyo3_project.check_modules(found, [])


def given(**attributes: Any) -> Any:
    return {"distribution": "p", "version": "1", **attributes}


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({}, "has no name, expected one: set `distribution`"),
        ({"distribution": "p"}, "has no version, expected one: set `version`"),
        (given(distribution="ärea"), "the project's name is 'ärea', expected ASCII letters"),
        (given(distribution="-p"), "the project's name is '-p', expected ASCII letters"),
        (given(version="1.0-final.x"), "the project's version is '1.0-final.x', expected one by PEP 440"),
        (given(python_requires="3.10+"), r"the required Python is '3.10\+', expected version specifiers by PEP 440"),
        (given(requires=["a >> 2"]), r"the requirement 'a >> 2' is not valid \(.*\), expected one by PEP 508"),
        (given(extra_requires={"ä": []}), "the extra 'ä' is no name"),
        (
            given(extra_requires={"a_b": [], "A-B": []}),
            r"two extras have the name a-b \(PEP 685\), expected one: rename 'A-B'",
        ),
        (given(entry_points={"a": ["b"]}), "the entry point 'b' has no `=`, expected 'name = package.module:object'"),
        (given(entry_points={"a b": ["c = d"]}), "the entry point group 'a b' is no dotted name"),
        (given(entry_points={"a": ["[b = d"]}), r"the entry point '\[b' of a has no valid name"),
        (given(console_scripts={"a": "b/c.py"}), "the entry point a of console_scripts is 'b/c.py', expected 'package"),
        (
            given(console_scripts={"a": "b:c"}, entry_points={"console_scripts": ["a = d:e"]}),
            "the entry point a of console_scripts is given twice",
        ),
        (
            given(license="MIT", classifiers=["License :: OSI Approved :: MIT License"]),
            "has the licence MIT and the classifier 'License :: OSI Approved :: MIT License'",
        ),
    ],
)
def test_attributes_are_checked(attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        stated(**attributes)


PROJECT = '[project]\nname = "p"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("pyproject", "message"),
    [
        ("project = 3\n", "pyproject.toml.project is of type int, '3', expected a table"),
        ("[project\n", r"pyproject.toml is not TOML \(.*line 1.*\), expected a TOML 1.0 document"),
        ("[project]\n", "project.name is missing, expected the project's name"),
        (PROJECT + "descripton = 'x'\n", "has the unknown key descripton, expected some of authors"),
        (PROJECT + "keywords = 'x'\n", "project.keywords is a string, 'x', expected an array of strings"),
        (PROJECT + "keywords = [1]\n", "project.keywords holds 1, expected strings only"),
        (PROJECT + "authors = ['x']\n", "project.authors holds 'x', expected tables only"),
        (PROJECT + "authors = [{}]\n", r"project.authors\[0\] is empty, expected a name, an email or both"),
        (PROJECT + "readme = {}\n", r"project.readme has \[\], expected either file or text"),
        (PROJECT + "license = {}\n", r"project.license has \[\], expected either file or text"),
        (PROJECT + "license = 'Mine'\n", "the licence 'Mine' is no SPDX expression .*, expected one such as"),
        (PROJECT + "license = {text = 'x'}\nlicense-files = []\n", "the older table `license` beside `license-files`"),
        (PROJECT + "dynamic = ['version']\n", "has version and lists it in `dynamic`, expected one of both"),
        (PROJECT + "dynamic = ['nam']\n", r"dynamic lists nam, expected keys of \[project\]"),
        (
            PROJECT + "[project.entry-points.console_scripts]\na = 'b:c'\n",
            "expected it as project.scripts: move it there",
        ),
        ("[project]\nname = 'p'\n", "has no version, expected one: set `version`"),
        (
            "[project]\nname = 'p'\ndynamic = ['version', 'dependencies']\n",
            "lists dependencies, version in project.dynamic, .*: set requires, version, or name a Cargo.toml",
        ),
    ],
)
def test_pyproject_is_checked(pyproject: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        stated(pyproject)


@pytest.mark.parametrize(
    ("cargo", "message"),
    [
        ("[workspace]\n", "Cargo.toml has a workspace without a package, expected the Cargo.toml of a crate"),
        ("[lib]\n", r"Cargo.toml has no \[package\], expected"),
        ("[package]\n", "package.name is missing, expected the crate's name"),
        ('[package]\nname = "p"\nversion = 1\n', "package.version is of type int, '1', expected a string"),
        (
            '[package]\nname = "p"\nversion = "1.0.0-nightly.3"\n',
            "version is '1.0.0-nightly.3', expected one by PEP 440",
        ),
    ],
)
def test_cargo_is_checked(cargo: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        stated(cargo=cargo)


def test_values_of_a_workspace() -> None:
    files = [table("workspace_member", file) for file in ("pyproject.toml", "Cargo.toml", "workspace.Cargo.toml")]
    found = pyo3_project.resolve_project({}, *files)
    assert (found.version, found.summary) == ("4.0.0rc1", "Parts of a whole")


def test_values_of_an_unknown_workspace() -> None:
    message = r"Cargo.toml takes version from its workspace, .* with `cargo_workspace_toml`, or set version"
    with pytest.raises(ToolError, match=message):
        project("workspace_member")
