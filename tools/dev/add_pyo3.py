"""Adds PyO3 versions, a table and a lock each: `tools/bazel run //tools/dev:add_pyo3 -- VERSION...`.

Everything is derived from the sources of the version's crates, which cargo downloads into its own cache. What could not
be derived is printed, with the place where a person finds it, and so is what changed since the version before.
With --check nothing is written: the tables are compared with the sources, and a difference is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_fields
import pyo3_range
import pyo3_source
from dev_common import DevError, checkout, run_client, write
from lock_crates import LOCKS, chosen_versions, make_lock, version_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_fields import Derived
    from pyo3_source import Sources

TABLES = "tools/common/pyo3_versions"
SCHEMA = "tools/common/schemas/pyo3_version.schema.json"


class Fetched(NamedTuple):
    """What cargo gave for one version."""

    lock: str
    sources: Sources
    scripted: Sequence[str]
    """Other crates of the lock with build scripts, as "name version"."""


def fetch(version: str, known_lock: str | None) -> Fetched:
    """Lock a version's crates and read their sources."""
    with tempfile.TemporaryDirectory() as folder:
        lock = make_lock(version, Path(folder), known_lock)
        command = ["cargo", "metadata", "--quiet", "--locked", "--format-version=1"]
        packages = json.loads(run_client(command, Path(folder)))["packages"]
    own = {each["name"]: each for each in packages if each["name"] in pyo3_source.CRATES}
    texts = {}
    for file in pyo3_source.FILES:
        crate, _, inner = file.partition("/")
        path = Path(own[crate]["manifest_path"]).parent / inner if crate in own else None
        if path is not None and path.is_file():
            texts[file] = path.read_text(encoding="utf-8")
    return Fetched(lock, pyo3_source.make_sources(own, texts), crates_with_build_script(packages))


