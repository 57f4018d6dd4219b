"""Adding a PyO3 version: what is written, what is said, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import add_pyo3
import pyo3_excerpts
import pyo3_fields
import pyo3_range
import pytest
from add_pyo3 import Fetched, Tree
from dev_common import DevError
from lock_crates import LOCKS
from pyo3_fields import Derived

SCHEMA = {
    "required": [*pyo3_fields.FIELDS, "by_hand", "schema", "version"],
    "properties": {"by_hand": {"description": "what only a person can tell"}},
}
DOCUMENT = (
    "before\n<!-- Written by `tools/bazel run //tools/dev:add_pyo3`. -->\n<!-- End of what it writes. -->\nafter\n"
)


def lock(*crates: str) -> str:
    """Write a Cargo.lock."""
    packages = []
    for crate in crates:
        name, version = crate.split()
        packages.append(f'[[package]]\nname = "{name}"\nversion = "{version}"\n')
    return "version = 4\n\n" + "\n".join(packages)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a checkout that knows one version."""
    table = {**pyo3_fields.derive(pyo3_excerpts.old()).fields, "schema": 1, "version": "0.7.0", "by_hand": 1}
    for name, text in {
        add_pyo3.SCHEMA: json.dumps(SCHEMA),
        f"{add_pyo3.TABLES}/0.7.0.json": json.dumps(table),
        f"{LOCKS}/0.7.0/Cargo.lock": lock("pyo3 0.7.0", "libc 0.2.1"),
        pyo3_range.RULES: '# Newest first.\nPYO3_VERSIONS = ["0.7.0"]\n',
        pyo3_range.DOCUMENT: DOCUMENT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Stand in for cargo, which needs a network; gives the calls."""
    calls: list[tuple[str, str | None]] = []

    def fetch(version: str, known_lock: str | None) -> Fetched:
        calls.append((version, known_lock))
        if version == "0.7.0":
            return Fetched(lock("pyo3 0.7.0", "libc 0.2.1"), pyo3_excerpts.old(), ["libc 0.2.1"])
        crates = ["libc 0.2.1", "dragon 1.0.0"]
        return Fetched(lock(f"pyo3 {version}", *crates), pyo3_excerpts.new(), crates)

    monkeypatch.setattr(add_pyo3, "fetch", fetch)
    return calls


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("BUILD_WORKSPACE_DIRECTORY", str(root))
    return add_pyo3.main(arguments)


def read(root: Path, version: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((root / add_pyo3.TABLES / f"{version}.json").read_text(encoding="utf-8"))
    return table


def test_add(
    root: Path,
    registry: list[tuple[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(root, monkeypatch, "0.10.0") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0.10.0: wrote tools/common/pyo3_versions/0.10.0.json"
    assert "0.10.0: fill in by_hand: what only a person can tell" in lines
    assert [line for line in lines if "dragon" in line] == [
        "0.10.0: dragon 1.0.0 has a build script: see rules/private/crates/known.bzl and tools/flags/pyo3_crates.json"
    ]
    assert not [line for line in lines if "libc" in line]
    assert "0.10.0: since 0.7.0: pyo3-build-config/src/impl_.rs, iter_all: gone" in lines
    assert lines[-2] == "0.10.0: run this again then, so that docs/compatibility.md is written too"
    fields = len(pyo3_fields.FIELDS)
    assert lines[-1] == f"0.10.0: {fields} fields derived, 1 to fill in, {len(lines) - 7} functions to read"
    assert read(root, "0.10.0") == {**pyo3_fields.derive(pyo3_excerpts.new()).fields, "schema": 1, "version": "0.10.0"}
    assert (root / LOCKS / "0.10.0/Cargo.lock").read_text(encoding="utf-8").count("dragon") == 1
    assert 'PYO3_VERSIONS = [\n    "0.10.0",\n    "0.7.0",\n]\n' in (root / pyo3_range.RULES).read_text(
        encoding="utf-8"
    )
    assert (root / pyo3_range.DOCUMENT).read_text(encoding="utf-8") == DOCUMENT
    # Crates that both need stay in one version.
    assert registry[0] == ("0.10.0", lock("pyo3 0.7.0", "libc 0.2.1"))


@pytest.mark.usefixtures("registry")
def test_add_again_keeps_what_a_person_filled_in(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, monkeypatch, "0.10.0") == 0
    table = root / add_pyo3.TABLES / "0.10.0.json"
    table.write_text(json.dumps({**read(root, "0.10.0"), "by_hand": 2, "msrv": "1.0"}), encoding="utf-8")
    capsys.readouterr()
    assert run(root, monkeypatch, "0.10.0") == 0
    assert ": fill in" not in capsys.readouterr().out
    assert read(root, "0.10.0")["by_hand"] == 2
    assert read(root, "0.10.0")["msrv"] == "1.90"
    assert "| 0.10.0 | 3.20 to 3.23 | no |" in (root / pyo3_range.DOCUMENT).read_text(encoding="utf-8")


@pytest.mark.usefixtures("registry")
def test_add_the_oldest_or_the_only(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, monkeypatch, "0.6.0") == 0
    assert "0.6.0: since 0.7.0: " in capsys.readouterr().out
    for version in ("0.6.0", "0.7.0"):
        (root / add_pyo3.TABLES / f"{version}.json").unlink()
    assert run(root, monkeypatch, "0.8.0") == 0
    assert "since" not in capsys.readouterr().out


@pytest.mark.usefixtures("registry")
def test_check(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, monkeypatch, "--check") == 0
    assert capsys.readouterr().out == "0.7.0: as the sources say\n"
    before = {**read(root, "0.7.0"), "abi3_max": [3, 99]}
    del before["rpath"]
    (root / add_pyo3.TABLES / "0.7.0.json").write_text(json.dumps(before), encoding="utf-8")
    assert run(root, monkeypatch, "--check", "0.7.0") == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "0.7.0: abi3_max: the table has [3, 99], the sources have [3, 9]",
        '0.7.0: rpath: the table has null, the sources have "framework"',
    ]
    assert err == "ERROR: //tools/dev:add_pyo3: 2 fields differ; expected: none; correct them\n"
    assert read(root, "0.7.0") == before


def test_check_names_what_cannot_be_derived() -> None:
    assert add_pyo3.differences(Derived({}, {"msrv": "pyo3/Cargo.toml"}), {"msrv": "1.0"}) == ["msrv: pyo3/Cargo.toml"]


def test_missing_field_is_to_be_filled_in_once() -> None:
    derived = Derived({}, dict.fromkeys(pyo3_fields.FIELDS, "somewhere"))
    assert add_pyo3.not_derived(derived, {"by_hand": 1}, SCHEMA) == derived.missing
    assert not add_pyo3.not_derived(derived, dict.fromkeys([*pyo3_fields.FIELDS, "by_hand"], 1), SCHEMA)


def test_build_scripts_of_other_crates() -> None:
    packages = [
        {**pyo3_excerpts.package("pyo3", True), "version": "0.7.0"},
        {**pyo3_excerpts.package("libc", True), "version": "0.2.1"},
        {**pyo3_excerpts.package("heck"), "version": "0.5.0"},
    ]
    assert add_pyo3.crates_with_build_script(packages) == ["libc 0.2.1"]


def test_no_version(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, monkeypatch) == 1
    assert capsys.readouterr().err == (
        "ERROR: //tools/dev:add_pyo3: no version is given; expected: X.Y.Z of the crate pyo3; "
        "add it to the command line\n"
    )


def test_not_a_version(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, monkeypatch, "0.31") == 1
    assert capsys.readouterr().err.startswith('ERROR: //tools/dev:add_pyo3: "0.31" is no version; expected: X.Y.Z')


def test_document_without_a_place() -> None:
    with pytest.raises(DevError, match=r"docs/compatibility\.md has no place for the table; expected: <!-- Written by"):
        pyo3_range.with_table("nothing\n", "| table |\n")


@pytest.mark.parametrize("rules", ["", "PYO3_VERSIONS = []\nPYO3_VERSIONS = []\n"])
def test_rules_without_a_list(rules: str) -> None:
    with pytest.raises(DevError, match=r"known\.bzl has [02] lists PYO3_VERSIONS; expected: one; correct it"):
        pyo3_range.with_versions(rules, ["0.7.0"])


def test_tree(root: Path) -> None:
    tree = Tree(root)
    assert tree.versions == ["0.7.0"]
    assert tree.table("0.1.0") == {}
    assert tree.lock("0.1.0") is None
    assert tree.before("0.10.0") == tree.before("0.1.0") == "0.7.0"
    assert tree.before("0.7.0") is None
