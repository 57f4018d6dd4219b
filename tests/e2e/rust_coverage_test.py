"""`bazel coverage` counts the Rust lines of an extension and of its tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

# A library without coverage among what a test imports, and a module that no Rust test calls.
_ADDITION = """
load("@rules_cc//cc:defs.bzl", "cc_binary")

cc_binary(
    name = "plain.so",
    srcs = ["plain.c"],
    linkshared = True,
)

py_library(
    name = "with_plain",
    data = [":plain.so"],
    deps = [":shapes"],
)

pyo3_test(
    name = "with_plain_test",
    srcs = ["src/shapes_test.rs"],
    edition = "2021",
    py_deps = [":with_plain"],
)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    for workspace in nested.nested_workspace("examples/embedding", tmp_path_factory.mktemp("coverage") / "rules_pyo3"):
        text = (workspace.directory / "BUILD.bazel").read_text(encoding="utf-8")
        workspace.write("BUILD.bazel", text + _ADDITION)
        module = (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8")
        workspace.write("MODULE.bazel", module + '\nbazel_dep(name = "rules_cc", version = "0.0.9")\n')
        workspace.write("plain.c", "int plain(void) { return 1; }\n")
        yield workspace


@pytest.fixture(scope="module")
def reports(workspace: Workspace) -> Path:
    """Run all tests once and give the folder of their reports."""
    targets = ("//:vectors_test", "//:shapes_test", "//:with_plain_test")
    workspace.succeed("coverage", "--instrumentation_filter=^//", "--instrument_test_targets", *targets)
    return Path(workspace.succeed("info", "bazel-testlogs").stdout.strip())


def line_counts(report: str, source: str) -> dict[int, int]:
    """Give how often each line of a source file ran, of an LCOV report."""
    found = re.search(rf"^SF:{re.escape(source)}\n(.*?)^end_of_record", report, re.MULTILINE | re.DOTALL)
    assert found, f"expected {source} in {report}"
    return {int(line): int(count) for line, count in re.findall(r"^DA:(\d+),(\d+)", found[1], re.MULTILINE)}


def line_of(workspace: Workspace, source: str, text: str) -> int:
    """Give the number of the line that has a text."""
    lines = (workspace.directory / source).read_text(encoding="utf-8").splitlines()
    (number,) = (number for number, line in enumerate(lines, 1) if text in line)
    return number


@pytest.mark.parametrize("test", ["vectors_test", "shapes_test", "with_plain_test"])
def test_lines_of_the_extension(workspace: Workspace, reports: Path, test: str) -> None:
    """They count from tests inside its crate, and from tests that import it."""
    report = (reports / test / "coverage.dat").read_text(encoding="utf-8")
    counts = line_counts(report, "src/vectors.rs")
    assert counts[line_of(workspace, "src/vectors.rs", "left.0 * right.1")] > 0
    assert counts[line_of(workspace, "src/vectors.rs", "expected vectors of one length, got {} and {}")] > 0


def test_lines_that_did_not_run(workspace: Workspace, reports: Path) -> None:
    report = (reports / "shapes_test/coverage.dat").read_text(encoding="utf-8")
    counts = line_counts(report, "src/vectors.rs")
    assert counts[line_of(workspace, "src/vectors.rs", "left.iter().zip(&right)")] == 0


def test_lines_of_a_test_crate(workspace: Workspace, reports: Path) -> None:
    report = (reports / "shapes_test/coverage.dat").read_text(encoding="utf-8")
    counts = line_counts(report, "src/shapes_test.rs")
    assert counts[line_of(workspace, "src/shapes_test.rs", 'py.import("vectors")')] > 0
