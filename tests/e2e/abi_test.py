"""`abi` by attribute and by flag, as a user sets it: file names, fallbacks and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

_ABI = "--@rules_pyo3//rules/settings:abi="
_PYTHON = "--@rules_pyo3//rules/settings:python_version="

_BUILD_FILE = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")

pyo3_extension(
    name = "stable",
    srcs = ["//:lib.rs"],
    abi = "abi3-py310",
    module_name = "stable.my_ext",
)

pyo3_extension(
    name = "silent",
    srcs = ["//:lib.rs"],
    module_name = "silent.my_ext",
)

pyo3_extension(
    name = "newest",
    srcs = ["//:lib.rs"],
    abi = "abi3t-py315",
    module_name = "newest.my_ext",
    python_version = "3.15",
)

pyo3_extension(
    name = "above",
    srcs = ["//:lib.rs"],
    abi = "abi3-py315",
    module_name = "above.my_ext",
)

pyo3_extension(
    name = "nonsense",
    srcs = ["//:lib.rs"],
    abi = "abi4",
    module_name = "nonsense.my_ext",
)

# A platform that has no Python.
constraint_setting(name = "python")

constraint_value(
    name = "no_python",
    constraint_setting = "python",
)

platform(
    name = "bare",
    constraint_values = [":no_python"],
    parents = ["@platforms//host"],
)
"""

_MODULE = """
bazel_dep(name = "platforms", version = "0.0.10")
pyo3.system_python(name = "python_3_15", interpreter = "python3.15")
pyo3.system_python(name = "pypy", interpreter = "pypy3")
use_repo(pyo3, "python_3_15", "pypy")
register_toolchains("@python_3_15//:toolchain", "@pypy//:toolchain")
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    for copy in nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("abi") / "rules_pyo3"):
        copy.write("abi/BUILD.bazel", _BUILD_FILE)
        with (copy.directory / "MODULE.bazel").open("a", encoding="utf-8") as module:
            module.write(_MODULE)
        yield copy


def file_name(workspace: Workspace, target: str, *options: str) -> str:
    """Build a target and give the name of its file."""
    workspace.succeed("build", *options, target)
    (file,) = workspace.files(target, *options)
    return file.name


def test_attribute(workspace: Workspace) -> None:
    assert file_name(workspace, "//abi:stable") == "my_ext.abi3.so"


def test_flag_version_goes_before_the_attribute(workspace: Workspace) -> None:
    assert file_name(workspace, "//abi:stable", _ABI + "version").startswith("my_ext.cpython-3")


def test_flag_is_for_those_that_say_nothing(workspace: Workspace) -> None:
    assert file_name(workspace, "//abi:silent", _ABI + "abi3-py310") == "my_ext.abi3.so"


@pytest.mark.parametrize("words", ["abi3-py310", "abi3", "version"])
def test_other_crates_take_the_same_pyo3(workspace: Workspace, words: str) -> None:
    """Programs and libraries depend on pyo3 in the configuration that they are built in, not in the extension's."""
    query = 'mnemonic("Rustc", deps(//abi:silent + @pyo3_crates//:pyo3))'
    actions = workspace.succeed("aquery", "--output=text", "--include_artifacts=false", _ABI + words, query).stdout
    for crate in ("pyo3", "pyo3-ffi"):
        assert actions.count(f"Compiling Rust rlib {crate} v") == 1, crate


def test_abi3t(workspace: Workspace) -> None:
    assert file_name(workspace, "//abi:newest") == "my_ext.abi3t-x86_64-linux-gnu.so"
    workspace.succeed("build", "--output_groups=pyo3_tag", "//abi:newest")
    (tag,) = workspace.files("//abi:newest", "--output_groups=pyo3_tag")
    assert '"abi": "abi3.abi3t"' in tag.read_text(encoding="utf-8")


def test_no_python_is_needed(workspace: Workspace) -> None:
    """A platform without a Python toolchain of its own has Bazel's fallback, whose version nobody knows."""
    toolchain = "--extra_toolchains=@bazel_tools//tools/python:autodetecting_toolchain"
    assert file_name(workspace, "//abi:stable", "--platforms=//abi:bare", toolchain) == "my_ext.abi3.so"
    workspace.fail(
        "--platforms=//abi:bare",
        toolchain,
        "//abi:silent",
        saying=["//abi:silent", "does not tell its version", "a stable ABI with a floor", "register one"],
    )


def test_floor_above_the_python(workspace: Workspace) -> None:
    workspace.fail(
        "//abi:above",
        saying=["//abi:above", "abi3 is for Python 3.15 and newer, and the chosen Python is 3.1", "lower the floor"],
    )


def test_nonsense(workspace: Workspace) -> None:
    workspace.fail("//abi:nonsense", saying=['//abi:nonsense: the ABI is "abi4"', '"abi3-py3N"', "correct it"])
    workspace.fail(_ABI + "python3", "//abi:silent", saying=["rules/settings:abi", 'the ABI is "python3"'])


def test_pypy_falls_back(workspace: Workspace) -> None:
    """The config alone is built: that module for PyPy imports is tested elsewhere."""
    options = [_ABI + "abi3-py310", _PYTHON + "pypy3.11", "@pyo3_crates//:config"]
    printed = workspace.succeed("build", *options)
    assert "PyPy" in printed.stderr
    workspace.fail("--@rules_pyo3//rules/settings:strict_abi", *options, saying=["PyPy"])
