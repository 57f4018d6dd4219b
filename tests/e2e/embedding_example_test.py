"""The example of programs that carry Python as its README tells it, with modules and with a WORKSPACE."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nested import Workspace

_MODES = {
    "modules": (),
    "workspace": ("--noenable_bzlmod", "--enable_workspace"),
}
_TESTS = ("area_bundle_test", "programs_test", "shapes_test", "vectors_test")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("examples/embedding", tmp_path_factory.mktemp("embedding") / "rules_pyo3")


@pytest.fixture(scope="module", params=_MODES)
def mode(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Gives the options of a mode: all tests of one come first, as a change makes Bazel start anew."""
    return _MODES[request.param]


def test_its_tests_pass(workspace: Workspace, mode: tuple[str, ...]) -> None:
    result = workspace.succeed("test", *mode, "//...")
    for name in _TESTS:
        assert f"//:{name}" in result.stdout
    # The variant with the static library runs, or Bazel says that it was skipped.
    assert "//:area_static_test" in result.stdout


def test_program_runs(workspace: Workspace, mode: tuple[str, ...]) -> None:
    result = workspace.succeed("run", *mode, "//:area", "--", "0,0", "4,0", "4,3")
    assert result.stdout.startswith("area: 6\nPython: 3.")


def test_bundle_runs_without_bazel(workspace: Workspace, mode: tuple[str, ...], tmp_path: Path) -> None:
    workspace.succeed("build", *mode, "--output_groups=+archive", "//:area_bundle")
    archive = workspace.output("area_bundle.tar.gz", *mode)
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)
    program = tmp_path / "area_bundle/area"
    done = subprocess.run([program, "0,0", "4,0", "4,3"], env={}, cwd="/", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("area: 6\nPython: 3.")
