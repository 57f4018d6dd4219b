"""The example of a package of Python and Rust, as a user runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("examples/mixed_package", tmp_path_factory.mktemp("mixed") / "rules_pyo3")


def test_its_tests_pass(workspace: Workspace) -> None:
    assert "//:textstats_test" in workspace.succeed("test", "//...").stdout


def test_another_package_can_use_it(workspace: Workspace) -> None:
    workspace.write(
        "app/BUILD.bazel",
        'load("@rules_python//python:defs.bzl", "py_binary")\n'
        'py_binary(name = "app", srcs = ["app.py"], deps = ["//:textstats"])\n',
    )
    workspace.write("app/app.py", 'import textstats\nprint(textstats.count("b a b"))\n')
    assert "{'b': 2}" in workspace.succeed("run", "//app").stdout
