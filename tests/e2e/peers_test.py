"""The same projects built by maturin and by us: what is in the wheels, and what is installed.

Both have the same crates, and the same rustc where Bazel takes the one on PATH, as tools/bazel does. Each difference
that there is stands here with its reason.
"""

from __future__ import annotations

import csv
import email.parser
import email.policy
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import nested
import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nested import Workspace

PYTHON = "python3.14"
# Starts of paths in runfiles.
MATURIN = Path(os.environ.get("MATURIN", "site/bin/maturin")).absolute()
SITE = MATURIN.parent.parent
# Target of ours -> folder of the project.
PROJECTS = {"//mixed:wheel": "mixed", "//stable:wheel": "stable", "//stable:bare_wheel": "stable"}
# What maturin writes; of us the package has one by hand.
GENERATED = ("stable_ext/__init__.py",)
# Fields of METADATA of which order says nothing.
UNORDERED = {"Classifier", "License-File", "Project-URL", "Provides-Extra", "Requires-Dist"}
EVERYBODY = "Ada Author <ada@example.org>, Bo Builder"

_VENDORED = """\
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "{folder}"
"""


class Difference(NamedTuple):
    """What only one of the two has: paths in the wheel, or lines of a field."""

    reason: str
    ours: tuple[str, ...]
    maturins: tuple[str, ...]


_COLLECTED = "the licences of linked crates"
_SBOM = "named after the distribution, which may have several crates"
_MIXED = (
    Difference(_COLLECTED, ("INFO/licenses/THIRD-PARTY-CRATES.txt",), ()),
    Difference(_SBOM, ("INFO/sboms/area_calc.cyclonedx.json",), ("INFO/sboms/area-calc.cyclonedx.json",)),
)
_STABLE = (
    _MIXED[0],
    Difference(_SBOM, ("INFO/sboms/stable_ext.cyclonedx.json",), ("INFO/sboms/stable-ext.cyclonedx.json",)),
)
_BARE = Difference(
    "the module stays what the targets make; a package of stubs (PEP 561) has its types",
    ("stable_ext-stubs/__init__.pyi", "stable_ext.abi3.so"),
    ("stable_ext/__init__.py", "stable_ext/__init__.pyi", "stable_ext/py.typed", "stable_ext/stable_ext.abi3.so"),
)
# Of each target: paths.
FILES = {"//mixed:wheel": _MIXED, "//stable:wheel": _STABLE, "//stable:bare_wheel": (*_STABLE, _BARE)}
_LICENSE_FILE = Difference(_COLLECTED, ("THIRD-PARTY-CRATES.txt",), ())
# Of each project: field -> difference.
FIELDS = {
    "mixed": {
        "License-File": _LICENSE_FILE,
        "Home-Page": Difference(
            "a deprecated field, of a Cargo.toml that [project] hides", (), ("https://example.org/home",)
        ),
        "Requires-Dist": Difference(
            "the same for a version of two parts, and as it is written",
            ('numpy>=1.20; python_version < "3.13"',),
            ('numpy>=1.20; python_full_version < "3.13"',),
        ),
    },
    "stable": {
        "License-File": _LICENSE_FILE,
        "Home-Page": Difference("a deprecated field; both have a Project-URL for it", (), ("https://example.org",)),
        "License": Difference("an older field, and PEP 639's", (), ("MIT OR Apache-2.0",)),
        "License-Expression": Difference("an older field, and PEP 639's", ("MIT OR Apache-2.0",), ()),
        "Author": Difference("each person in one field, as PEP 621 has it", ("Bo Builder",), (EVERYBODY,)),
        "Author-email": Difference(
            "each person in one field, as PEP 621 has it", ("Ada Author <ada@example.org>",), (EVERYBODY,)
        ),
    },
}


