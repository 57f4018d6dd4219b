"""Many Pythons in one build: what is side by side, what is shared, and what is refused."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

PYTHONS = ("3.13", "3.14", "3.15")
_SUFFIX = "x86_64-linux-gnu.so"
# rules_rust compiles its own helper for each configuration of the build's tools.
_HELPERS = ("//util/process_wrapper:process_wrapper", "//:tinyjson")


_FREE_THREADED = pytest.mark.skipif(
    not shutil.which("python3.13t"),
    reason="no python3.13t on PATH: `tools/bazel provision --free-threaded` builds one",
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    missing = [python for python in PYTHONS if not shutil.which(f"python{python}")]
    if missing:
        pytest.skip(f"not installed: Python {', '.join(missing)}")
    yield from nested.nested_workspace("tests/e2e/matrix", tmp_path_factory.mktemp("matrix") / "rules_pyo3")


def actions(workspace: Workspace, mnemonic: str, targets: str) -> Counter[str]:
    """Count the actions of some targets and of all below them: label without its repository -> number."""
    query = f'mnemonic("{mnemonic}", deps({targets}))'
    text = workspace.succeed("aquery", "--output=text", query).stdout
    labels = (re.sub(r"^@[^/]*", "", label) for label in re.findall(r"^  Target: (\S+)", text, re.MULTILINE))
    return Counter(label for label in labels if label not in _HELPERS)


def crates(counted: Counter[str]) -> dict[str, int]:
    """Sum up by the crate that a label ends with, such as `:pyo3-ffi` or `:libc.crate`."""
    names: Counter[str] = Counter()
    for label, number in counted.items():
        names[label.rpartition(":")[2].removesuffix(".crate")] += number
    return dict(names)


def test_version_specific(workspace: Workspace) -> None:
    """Each Python imports its own file from one folder."""
    said = workspace.succeed("test", "--test_output=all", "//version:which_test", "//version:which.tests").stdout
    files = [f"which.cpython-{python.replace('.', '')}-{_SUFFIX}" for python in PYTHONS]
    for python, file in zip(PYTHONS, files):
        assert f"Python {python} {file} of {' '.join(files)}" in said
        assert f"Python {python} imported _main/version/{file}" in said


def test_version_specific_compiles_what_depends_on_the_python_for_each(workspace: Workspace) -> None:
    found = crates(actions(workspace, "Rustc", "//version:which"))
    assert {name: found[name] for name in ("pyo3", "pyo3-ffi", "which.rust", "libc", "pyo3-macros")} == {
        "pyo3": 3,
        "pyo3-ffi": 3,
        "which.rust": 3,
        "libc": 1,
        "pyo3-macros": 1,
    }
    assert sum(actions(workspace, "PyO3CompilerCrates", "//version:which").values()) == 1


def test_files_for_others_are_refused(workspace: Workspace) -> None:
    said = workspace.succeed("test", "--test_output=all", "//version:others.tests").stdout
    assert "Python 3.15 does not know a file of version.others.which: its suffixes are .cpython-315-" in said


def test_stable(workspace: Workspace) -> None:
    """One file is built once and tested on every Python."""
    said = workspace.succeed("test", "--test_output=all", "//stable:which_test", "//stable:which.tests").stdout
    for python in PYTHONS:
        assert f"Python {python} which.abi3.so of which.abi3.so\n" in said
        assert f"Python {python} imported _main/stable/which.abi3.so" in said


def test_stable_compiles_everything_once(workspace: Workspace) -> None:
    for mnemonic in ("Rustc", "PyO3CompilerCrates", "PyO3Gates", "PyO3Tag"):
        counted = actions(workspace, mnemonic, "tests(//stable:all)")
        assert counted
        assert set(counted.values()) == {1}, (mnemonic, counted)


def test_older_pythons_refuse_the_stable_abi_of_a_newer_one(workspace: Workspace) -> None:
    said = workspace.succeed("test", "--test_output=all", "//newest:which.tests").stdout
    assert f"Python 3.15 imported _main/newest/which.abi3-{_SUFFIX}" in said
    for python in ("3.13", "3.14"):
        assert f"Python {python} does not know a file" in said or f"Python {python} refused to load" in said


def test_two_files_for_one_place(workspace: Workspace) -> None:
    """Without a floor, each Python is a floor of its own, and the files would have one name."""
    build = (workspace.directory / "stable/BUILD.bazel").read_text(encoding="utf-8")
    workspace.write("stable/BUILD.bazel", build.replace("abi3-py310", "abi3"))
    saying = [
        "//stable:which.cp313 and",
        "//stable:which.cp314 make different files",
        "which.abi3.so",
        "give the stable",
    ]
    workspace.fail("//stable:which", saying=saying)
    workspace.write("stable/BUILD.bazel", build)


def test_a_python_without_a_toolchain(workspace: Workspace) -> None:
    build = (workspace.directory / "version/BUILD.bazel").read_text(encoding="utf-8")
    workspace.write("version/BUILD.bazel", build.replace('"3.15"', '"3.15t"'))
    workspace.fail(
        "//version:which", saying=['python_version is "3.15t"', "a registered Python toolchain of version 3.15t"]
    )
    workspace.write("version/BUILD.bazel", build)


@_FREE_THREADED
def test_gil_contract(workspace: Workspace) -> None:
    """What the target says of the GIL is what importing does."""
    tests = ("//gil:free.tests", "//gil:needs.tests")
    said = workspace.succeed("test", "--test_output=all", *tests).stdout
    assert "imported _main/gil/free/contract.cpython-313t-x86_64-linux-gnu.so, and the GIL stayed off" in said
    assert "imported _main/gil/needs/contract.cpython-313t-x86_64-linux-gnu.so, and the GIL came on, as stated" in said


@_FREE_THREADED
@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("lies", "ERROR: //gil:lies: importing gil.lies.contract switched the GIL on, expected it to stay off"),
        ("idle", "ERROR: //gil:idle: `gil_used` is True, but the GIL stayed off"),
    ],
)
def test_broken_gil_contract(workspace: Workspace, module: str, said: str) -> None:
    test = f"//gil:{module}.cp313t.import_test"
    workspace.fail("--test_output=all", test, saying=[said], command="test")
    workspace.succeed("test", "--@rules_pyo3//rules/settings:skip_gates=gil", test)


@_FREE_THREADED
def test_free_threaded_python_refuses_abi3(workspace: Workspace) -> None:
    result = workspace.succeed("test", "--test_output=all", "//gil:stable.cp313t.refusal_test")
    assert "Python 3.13t refused to load gil.stable.contract" in result.stdout
