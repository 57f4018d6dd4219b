"""One set of crates serves an extension, its tests and the programs that embed Python."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

_TARGETS = ("//:vectors", "//:vectors_test", "//:shapes_test", "//:area", "//:run_script", "//:profile_vectors")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("examples/embedding", tmp_path_factory.mktemp("actions") / "rules_pyo3")


def actions(workspace: Workspace, mnemonic: str, *targets: str) -> str:
    """Give all actions of a kind that are behind targets, with their command lines."""
    return workspace.succeed("aquery", "--output=text", f"mnemonic({mnemonic}, deps({' + '.join(targets)}))").stdout


def test_crates_are_compiled_once(workspace: Workspace) -> None:
    compiled = Counter(re.findall(r"--crate-name=(\w+)", actions(workspace, "Rustc", *_TARGETS)))
    assert compiled["pyo3"] == compiled["pyo3_ffi"] == compiled["pyo3_macros"] == 1, compiled
    # The crate's own code: the extension, the library of the same sources, and the test of the crate.
    assert compiled["vectors"] == 3


def test_crates_below_the_macros_are_compiled_once(workspace: Workspace) -> None:
    assert actions(workspace, "PyO3CompilerCrates", *_TARGETS).count("action '") == 1


def test_no_crate_knows_of_libpython(workspace: Workspace) -> None:
    crates = re.split(r"^action '", actions(workspace, "Rustc", *_TARGETS), flags=re.MULTILINE)
    linked = {
        name[1]
        for crate in crates
        if "link_args" in crate or "libpython" in crate
        if (name := re.search(r"--crate-name=(\w+)", crate))
    }
    assert linked == {"vectors", "shapes_test", "area", "run_script", "profile_vectors"}


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ('srcs = ["lib.rs"], crate = "//:vectors"', "both `srcs` and `crate` are given"),
        ("", "neither `srcs` nor `crate` is given"),
    ],
)
def test_what_a_test_is_made_of(workspace: Workspace, attributes: str, found: str) -> None:
    load = 'load("@rules_pyo3//rules:defs.bzl", "pyo3_test")\n'
    workspace.write("wrong/BUILD.bazel", f'{load}pyo3_test(name = "my_test", {attributes})\n')
    workspace.fail(
        "//wrong:my_test",
        saying=[
            f"//wrong:my_test: {found}",
            "expected: `crate` for the unit tests inside a crate, or `srcs` for a test crate",
            "to do: give one of them",
        ],
    )
