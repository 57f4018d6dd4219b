"""Where crates come from: several repositories in one build, a vendored folder without a network, damaged files."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import lock_crates
import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nested import Workspace

_VERSION = "0.30.1"
_LOCKFILE = f"rules/private/crates/locks/{_VERSION}/Cargo.lock"

_CRATES = """
pyo3.crates(name = "crates_{name}", {attributes})
use_repo(pyo3, "crates_{name}")
"""

# In the place of the fetched ones: equal files under equal names need not be compiled again.
_VENDORED = """
pyo3.crates(name = "pyo3_crates", vendored = "//third_party/vendor:BUILD.bazel")
"""

_TWO_CRATES = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
load("@rules_python//python:defs.bzl", "py_test")

pyo3_extension(
    name = "limited",
    srcs = ["limited.rs"],
    pyo3 = "@crates_abi3//:pyo3",
)

py_test(
    name = "both_test",
    srcs = ["both_test.py"],
    deps = [
        ":limited",
        "//:my_ext",
    ],
)
"""

_BOTH_TEST = """\
import my_ext
from both import limited

assert (my_ext.sum(1, 2), limited.sum(3, 4)) == (3, 7)
"""

# Nothing listens there.
_NO_NETWORK = {"CARGO_NET_OFFLINE": "true", "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("crates") / "rules_pyo3")


@pytest.fixture(scope="module")
def module_file(workspace: Workspace) -> str:
    return (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vendored(workspace: Workspace) -> Path:
    """Vendors the crates as a user does, in the folder third_party of the workspace."""
    folder = workspace.directory / "third_party"
    workspace.write("third_party/Cargo.toml", lock_crates.MANIFEST.format(version=_VERSION))
    workspace.write("third_party/lib.rs", "")
    workspace.write("third_party/Cargo.lock", (nested.checkout() / _LOCKFILE).read_text(encoding="utf-8"))
    command = ["cargo", "vendor", "--locked", "--versioned-dirs", "--quiet", "vendor"]
    environment = nested.kept_environment(os.environ)
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    workspace.write("third_party/BUILD.bazel", "")
    workspace.write("third_party/vendor/BUILD.bazel", "")
    return folder


def _use(workspace: Workspace, module_file: str, name: str, attributes: str) -> None:
    workspace.write("MODULE.bazel", module_file + _CRATES.format(name=name, attributes=attributes))


def test_two_crate_repositories_in_one_build(workspace: Workspace, module_file: str) -> None:
    _use(workspace, module_file, "abi3", 'features = ["abi3-py310"]')
    source = (workspace.directory / "lib.rs").read_text(encoding="utf-8")
    workspace.write("both/limited.rs", source.replace("my_ext", "limited"))
    workspace.write("both/BUILD.bazel", _TWO_CRATES)
    workspace.write("both/both_test.py", _BOTH_TEST)
    workspace.succeed("test", "//both:both_test")
    limited = workspace.succeed("run", "//both:limited.config").stdout
    assert "abi3" in limited
    assert "abi3" not in workspace.succeed("run", "//:my_ext.config").stdout


def test_vendored_crates_need_no_network(workspace: Workspace, module_file: str, vendored: Path) -> None:
    workspace.succeed("build", "@rules_pyo3//tools/flags", "@pyo3_crates//:config")
    workspace.write("MODULE.bazel", module_file + _VENDORED)
    workspace.succeed("build", "@pyo3_crates//:pyo3", environment=_NO_NETWORK)


def test_without_a_network_the_error_says_what_to_do(workspace: Workspace, module_file: str) -> None:
    _use(workspace, module_file, "fetched", 'features = ["abi3"]')
    result = workspace.run("build", "@crates_fetched//:Cargo.lock", environment=_NO_NETWORK)
    assert result.code != 0, result.describe()
    saying = ['pyo3.crates(name = "crates_fetched")', "cargo could not fetch the crates", "or pass `vendored`"]
    assert not result.missing(saying), result.describe()
    workspace.succeed("build", "@crates_fetched//:Cargo.lock")


def test_changed_vendored_file(workspace: Workspace, module_file: str, vendored: Path) -> None:
    _use(workspace, module_file, "changed", 'vendored = "//third_party/vendor:BUILD.bazel", features = ["macros"]')
    source = vendored / f"vendor/pyo3-{_VERSION}/src/lib.rs"
    text = source.read_text(encoding="utf-8")
    source.write_text(text + "// changed\n", encoding="utf-8")
    saying = ['pyo3.crates(name = "crates_changed")', f"pyo3-{_VERSION}/src/lib.rs", "does not match its checksum"]
    # A file of the right checksum that Bazel has in its repository cache would be taken instead.
    options = ("--repository_cache=", "@crates_changed//:Cargo.lock")
    workspace.fail(*options, saying=[*saying, "run `cargo vendor` again"])
    source.write_text(text, encoding="utf-8")
    workspace.succeed("build", *options)


def test_vendored_crate_is_missing(workspace: Workspace, module_file: str, vendored: Path) -> None:
    _use(workspace, module_file, "missing", 'vendored = "//third_party/vendor:BUILD.bazel", features = ["macros"]')
    folder = next((vendored / "vendor").glob("libc-*"))
    hidden = folder.rename(vendored / "hidden")
    saying = ['pyo3.crates(name = "crates_missing")', "has no crate libc", "or pass the `lockfile`"]
    workspace.fail("@crates_missing//:Cargo.lock", saying=saying)
    hidden.rename(folder)
    workspace.succeed("build", "@crates_missing//:Cargo.lock")


def test_wrong_checksum_in_the_lockfile(workspace: Workspace, module_file: str) -> None:
    text = (nested.checkout() / _LOCKFILE).read_text(encoding="utf-8")
    head, separator, tail = text.partition('checksum = "')
    workspace.write("locks/BUILD.bazel", "")
    workspace.write("locks/Cargo.lock", head + separator + "0" * 64 + tail[64:])
    _use(workspace, module_file, "locked", 'lockfile = "//locks:Cargo.lock"')
    saying = [
        'pyo3.crates(name = "crates_locked")',
        "a checksum that differs from the Cargo.lock",
        "to do: correct the",
    ]
    workspace.fail("@crates_locked//:Cargo.lock", saying=saying)
    workspace.write("locks/Cargo.lock", text)
    workspace.succeed("build", "@crates_locked//:Cargo.lock")