class Wheel:
    """A finished wheel."""

    def __init__(self, path: Path) -> None:
        """Read its contents."""
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self.modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
            self.contents = {name: archive.read(name) for name in self.modes}
        (self.info,) = {name.split("/")[0] for name in self.contents if ".dist-info/" in name}

    def files(self) -> dict[str, int]:
        """Give the mode of each path; INFO stands for the .dist-info folder."""
        return {name.replace(self.info, "INFO"): mode for name, mode in self.modes.items()}

    def text(self, name: str) -> str:
        """Read a file of the .dist-info folder."""
        return self.contents[f"{self.info}/{name}"].decode("utf-8")

    def fields(self, name: str) -> tuple[dict[str, list[str]], str]:
        """Read METADATA or WHEEL: the values of each field, and the text below."""
        message = email.parser.Parser(policy=email.policy.compat32).parsestr(self.text(name))
        found = {field: [str(value) for value in message.get_all(field, [])] for field in message}
        if "Requires-Dist" in found:
            found["Requires-Dist"] = [str(Requirement(text)) for text in found["Requires-Dist"]]
        for field in UNORDERED & set(found):
            found[field].sort()
        return found, str(message.get_payload()).rstrip("\n")

    def entry_points(self) -> set[tuple[str, str, str]]:
        """Read entry_points.txt: group, name and object of each."""
        if f"{self.info}/entry_points.txt" not in self.contents:
            return set()
        found, group = set(), ""
        for line in filter(None, self.text("entry_points.txt").splitlines()):
            if line.startswith("["):
                group = line.strip("[]")
            else:
                name, _, target = line.partition("=")
                found.add((group, name.strip(), target.strip()))
        return found

    def recorded(self) -> set[str]:
        """Give the paths that RECORD names."""
        return {row[0] for row in csv.reader(self.text("RECORD").splitlines())}


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """Run a program with few variables in its environment, and give what it prints."""
    environment = {**nested.kept_environment(os.environ), **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_peer(module: str, *arguments: str | Path, folder: Path, python: str | Path = PYTHON) -> str:
    """Run a peer that is written in Python."""
    # The files of a repository are not compiled.
    variables = {"PYTHONPATH": str(SITE), "PYTHONPYCACHEPREFIX": str(folder.parent / "pycache")}
    return run([python, "-m", module, *arguments], folder, **variables)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    missing = [program for program in (PYTHON, "cargo") if not shutil.which(program)]
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)}")
    if not MATURIN.exists():
        pytest.skip("maturin is installed by the Bazel test only")
    yield from nested.nested_workspace("tests/e2e/peers", tmp_path_factory.mktemp("peers") / "rules_pyo3")


@pytest.fixture(scope="module")
def ours(workspace: Workspace) -> dict[str, Wheel]:
    """Give our wheels, by target."""
    workspace.succeed("build", "-c", "opt", *PROJECTS)
    outputs = workspace.output("", "-c", "opt")
    return {target: Wheel(next((outputs / target[2:].replace(":", "/")).iterdir())) for target in PROJECTS}


@pytest.fixture(scope="module")
def maturins(workspace: Workspace, ours: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Wheel]:
    """Give maturin's wheels, by project; it has the crates that Bazel vendored for ours."""
    base = Path(workspace.succeed("info", "output_base").stdout.strip())
    (crates,) = (base / "external").glob("*pyo3_crates")
    top = tmp_path_factory.mktemp("maturin")
    wheels = {}
    for project in dict.fromkeys(PROJECTS.values()):
        folder = top / project
        copy_project(workspace.directory / project, folder, crates)
        flags = ("--release", "--offline", "--interpreter", PYTHON, "--out", top / "wheels" / project)
        run([MATURIN, "build", *flags], folder, CARGO_TARGET_DIR=str(top / "target"))
        (path,) = (top / "wheels" / project).iterdir()
        wheels[project] = Wheel(path)
    return wheels


def copy_project(source: Path, folder: Path, crates: Path) -> None:
    """Copy a project as its author has it, without what only Bazel needs."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("BUILD.bazel", "packaged"))
    name, version = re.findall(r'^(?:name|version) = "(.+)"', (folder / "Cargo.toml").read_text(), re.MULTILINE)[:2]
    lock = (crates / "Cargo.lock").read_text(encoding="utf-8")
    lock = lock.replace('"pyo3_crates"\nversion = "0.0.0"', f'"{name}"\nversion = "{version}"')
    (folder / "Cargo.lock").write_text(lock, encoding="utf-8")
    (folder / ".cargo").mkdir()
    (folder / ".cargo" / "config.toml").write_text(_VENDORED.format(folder=crates / "vendor"), encoding="utf-8")


@pytest.mark.parametrize("target", PROJECTS)
def test_names_and_tags(target: str, ours: Mapping[str, Wheel], maturins: Mapping[str, Wheel]) -> None:
    """The tags of both come from the finished library."""
    mine, theirs = ours[target], maturins[PROJECTS[target]]
    assert mine.path.name == theirs.path.name
    (fields, _), (expected, _) = mine.fields("WHEEL"), theirs.fields("WHEEL")
    assert (fields.pop("Generator"), expected.pop("Generator")) == (["rules_pyo3"], ["maturin (1.16.0)"])
    assert fields == expected


@pytest.mark.parametrize("target", PROJECTS)
def test_files(target: str, ours: Mapping[str, Wheel], maturins: Mapping[str, Wheel]) -> None:
    mine, theirs = ours[target].files(), maturins[PROJECTS[target]].files()
    assert set(mine) - set(theirs) == {path for each in FILES[target] for path in each.ours}
    assert set(theirs) - set(mine) == {path for each in FILES[target] for path in each.maturins}
    assert {path: mine[path] for path in mine if path in theirs} == {
        path: theirs[path] for path in theirs if path in mine
    }
    for wheel in (ours[target], maturins[PROJECTS[target]]):
        assert wheel.recorded() == set(wheel.contents)


@pytest.mark.parametrize("target", PROJECTS)
def test_texts(target: str, ours: Mapping[str, Wheel], maturins: Mapping[str, Wheel]) -> None:
    """Of the package the same bytes are in both, but in a file that maturin writes."""
    mine, theirs = ours[target].contents, maturins[PROJECTS[target]].contents
    texts = [
        path for path in set(mine) & set(theirs) if not path.endswith((".so", *GENERATED)) and "-info/" not in path
    ]
    assert {path: mine[path] for path in texts} == {path: theirs[path] for path in texts}


def without(values: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Give the values that are not among the others."""
    return tuple(value for value in values if value not in others)


