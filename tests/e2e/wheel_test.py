"""Wheels as a user builds, tests, installs and breaks them."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

PYTHONS = ("3.13", "3.14", "3.15")
_WHEEL_OF_ALL = (
    'pyo3_wheel(name = "wheel", distribution = "x", version = "1", deps = glob(["*"], exclude = ["BUILD.bazel"]))\n'
)
_LOAD = 'load("@rules_pyo3//rules:defs.bzl", "pyo3_extension", "pyo3_wheel")\n'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    missing = [python for python in PYTHONS if not shutil.which(f"python{python}")]
    if missing:
        pytest.skip(f"not installed: Python {', '.join(missing)}")
    yield from nested.nested_workspace("tests/e2e/wheel", tmp_path_factory.mktemp("wheel") / "rules_pyo3")


def wheels(workspace: Workspace, target: str, *options: str) -> dict[str, str]:
    """Build a target; give the hashes of its wheels by name."""
    workspace.succeed("build", target, *options)
    (folder,) = workspace.files(target, *options)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_its_tests_pass(workspace: Workspace) -> None:
    said = workspace.succeed("test", "--test_output=all", "//...").stdout
    for python in PYTHONS:
        assert f"//:wheel_test.cp{python.replace('.', '')}" in said
        assert f"/lib/python{python}/site-packages/wordtools" in said


def test_a_wheel_for_each_python(workspace: Workspace) -> None:
    names = sorted(wheels(workspace, "//:wheel.all"))
    assert [name.rpartition("-")[0] for name in names] == [
        f"word_tools-1.2.0-cp{tag}-cp{tag}" for tag in ("313", "314", "315")
    ]
    assert all(name.rpartition("-")[2].startswith("manylinux_2_") for name in names)


def test_one_wheel_for_all(workspace: Workspace) -> None:
    (name,) = wheels(workspace, "//stable:wheel.all")
    assert name.startswith("stable_tools-0.3.0b2-cp310-abi3-manylinux_2_")


def test_time_of_the_entries(workspace: Workspace) -> None:
    first = wheels(workspace, "//pure:wheel")
    assert wheels(workspace, "//pure:wheel", "--action_env=SOURCE_DATE_EPOCH=315532800") == first
    assert wheels(workspace, "//pure:wheel", "--action_env=SOURCE_DATE_EPOCH=1700000000") != first


def test_build_tag(workspace: Workspace) -> None:
    assert list(wheels(workspace, "//pure:wheel")) == ["puretools-1-2_local-py3-none-any.whl"]


def test_tags_of_a_wheel_that_another_rule_packs(workspace: Workspace) -> None:
    """What is in it is tested by its own test; rules_python's py_wheel_dist takes it."""
    (name,) = wheels(workspace, "//tagged:wheel")
    assert name.startswith("packed_tools-2.0-cp314-cp314-manylinux_2_")
    assert list(wheels(workspace, "//tagged:dist")) == [name]


def test_tags_of_a_py_wheel(workspace: Workspace) -> None:
    if workspace.run("query", "@rules_python//tools:wheelmaker").code:
        pytest.skip("this rules_python has no tool for py_wheel")
    workspace.succeed("test", "//tagged/py_wheel:wheel_test")


def test_install(workspace: Workspace, tmp_path: Path) -> None:
    said = workspace.succeed("run", "//stable:wheel.install", "--", "--target", str(tmp_path / "here")).stdout
    assert "is installed in" in said
    assert (tmp_path / "here" / "stabletools" / "_native.abi3.so").is_file()
    workspace.fail("//stable:wheel.install", saying=["one of --venv DIR and --target DIR"], command="run")


def test_platform_that_the_binary_breaks(workspace: Workspace) -> None:
    wheel = (
        'pyo3_wheel(name = "wheel", distribution = "x", platform = "manylinux1", version = "1", deps = ["//:native"])\n'
    )
    workspace.write("old/BUILD.bazel", _LOAD + wheel)
    workspace.fail("//old:wheel", saying=["wheel is not for manylinux", "wordtools/_native.cpython-3", "GLIBC_2."])


def test_file_of_another_package(workspace: Workspace) -> None:
    library = 'load("@rules_python//python:defs.bzl", "py_library")\n'
    workspace.write(
        "below/BUILD.bazel", library + 'py_library(name = "a", srcs = ["a.py"], deps = ["//pure:puretools"])\n'
    )
    wheel = 'pyo3_wheel(name = "wheel", distribution = "a", version = "1", deps = [":a"])\n'
    workspace.write("below/BUILD.bazel", _LOAD + (workspace.directory / "below/BUILD.bazel").read_text() + wheel)
    workspace.write("below/a.py", "")
    workspace.fail("//below:wheel", saying=["outside the wheel's package: pure/puretools.py; expected files in it"])


def test_extension_of_another_python(workspace: Workspace) -> None:
    workspace.write(
        "pinned/BUILD.bazel",
        _LOAD
        + 'pyo3_extension(name = "pinned", srcs = ["//:lib.rs"], module_name = "_native", python_version = "3.13")\n'
        'pyo3_wheel(name = "wheel", distribution = "x", version = "1", python_version = "3.14", deps = [":pinned"])\n',
    )
    workspace.fail(
        "//pinned:wheel",
        saying=["//pinned:pinned makes _native.cpython-313-", "of another Python than the wheel's (cpython 3.14)"],
    )


def test_names_that_windows_cannot_hold(workspace: Workspace) -> None:
    """Those beyond ASCII are left to the tool's own tests: Debian's Bazel can neither read nor remove such files."""
    odd = {"names/con.py", "names/sp ace.txt", "names/what?.txt", "names/a|b<c>.txt"}
    for path in odd:
        workspace.write(path, "")
    workspace.write("names/BUILD.bazel", _LOAD + _WHEEL_OF_ALL)
    workspace.succeed("build", "//names:wheel")
    (folder,) = workspace.files("//names:wheel")
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        assert odd <= {*archive.namelist()}


def test_version_that_is_not_pep_440(workspace: Workspace) -> None:
    workspace.write(
        "bad/BUILD.bazel", _LOAD + 'pyo3_wheel(name = "wheel", distribution = "x", version = "one", deps = [])\n'
    )
    workspace.fail(
        "//bad:wheel", saying=["ERROR: @@//bad:wheel: the project's version is 'one', expected one by PEP 440"]
    )
