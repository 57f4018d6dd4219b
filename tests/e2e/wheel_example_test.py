"""The example of wheels as its README tells it: for every Python of this machine, with modules and with a WORKSPACE."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nested import Workspace

# Word -> program, what its target is called, and Python and ABI of its wheel; PyPy says itself which ABI it has.
_PYTHONS = {
    "3.13": ("python3.13", "cp313", "cp313-cp313"),
    "3.13d": ("python3.13d", "cp313d", "cp313-cp313d"),
    "3.13t": ("python3.13t", "cp313t", "cp313-cp313t"),
    "3.14": ("python3.14", "cp314", "cp314-cp314"),
    "3.14d": ("python3.14d", "cp314d", "cp314-cp314d"),
    "3.15": ("python3.15", "cp315", "cp315-cp315"),
    "3.15d": ("python3.15d", "cp315d", "cp315-cp315d"),
    "pypy3.11": ("pypy3.11", "pp311", "pp311-pypy311_{}"),
}
# Set for the Bazel test. A folder in /tmp would not be there in the sandboxes of the nested Bazel.
UV = Path(os.environ["UV"]).resolve() if "UV" in os.environ else None
_HERE = [word for word, (program, _, _) in _PYTHONS.items() if shutil.which(program)]
_STABLE = {"3.13": "cp311-abi3", "3.14": "cp311-abi3", "3.15": "cp315-abi3.abi3t", "3.15d": "cp315-abi3.abi3t"}
_WORKSPACE_MODE = ("--noenable_bzlmod", "--enable_workspace")
_PYPY_SUFFIX = "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))"


def _program(word: str) -> str:
    """Give the program, or skip the test, saying which is missing."""
    program = _PYTHONS[word][0]
    how = ": `tools/bazel provision --free-threaded` builds one" if word.endswith("t") else ""
    return shutil.which(program) or pytest.skip(f"no {program} on PATH{how}")


def _tag(word: str) -> str:
    """Give Python and ABI of a wheel as the interpreter has them."""
    program, _, tag = _PYTHONS[word]
    if "{}" not in tag:
        return tag
    suffix = subprocess.run([program, "-IBc", _PYPY_SUFFIX], capture_output=True, text=True, check=True).stdout
    return tag.format(suffix.split("-")[1])


def _wheels(folder: Path) -> Mapping[str, str]:
    """Give Python and ABI -> platform of the wheels in a folder."""
    found = {}
    for path in folder.iterdir():
        _, version, python, abi, platform = path.name.removesuffix(".whl").split("-")
        assert version in ("1.4.0rc1", "0.2")
        found[f"{python}-{abi}"] = platform
    return found


def _check_installed(said: str, test: str) -> None:
    """See that a test passed, with the wheel as pip installed it, and as uv did where there is one."""
    assert re.search(rf"^{re.escape(test)} .*PASSED", said, re.MULTILINE), said
    printed = said.partition(f"Test output for {test}:")[2].partition("Test output for ")[0]
    assert re.findall(r"with the wheel that (\w+) installed", printed) == (["pip", "uv"] if UV else ["pip"]), said


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("examples/wheel", tmp_path_factory.mktemp("wheels") / "rules_pyo3")


@pytest.fixture(scope="module")
def said(workspace: Workspace) -> str:
    """Build, check, install and test all wheels; give what Bazel and the tests printed."""
    path = [f"--test_env=PATH={UV.parent}{os.pathsep}{os.environ['PATH']}"] if UV else []
    return workspace.succeed("test", "--test_output=all", *path, "//...").describe()


@pytest.mark.parametrize("word", _PYTHONS)
def test_wheel_is_installed_and_tested(said: str, word: str) -> None:
    _program(word)
    _check_installed(said, f"//:wheel_test.{_PYTHONS[word][1]}")


@pytest.mark.parametrize("word", _STABLE)
def test_wheel_of_the_stable_abi_is_installed_and_tested(said: str, word: str) -> None:
    _program(word)
    _check_installed(said, f"//:stable_wheel_test.{_PYTHONS[word][1]}")


def test_missing_pythons_have_no_targets(said: str, workspace: Workspace) -> None:
    listed = workspace.succeed("query", "tests(//:wheel_test)").stdout.split()
    assert sorted(listed) == sorted(f"//:wheel_test.{_PYTHONS[word][1]}" for word in _HERE), said


def test_tags(said: str, workspace: Workspace) -> None:
    found = _wheels(workspace.output("wheel.all"))
    assert sorted(found) == sorted(map(_tag, _HERE)), said
    assert all(re.fullmatch(r"manylinux_2_\d+_\w+", platform) for platform in found.values()), found


def test_tags_of_the_stable_abi(said: str, workspace: Workspace) -> None:
    found = _wheels(workspace.output("stable_wheel.all"))
    assert set(found) == {_STABLE[word] for word in _STABLE if word in _HERE}, said


def test_source_distribution(said: str, workspace: Workspace) -> None:
    """It has the package and what builds it, and nothing of the other one."""
    (path,) = workspace.output("sdist").iterdir()
    assert path.name == "tally_words-1.4.0rc1.tar.gz", said
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    package = {f"python/tally/{name}" for name in ("__init__.py", "_native.pyi", "cli.py", "common.txt", "py.typed")}
    project = {"Cargo.lock", "Cargo.toml", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "src/lib.rs"}
    assert names == package | project


def test_install(said: str, workspace: Workspace, tmp_path: Path) -> None:
    printed = workspace.succeed("run", "//:wheel.install", "--", "--target", str(tmp_path / "here")).stdout
    assert f"is installed in {tmp_path / 'here'}" in printed, said
    assert (tmp_path / "here/tally/common.txt").is_file()


def test_without_modules(workspace: Workspace) -> None:
    """One Python is enough: WORKSPACE differs in where things come from."""
    _program("3.14")
    workspace.succeed("test", *_WORKSPACE_MODE, "//:wheel_test.cp314")
