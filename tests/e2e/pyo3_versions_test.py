"""Several PyO3 in one build, and one that the rules do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("versions") / "rules_pyo3"
    yield from nested.nested_workspace("tests/e2e/pyo3_versions", folder)


def test_r50_r52_several_in_one_process(workspace: Workspace) -> None:
    """Their code sees the cfgs of its Python, Py_LIMITED_API among them, with no warning where cfgs are checked.

    Those for the stable ABI of 3.9 tell the version of the Python that runs them.
    """
    workspace.succeed("test", "//:together_test")


def test_libraries_of_rust(workspace: Workspace) -> None:
    workspace.succeed("build", "//:library", "//:library_with_cfgs")


def test_outside_of_the_range(workspace: Workspace) -> None:
    workspace.succeed("test", "//:outside_test")
    scripts = workspace.succeed("query", "attr(links, python, deps(@crates_outside//:pyo3))").stdout
    assert "//vendor/pyo3-ffi-0.21.2:build_script" in scripts
    (library,) = workspace.files("//:outside", "--output_groups=rust")
    assert b"libpython" not in library.read_bytes()
    printed = workspace.succeed("run", "//:outside.config").stdout
    assert "version=3.9\n" in printed
    assert "abi3=true\n" in printed


def test_unknown_version(workspace: Workspace) -> None:
    text = (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8")
    workspace.write("MODULE.bazel", text.replace('version = "0.23"', 'version = "0.21"'))
    saying = [
        'pyo3.crates(name = "crates_0_23"): `version` is "0.21"',
        "expected: one of 0.30.1, ",
        "pass the `lockfile`",
    ]
    workspace.fail("@crates_0_23//:pyo3", saying=saying)
    workspace.write("MODULE.bazel", text)
    workspace.succeed("query", "@crates_0_23//:pyo3")
