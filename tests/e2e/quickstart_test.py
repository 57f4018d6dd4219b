"""The quickstart as its README tells it, with modules and with a WORKSPACE."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

_MODES = {
    "modules": (),
    "workspace": ("--noenable_bzlmod", "--enable_workspace"),
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("examples/quickstart", tmp_path_factory.mktemp("quickstart") / "rules_pyo3")


@pytest.fixture(scope="module", params=_MODES)
def mode(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Gives the options of a mode: all tests of one come first, as a change makes Bazel start anew."""
    return _MODES[request.param]


def test_demo_runs(workspace: Workspace, mode: tuple[str, ...]) -> None:
    result = workspace.succeed("run", *mode, "//:demo")
    assert "my_ext.sum_as_string(20, 22) = 42" in result.stdout
    assert "file: my_ext.cpython-3" in result.stdout


def test_its_tests_pass(workspace: Workspace, mode: tuple[str, ...]) -> None:
    result = workspace.succeed("test", *mode, "//...")
    assert "//:my_ext_test" in result.stdout


def test_config_prints_what_pyo3_was_built_with(workspace: Workspace, mode: tuple[str, ...]) -> None:
    result = workspace.succeed("run", *mode, "//:my_ext.config")
    assert "implementation=CPython\nversion=3." in result.stdout
