"""What a user gets wrong: each error can be understood, and repairing the input is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

_LOADS = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
load("@rules_rust//rust:defs.bzl", "rust_library")
"""

# Package -> (BUILD file with a mistake, what is said, BUILD file without it).
_BUILD_FILES = {
    "undefined_module": (
        'pyo3_extension(name = "other", srcs = ["//:lib.rs"])',
        ["other", "exports PyInit_my_ext, expected PyInit_other", "set `module_name`"],
        'pyo3_extension(name = "other", srcs = ["//:lib.rs"], module_name = "my_ext")',
    ),
    "no_identifier": (
        'pyo3_extension(name = "ext", srcs = ["//:lib.rs"], module_name = "my-pkg.my_ext")',
        ['the module name "my-pkg.my_ext" has the part "my-pkg"', "Python identifiers joined by dots"],
        'pyo3_extension(name = "ext", srcs = ["//:lib.rs"], module_name = "my_pkg.my_ext")',
    ),
    "keyword": (
        'pyo3_extension(name = "class", srcs = ["//:lib.rs"])',
        ['the module name "class" has the part "class"', "set `module_name`"],
        'pyo3_extension(name = "class", srcs = ["//:lib.rs"], module_name = "my_ext")',
    ),
    "empty_srcs": (
        'pyo3_extension(name = "my_ext", srcs = [])',
        ["//empty_srcs:my_ext", "`srcs` is empty", "at least one .rs file", "list the Rust sources"],
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"])',
    ),
    "one_file_twice": (
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"])\n'
        'pyo3_extension(name = "again", srcs = ["//:lib.rs"], module_name = "my_ext")',
        ["//one_file_twice:again", 'the target "my_ext"', 'makes the module "my_ext" too', "another `module_name`"],
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"])\n'
        'pyo3_extension(name = "again", srcs = ["//:lib.rs"], module_name = "sub.my_ext")',
    ),
    "two_pyo3": (
        'rust_library(name = "shared", srcs = ["shared.rs"], deps = ["@crates_abi3//:pyo3"])\n'
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"], deps = [":shared"])',
        ["//two_pyo3:my_ext", "hold the crate pyo3 2 times", "one pyo3 for the extension", '`pyo3 = "..."`'],
        'rust_library(name = "shared", srcs = ["shared.rs"], deps = ["@rules_pyo3//rules/settings:pyo3"])\n'
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"], deps = [":shared"])',
    ),
    "outside_imports": (
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"], imports = ["../.."])',
        ["//outside_imports:my_ext", '`imports` holds "../.."', "inside the repository", "correct `imports`"],
        'pyo3_extension(name = "my_ext", srcs = ["//:lib.rs"], imports = [".."])',
    ),
}

# Name -> (lines of MODULE.bazel with a mistake, target, what is said, lines without it).
_MODULE_FILES = {
    "unsupported_pyo3": (
        'pyo3.crates(name = "wrong", version = "0.1.0")\nuse_repo(pyo3, "wrong")',
        [
            'pyo3.crates(name = "wrong")',
            '`version` is "0.1.0"',
            "one of 0.30.1",
            "choose one of these, or pass the `lockfile`",
        ],
        'pyo3.crates(name = "wrong", version = "0.30.1")\nuse_repo(pyo3, "wrong")',
    ),
    "unknown_feature": (
        'pyo3.crates(name = "wrong", features = ["no-such"])\nuse_repo(pyo3, "wrong")',
        ['pyo3.crates(name = "wrong")', "does not have one of the `features`", "no-such", "correct `features`"],
        'pyo3.crates(name = "wrong", features = ["macros"])\nuse_repo(pyo3, "wrong")',
    ),
    "unlocked_feature": (
        'pyo3.crates(name = "wrong", features = ["num-bigint"])\nuse_repo(pyo3, "wrong")',
        ['pyo3.crates(name = "wrong")', "the Cargo.lock does not hold the crates", "pass `lockfile`"],
        'pyo3.crates(name = "wrong")\nuse_repo(pyo3, "wrong")',
    ),
    "one_name_twice": (
        'pyo3.crates(name = "wrong")\npyo3.crates(name = "wrong", features = ["abi3"])\nuse_repo(pyo3, "wrong")',
        ['pyo3.crates(name = "wrong")', "the name is used twice", "choose another `name`"],
        'pyo3.crates(name = "wrong")\nuse_repo(pyo3, "wrong")',
    ),
}

_ABI3 = """
pyo3.crates(
    name = "crates_abi3",
    features = ["abi3"],
)
use_repo(pyo3, "crates_abi3")
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("errors") / "rules_pyo3")


@pytest.fixture(scope="module")
def module_file(workspace: Workspace) -> str:
    text = (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8") + _ABI3
    workspace.write("MODULE.bazel", text)
    workspace.write("two_pyo3/shared.rs", "pub use pyo3::prelude::*;\n")
    return text


@pytest.mark.parametrize("package", _BUILD_FILES)
def test_build_file(workspace: Workspace, module_file: str, package: str) -> None:
    workspace.write("MODULE.bazel", module_file)
    wrong, saying, right = _BUILD_FILES[package]
    workspace.write(f"{package}/BUILD.bazel", f"{_LOADS}\n{wrong}\n")
    workspace.fail(f"//{package}:all", saying=saying)
    workspace.write(f"{package}/BUILD.bazel", f"{_LOADS}\n{right}\n")
    workspace.succeed("build", f"//{package}:all")


@pytest.mark.parametrize("case", _MODULE_FILES)
def test_module_file(workspace: Workspace, module_file: str, case: str) -> None:
    wrong, saying, right = _MODULE_FILES[case]
    workspace.write("MODULE.bazel", f"{module_file}\n{wrong}\n")
    workspace.fail("@wrong//:Cargo.lock", saying=saying)
    workspace.write("MODULE.bazel", f"{module_file}\n{right}\n")
    workspace.succeed("build", "@wrong//:Cargo.lock")


def test_no_python_of_the_wanted_version(workspace: Workspace, module_file: str) -> None:
    workspace.write("MODULE.bazel", module_file)
    saying = ['python_version is "3.12"', "a registered Python toolchain of version 3.12", "pyo3.system_python(...)"]
    workspace.fail("--@rules_pyo3//rules/settings:python_version=3.12", "//:my_ext", saying=saying)
    workspace.succeed("build", "//:my_ext")


def test_rust_error_names_the_source(workspace: Workspace, module_file: str) -> None:
    workspace.write("MODULE.bazel", module_file)
    source = (workspace.directory / "lib.rs").read_text(encoding="utf-8")
    workspace.write("lib.rs", source.replace("a + b", "a + c"))
    workspace.fail("//:my_ext", saying=["error[E0425]", "lib.rs:6:9"])
    workspace.write("lib.rs", source)
    workspace.succeed("build", "//:my_ext")
