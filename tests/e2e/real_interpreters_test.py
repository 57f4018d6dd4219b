"""The quickstart on every Python of this machine, in one build: each imports its own file, and no other one."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nested import Workspace

# Word -> program and what a matrix calls its target.
_PYTHONS = {
    "3.13": ("python3.13", "cp313"),
    "3.13d": ("python3.13d", "cp313d"),
    "3.13t": ("python3.13t", "cp313t"),
    "3.14": ("python3.14", "cp314"),
    "3.14d": ("python3.14d", "cp314d"),
    "3.15": ("python3.15", "cp315"),
    "3.15d": ("python3.15d", "cp315d"),
    "pypy3.11": ("pypy3.11", "pp311"),
}
_HERE = [word for word, (program, _) in _PYTHONS.items() if shutil.which(program)]
_SUFFIX = "import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))"
_STABLE_FILE = "*/bin/stable/my_ext.abi3.so"
_QUICKSTART = ("my_ext_test.py", "quickstart_pkg", "src")


def _program(word: str) -> str:
    """Give the program, or skip the test, saying which is missing."""
    program = _PYTHONS[word][0]
    how = ": `tools/bazel provision --free-threaded` builds one" if word.endswith("t") else ""
    return shutil.which(program) or pytest.skip(f"no {program} on PATH{how}")


def _run(word: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in an isolated Python that imports from the folder."""
    line = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"
    return subprocess.run([_program(word), "-IBc", line], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("interpreters") / "rules_pyo3"
    for workspace in nested.nested_workspace("tests/e2e/interpreters", folder):
        for name in _QUICKSTART:
            shutil.move(folder / "examples/quickstart" / name, workspace.directory)
        yield workspace


@pytest.fixture(scope="module")
def said(workspace: Workspace) -> str:
    """Run the quickstart's tests on all Pythons, and give what Bazel printed."""
    tests = [f"//:my_ext_test.{_PYTHONS[word][1]}" for word in _HERE]
    result = workspace.run("test", "--keep_going", "//:stable", *tests)
    return result.describe()


@pytest.fixture(scope="module")
def modules(said: str, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the file that was built for each Python."""
    configurations = workspace.output("").parents[1]
    found = {}
    for word in _HERE:
        suffix = _run(word, _SUFFIX, configurations).stdout.strip()
        files = list(configurations.glob(f"*/bin/my_ext{suffix}"))
        assert len(files) == 1, (word, suffix, files, said)
        found[word] = files[0]
    return found


@pytest.fixture
def place(modules: dict[str, Path], tmp_path: Path) -> Path:
    """Give a folder with all files side by side."""
    for file in modules.values():
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("word", _PYTHONS)
def test_quickstart(said: str, word: str) -> None:
    _program(word)
    target = re.escape(f"//:my_ext_test.{_PYTHONS[word][1]}")
    assert re.search(rf"^{target} +(\(cached\) )?PASSED", said, re.MULTILINE), said


@pytest.mark.parametrize("word", _PYTHONS)
def test_imports_its_own_of_all(modules: dict[str, Path], place: Path, word: str) -> None:
    done = _run(word, "import my_ext; print(my_ext.__file__, my_ext.sum_as_string(1, 2))", place)
    assert done.stdout.split() == [str(place / modules[word].name), "3"], done.stderr


@pytest.mark.parametrize("word", _PYTHONS)
def test_does_not_find_those_of_others(modules: dict[str, Path], place: Path, word: str) -> None:
    """A debug build takes files of its release build too: What's New In Python 3.8, "Debug build uses the same ABI"."""
    _program(word)
    (place / modules[word].name).unlink()
    if word.endswith("d"):
        release = modules[word.rstrip("d")].name
        assert _run(word, "import my_ext; print(my_ext.__file__)", place).stdout.strip() == str(place / release)
        (place / release).unlink()
    done = _run(word, "import my_ext", place)
    assert "ModuleNotFoundError: No module named 'my_ext'" in done.stderr, done.stdout


@pytest.mark.parametrize(("word", "other"), [("3.14", "pypy3.11"), ("pypy3.11", "3.14"), ("3.14", "3.14d")])
def test_does_not_load_a_file_under_a_wrong_name(
    modules: dict[str, Path], tmp_path: Path, word: str, other: str
) -> None:
    """PyPy's functions have names of their own, and debug builds have more of them: an error, and not a crash."""
    for each in (word, other):
        _program(each)
    shutil.copy(modules[other], tmp_path / modules[word].name)
    done = _run(word, "import my_ext", tmp_path)
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert "undefined symbol: " in done.stderr


@pytest.mark.parametrize("word", [word for word in _PYTHONS if word != "3.13t"])
def test_stable_abi(said: str, workspace: Workspace, tmp_path: Path, word: str) -> None:
    """PyPy does not find the file. Python 3.13t does, and what it then does is not defined."""
    files = list(workspace.output("").parents[1].glob(_STABLE_FILE))
    assert len(files) == 1, said
    shutil.copy(files[0], tmp_path)
    done = _run(word, "import my_ext; print(my_ext.sum_as_string(1, 2))", tmp_path)
    if word == "pypy3.11":
        assert "ModuleNotFoundError: No module named 'my_ext'" in done.stderr, done.stdout
    else:
        assert done.stdout == "3\n", done.stderr