def crates_with_build_script(packages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the crates, beside PyO3's own, whose build scripts' answers the rules have to know or to run for."""
    return [
        f"{each['name']} {each['version']}"
        for each in packages
        if each["name"] not in pyo3_source.CRATES
        and any("custom-build" in target["kind"] for target in each["targets"])
    ]


def table_text(version: str, derived: Derived, existing: Mapping[str, Any]) -> str:
    """Render a table; fields that no source tells are kept."""
    table = {**existing, **derived.fields, "schema": 1, "version": version}
    return json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def not_derived(derived: Derived, existing: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, str]:
    """Give the fields that a person has to fill in, each with where to look."""
    found = {name: where for name, where in derived.missing.items() if name not in existing}
    for name in schema["required"]:
        if name not in {"schema", "version", *derived.fields, *derived.missing, *existing}:
            found[name] = schema["properties"][name].get("description", SCHEMA)
    return found


def differences(derived: Derived, existing: Mapping[str, Any]) -> list[str]:
    """Compare a table with what the sources say."""
    found = [
        f"{name}: the table has {json.dumps(existing.get(name))}, the sources have {json.dumps(value)}"
        for name, value in derived.fields.items()
        if name not in existing or existing[name] != value
    ]
    return found + [f"{name}: {where}" for name, where in derived.missing.items()]


def locked_crates(lock: str) -> set[str]:
    """Give the crates of a Cargo.lock as "name version"."""
    lines = lock.splitlines()
    return {
        f"{line[8:-1]} {following[11:-1]}"
        for line, following in zip(lines, lines[1:])
        if line.startswith('name = "') and following.startswith('version = "')
    }


def new_crates(crates: Sequence[str], locks: Sequence[str]) -> list[str]:
    """Give those crates that no other lock has."""
    known = {crate for lock in locks for crate in locked_crates(lock)}
    return [crate for crate in crates if crate not in known]


class Tree:
    """The files of the checkout that this command reads and writes."""

    def __init__(self, root: Path) -> None:
        """Look at what is there."""
        self.root = root
        self.versions = sorted((path.stem for path in (root / TABLES).glob("*.json")), key=version_key)
        self.schema = json.loads((root / SCHEMA).read_text(encoding="utf-8"))

    def table(self, version: str) -> dict[str, Any]:
        """Give a version's table, or an empty one."""
        path = self.root / TABLES / f"{version}.json"
        table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return table

    def lock(self, version: str) -> str | None:
        """Give a version's lock."""
        path = self.root / LOCKS / version / "Cargo.lock"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def write(self, version: str, table: str, lock: str) -> list[str]:
        """Write a version's files and what all versions are listed in; give their names."""
        files = {f"{TABLES}/{version}.json": table, f"{LOCKS}/{version}/Cargo.lock": lock}
        self.versions = sorted({*self.versions, version}, key=version_key)
        rules = (self.root / pyo3_range.RULES).read_text(encoding="utf-8")
        files[pyo3_range.RULES] = pyo3_range.with_versions(rules, self.versions)
        tables = [json.loads(table) if each == version else self.table(each) for each in self.versions]
        if all(set(self.schema["required"]) <= set(each) for each in tables):
            document = (self.root / pyo3_range.DOCUMENT).read_text(encoding="utf-8")
            files[pyo3_range.DOCUMENT] = pyo3_range.with_table(document, pyo3_range.range_table(tables))
        for name, text in files.items():
            write(self.root / name, text)
        return list(files)

    def before(self, version: str) -> str | None:
        """Give the newest older version that there is, or the oldest one."""
        others = [each for each in self.versions if each != version]
        older = [each for each in others if version_key(each) < version_key(version)]
        return older[-1] if older else others[0] if others else None


def add(tree: Tree, version: str) -> list[str]:
    """Write what is known of a version, and say what remains to be done."""
    before = tree.before(version)
    fetched = fetch(version, tree.lock(before) if before else None)
    existing = tree.table(version)
    derived = pyo3_fields.derive(fetched.sources)
    gaps = not_derived(derived, existing, tree.schema)
    scripted = new_crates(fetched.scripted, [tree.lock(each) or "" for each in tree.versions if each != version])
    changed = []
    if before:
        changed = pyo3_source.changed_functions(fetch(before, tree.lock(before)).sources, fetched.sources)
    lines = [
        *(f"wrote {name}" for name in tree.write(version, table_text(version, derived, existing), fetched.lock)),
        *(f"fill in {name}: {where}" for name, where in gaps.items()),
        *(f"{each} has a build script: see {pyo3_range.RULES} and tools/flags/pyo3_crates.json" for each in scripted),
        *(f"since {before}: {each}" for each in changed),
        *([f"run this again then, so that {pyo3_range.DOCUMENT} is written too"] if gaps else []),
        f"{len(derived.fields)} fields derived, {len(gaps)} to fill in, {len(changed)} functions to read",
    ]
    return [f"{version}: {line}" for line in lines]


def check(tree: Tree, version: str) -> list[str]:
    """Compare a version's table with its sources."""
    derived = pyo3_fields.derive(fetch(version, tree.lock(version)).sources)
    return [f"{version}: {each}" for each in differences(derived, tree.table(version))]


def main(argv: Sequence[str] | None = None) -> int:
    """Add or check the given versions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the tables with the sources; all without VERSION")
    parser.add_argument("version", nargs="*", help="X.Y.Z of the crate pyo3")
    args = parser.parse_args(argv)
    try:
        tree = Tree(checkout(os.environ))
        versions = chosen_versions(args.version, tree.versions if args.check else [])
        if not versions:
            raise DevError("no version is given; expected: X.Y.Z of the crate pyo3; add it to the command line")
        found = 0
        for version in versions:
            lines = check(tree, version) if args.check else add(tree, version)
            found += len(lines)
            print("\n".join(lines or [f"{version}: as the sources say"]), flush=True)
    except DevError as error:
        print(f"ERROR: //tools/dev:add_pyo3: {error}", file=sys.stderr)
        return 1
    if args.check and found:
        print(f"ERROR: //tools/dev:add_pyo3: {found} fields differ; expected: none; correct them", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
