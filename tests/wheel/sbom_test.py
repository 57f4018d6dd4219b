"""crates.json, the bill of materials and the collected licences that are made of it."""

from __future__ import annotations

import json
from typing import Any

import pyo3_crates_file
import pyo3_licenses
import pyo3_sbom
import pytest
from pyo3_common import ToolError
from pyo3_crates_file import Crate
from pyo3_project import Project
from pyo3_testing import TESTS, assert_golden

SCHEMA = TESTS.parent / "tools/common/schemas/crates.schema.json"
PROJECT = Project("Area.Calc", "1.0+local", summary="Areas", license_expression="MIT")
FILES = {
    "libc/Cargo.toml": b'[package]\nname = "libc"\nversion = "0.2.1"\nlicense = "MIT/Apache-2.0"\n'
    b'description = "Raw"\nauthors = ["A B <a@e.org>", "C <https://e.org>"]\nrepository = "https://e.org/libc"\n',
    "libc/LICENSE-MIT": b"MIT text\r\n",
    "ssl/Cargo.toml": b'[package]\nname = "ssl-sys"\nversion = "0.4.7+ssl-3"\nlicense = "Odd"\n',
    "ssl/COPYING": "Gr\xfc\xdfe".encode("latin-1"),
    "ssl/LICENSE-MIT": b"\xef\xbb\xbfMIT text\n",
    "bare/Cargo.toml": b'[package]\nname = "bare"\nversion = "1.0.0"\n',
}


def entry(label: str, name: str, *deps: str, folder: str | None = None, **values: Any) -> dict[str, Any]:
    licenses = [path for path in FILES if folder and path.startswith(f"{folder}/") and "Cargo" not in path]
    return {
        "deps": sorted(deps),
        "extension": False,
        "external": label.startswith("@@r"),
        "label": label,
        "license_files": sorted(licenses),
        "manifest": f"{folder}/Cargo.toml" if folder else None,
        "name": name,
        **values,
    }


EXTENSION = entry("@@//pkg:ext.rust", "_ext", "@@r~//libc:libc", "@@//pkg:core", extension=True)
LISTED = {
    "schema": 1,
    "crates": [
        entry("@@//pkg:core", "core_parts", "@@r~//libc:libc.crate", "@@r~//ssl:ssl"),
        EXTENSION,
        entry("@@r~//bare:bare", "bare", folder="bare"),
        # One crate by two targets.
        entry("@@r~//libc:libc", "libc", "@@r~//libc:libc.crate", folder="libc"),
        entry("@@r~//libc:libc.crate", "libc", folder="libc"),
        entry("@@r~//ssl:ssl", "ssl_sys", folder="ssl"),
    ],
}


def crates() -> tuple[Crate, ...]:
    return pyo3_crates_file.read_crates(LISTED, FILES.__getitem__)


def test_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(LISTED, schema)


def test_targets_of_one_crate_are_one() -> None:
    found = {crate.id: crate for crate in crates()}
    libc, ssl = "pkg:cargo/libc@0.2.1", "pkg:cargo/ssl-sys@0.4.7%2Bssl-3"
    assert list(found) == ["//pkg:core", "//pkg:ext.rust", "pkg:cargo/bare@1.0.0", libc, ssl]
    assert found[libc].deps == ()
    assert found["//pkg:ext.rust"].deps == ("//pkg:core", libc)
    assert found["//pkg:core"].deps == (libc, ssl)
    assert (found["//pkg:core"].title, found[ssl].title) == ("core_parts", "ssl-sys 0.4.7+ssl-3")
    assert found[ssl].licenses == (("COPYING", "Grüße"), ("LICENSE-MIT", "MIT text\n"))


def test_sbom() -> None:
    """The text was checked with the validator of cyclonedx-python-lib 11.12."""
    assert pyo3_sbom.file_name(PROJECT) == "area_calc.cyclonedx.json"
    assert_golden("wheel", "area_calc.cyclonedx.json", pyo3_sbom.render_sbom(crates(), PROJECT))


def test_references_of_the_sbom_meet() -> None:
    sbom = json.loads(pyo3_sbom.render_sbom(crates(), PROJECT))
    references = [sbom["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in sbom["components"])]
    assert len(set(references)) == len(references)
    assert [each["ref"] for each in sbom["dependencies"]] == references
    assert {dep for each in sbom["dependencies"] for dep in each["dependsOn"]} <= set(references)
    assert sbom["dependencies"][0] == {"ref": "pkg:pypi/area-calc@1.0%2Blocal", "dependsOn": ["//pkg:ext.rust"]}


def test_collected_licences() -> None:
    text = pyo3_licenses.collected_licenses(crates(), PROJECT)
    assert text is not None
    assert_golden("wheel", pyo3_licenses.COLLECTED, text)
    assert text.count("MIT text") == 1


def test_no_foreign_crates() -> None:
    listed = {"schema": 1, "crates": [entry("@@//pkg:ext.rust", "_ext", extension=True)]}
    own = pyo3_crates_file.read_crates(listed, FILES.__getitem__)
    assert pyo3_licenses.collected_licenses(own, PROJECT) is None


def test_broken_manifest() -> None:
    listed = {"schema": 1, "crates": [entry("@@r~//libc:libc", "libc", folder="libc")]}
    with pytest.raises(ToolError, match=r"libc/Cargo.toml is not UTF-8 \(byte 0\), expected a Cargo.toml"):
        pyo3_crates_file.read_crates(listed, lambda _: b"\xff")


@pytest.mark.parametrize(
    ("patterns", "matched"),
    [
        ((), True),
        (("LICENSE*",), True),
        (("licenses/*.txt", "**/MIT.txt"), True),
        (("licen[cs]es/MIT.???",), True),
        (("**",), True),
        (("*.txt",), False),
        (("LICENSE",), False),
        (("licenses/*/MIT.txt",), False),
    ],
)
def test_patterns_of_licence_files(patterns: tuple[str, ...], matched: bool) -> None:
    available = ["licenses/MIT.txt", "LICENSE-APACHE"]
    project = Project("p", "1", license_patterns=patterns)
    if matched:
        assert pyo3_licenses.choose_licenses(project, available) == ("LICENSE-APACHE", "licenses/MIT.txt")
    else:
        with pytest.raises(
            ToolError, match=r"gets LICENSE-APACHE, licenses/MIT.txt, expected .*add it to `license_files`"
        ):
            pyo3_licenses.choose_licenses(project, available)


@pytest.mark.parametrize("pattern", ["", "/etc/x", "../x", "a\\b", "a[", "a[!x]"])
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(ToolError, match="is no pattern, expected a relative path"):
        pyo3_licenses.choose_licenses(Project("p", "1", license_patterns=(pattern,)), ["x"])


def test_no_licence_files_at_all() -> None:
    with pytest.raises(ToolError, match="wants the licence files COPYING, and gets none"):
        pyo3_licenses.choose_licenses(Project("p", "1", license_patterns=("COPYING",)), [])
