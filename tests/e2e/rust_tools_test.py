"""The tools of Rust and Bazel work through a pyo3_extension, and a Python can be chosen by a flag."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

_ASPECT = "--aspects=@rules_rust//rust:defs.bzl%rust_{}_aspect"

_SYSTEM_PYTHONS = """
pyo3.system_python(name = "python_3_13", interpreter = "python3.13")
use_repo(pyo3, "python_3_13")
register_toolchains("@python_3_13//:toolchain")
"""

_TARGETS = """
load("@rules_pyo3//rules:defs.bzl", "pyo3_test")
load("@rules_rust//rust:defs.bzl", "rust_test")

pyo3_test(
    name = "program",
    crate = ":my_ext",
)

rust_test(
    name = "unit_test",
    crate = ":my_ext",
    deps = ["@python//:libpython"],
)

pyo3_extension(
    name = "optimised",
    srcs = ["lib.rs"],
    compilation_mode = "opt",
    module_name = "fast.my_ext",
)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    for workspace in nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("tools") / "rules_pyo3"):
        for name, addition in {"MODULE.bazel": _SYSTEM_PYTHONS, "BUILD.bazel": _TARGETS}.items():
            text = (workspace.directory / name).read_text(encoding="utf-8")
            workspace.write(name, text + addition)
        yield workspace


@pytest.mark.parametrize("version", ["3.13", "3.14"])
def test_python_chosen_by_a_flag(workspace: Workspace, version: str) -> None:
    flag = f"--@rules_pyo3//rules/settings:python_version={version}"
    result = workspace.succeed("test", flag, "--test_output=all", "//:my_ext_test")
    assert f"Python {version}." in result.stdout
    assert f".cpython-{version.replace('.', '')}" in result.stdout


def test_clippy(workspace: Workspace) -> None:
    options = (_ASPECT.format("clippy"), "--output_groups=clippy_checks", "//:my_ext")
    workspace.succeed("build", *options)
    source = (workspace.directory / "lib.rs").read_text(encoding="utf-8")
    workspace.write("lib.rs", source.replace("    a + b\n", "    return a + b;\n"))
    workspace.fail(*options, saying=["unneeded `return` statement", "lib.rs:6"])
    workspace.write("lib.rs", source)
    workspace.succeed("build", *options)


def test_rustfmt(workspace: Workspace) -> None:
    options = (_ASPECT.format("fmt").replace("rust_fmt", "rustfmt"), "--output_groups=rustfmt_checks", "//:my_ext")
    workspace.succeed("build", *options)
    source = (workspace.directory / "lib.rs").read_text(encoding="utf-8")
    workspace.write("lib.rs", source.replace("a + b", "a+b"))
    workspace.fail(*options, saying=["lib.rs:3", "- a+b + a + b"])
    workspace.write("lib.rs", source)
    workspace.succeed("build", *options)


def test_rust_test_of_the_extension(workspace: Workspace) -> None:
    result = workspace.succeed("test", "--test_output=all", "//:unit_test")
    assert "test tests::adds ... ok" in result.stdout


def test_rust_analyzer_knows_the_extension(workspace: Workspace) -> None:
    workspace.succeed("build", _ASPECT.format("analyzer"), "--output_groups=rust_analyzer_crate_spec", "//:my_ext")
    specs = list(workspace.output("").rglob("*.rust_analyzer_crate_spec.json"))
    names = {json.loads(spec.read_text(encoding="utf-8"))["display_name"] for spec in specs}
    assert {"my_ext", "pyo3", "pyo3_ffi"} <= names


def test_tools_know_a_program(workspace: Workspace) -> None:
    """They look at the target that users name, although the Rust target below it is not for them."""
    aspects = [
        _ASPECT.format("analyzer"),
        _ASPECT.format("clippy"),
        _ASPECT.format("fmt").replace("rust_fmt", "rustfmt"),
    ]
    groups = "--output_groups=rust_analyzer_crate_spec,clippy_checks,rustfmt_checks"
    workspace.succeed("build", *aspects, groups, "//:program")
    # Some lie beside the executable of the test, which rules_rust puts into a folder of its own.
    written = {path.name for path in workspace.output("").rglob("program.*")}
    assert {"program.rust_analyzer_crate_spec.json", "program.clippy.ok", "program.rustfmt.ok"} <= written


def test_compilation_mode_of_one_extension(workspace: Workspace) -> None:
    result = workspace.succeed("cquery", "--output=files", "//:my_ext + //:optimised")
    modes = {Path(line).parts[1].split("-")[1]: line for line in result.stdout.split()}
    assert modes["fastbuild"].endswith("/my_ext.cpython-314-x86_64-linux-gnu.so")
    assert "/fast/my_ext.cpython-314-x86_64-linux-gnu.so" in modes["opt"]
    commands = workspace.succeed("aquery", "--output=text", 'mnemonic("Rustc", deps(//:optimised))').stdout
    assert "--codegen=opt-level=3" in commands


def test_coverage_counts_rust_lines(workspace: Workspace) -> None:
    workspace.succeed("coverage", "--instrumentation_filter=^//", "//:unit_test")
    testlogs = Path(workspace.succeed("info", "bazel-testlogs").stdout.strip())
    report = (testlogs / "unit_test/coverage.dat").read_text(encoding="utf-8")
    assert "SF:lib.rs" in report
    # The body of `add`, which the unit test calls.
    assert re.search(r"^DA:6,[1-9]", report, re.MULTILINE), report
