"""A Python that the build brings along, declared by rules_python's own rules alone."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("tests/e2e/hermetic", tmp_path_factory.mktemp("hermetic") / "rules_pyo3")


def test_extension_runs_in_the_build_s_own_python(workspace: Workspace) -> None:
    result = workspace.succeed("test", "--test_output=all", "//:my_ext_test")
    prefix = next(line for line in result.stdout.splitlines() if line.startswith("prefix: "))
    assert "external" in prefix or "runfiles" in prefix


def test_suffix_is_derived_and_proven(workspace: Workspace) -> None:
    files = workspace.succeed("cquery", "--output=files", "//:my_ext").stdout.split()
    # The copy is made of the python3 on PATH, which runs this test too.
    assert [Path(file).name for file in files] == ["my_ext" + sysconfig.get_config_var("EXT_SUFFIX")]
    workspace.succeed("build", "@rules_pyo3//rules/private/probe:current")
    facts = json.loads(next(workspace.output("external").glob("rules_pyo3~*/**/current.facts.json")).read_bytes())
    assert facts["ext_suffix"] == sysconfig.get_config_var("EXT_SUFFIX")