@pytest.mark.parametrize("target", PROJECTS)
def test_metadata(target: str, ours: Mapping[str, Wheel], maturins: Mapping[str, Wheel]) -> None:
    (mine, description), (theirs, expected) = (
        wheel.fields("METADATA") for wheel in (ours[target], maturins[PROJECTS[target]])
    )
    assert description == expected
    found = {}
    for field in set(mine) | set(theirs):
        values, others = mine.get(field, []), theirs.get(field, [])
        if values != others:
            only = [
                tuple(value for value in left if value not in right)
                for left, right in ((values, others), (others, values))
            ]
            found[field] = (only[0], only[1])
    assert found == {field: (each.ours, each.maturins) for field, each in FIELDS[PROJECTS[target]].items()}


def test_entry_points(ours: Mapping[str, Wheel], maturins: Mapping[str, Wheel]) -> None:
    assert ours["//mixed:wheel"].entry_points() == maturins["mixed"].entry_points()
    assert len(maturins["mixed"].entry_points()) == 3
    assert not ours["//stable:wheel"].entry_points() | maturins["stable"].entry_points()


_TRY = {
    "mixed": "import area, importlib.metadata as m; d = m.distribution('area.calc'); "
    "print(area.square(3.0), area._area.__file__[len(area.__path__[0]):], d.version, d.metadata['Name'], "
    "[e.load()(2.0) for e in m.entry_points(group='area.plugins')])",
    "stable": "import stable_ext, importlib.metadata as m; d = m.distribution('stable-ext'); "
    "print(stable_ext.square(3.0), d.version, d.metadata['Summary'])",
}


@pytest.fixture(scope="module")
def with_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of an environment that has pip; it installs into the others."""
    folder = tmp_path_factory.mktemp("environments") / "pip"
    run([PYTHON, "-m", "venv", folder], folder.parent)
    return folder / "bin/python"


def environment(folder: Path) -> Path:
    """Make an environment without pip, and give its Python."""
    run([PYTHON, "-m", "venv", "--without-pip", folder], folder.parent)
    return folder / "bin/python"


def tried(wheel: Wheel, folder: Path, with_pip: Path, project: str) -> str:
    """Install a wheel into an environment of its own, and give what the package says there."""
    python = environment(folder)
    flags = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    run([with_pip, "-m", "pip", "--python", python, "install", *flags, wheel.path], folder)
    said = run([python, "-I", "-c", _TRY[project]], folder)
    return said + run([python.parent / "area", "3"], folder) if project == "mixed" else said


@pytest.fixture(scope="module")
def expected(maturins: Mapping[str, Wheel], with_pip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give what maturin's packages say, by project."""
    top = tmp_path_factory.mktemp("expected")
    return {project: tried(wheel, top / project, with_pip, project) for project, wheel in maturins.items()}


@pytest.mark.parametrize("target", PROJECTS)
def test_installed(
    target: str, ours: Mapping[str, Wheel], expected: Mapping[str, str], with_pip: Path, tmp_path: Path
) -> None:
    said = tried(ours[target], tmp_path / "venv", with_pip, PROJECTS[target])
    assert said.startswith("9.0 ")
    assert said == expected[PROJECTS[target]]


def test_installer(ours: Mapping[str, Wheel], tmp_path: Path) -> None:
    """The library `installer` compares every file with RECORD, and installs."""
    wheel, python = ours["//mixed:wheel"], environment(tmp_path / "venv")
    run_peer("installer", "--validate-record=all", wheel.path, folder=tmp_path, python=python)
    assert run([python, "-I", "-c", _TRY["mixed"]], tmp_path).startswith("9.0 ")
    assert run([python.parent / "area", "3"], tmp_path) == "9.0\n"


def test_twine(ours: Mapping[str, Wheel], tmp_path: Path) -> None:
    said = run_peer("twine", "check", "--strict", *(wheel.path for wheel in ours.values()), folder=tmp_path)
    assert said.count("PASSED") == len(ours), said


def test_auditwheel_and_abi3audit(ours: Mapping[str, Wheel], tmp_path: Path) -> None:
    for wheel in ours.values():
        found = run_peer("auditwheel", "show", "--json", wheel.path, folder=tmp_path)
        assert f'"overall_tag": "{wheel.path.stem.split("-")[-1]}"' in found
    for target in ("//stable:wheel", "//stable:bare_wheel"):
        run_peer("abi3audit", "--strict", ours[target].path, folder=tmp_path)
