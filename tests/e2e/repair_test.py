"""Wheels with foreign libraries as a user repairs, installs and breaks them."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

# What the cache that tests share has no part in: both libraries, the plain wheel and the repaired one.
_MADE_ANEW = "(CppCompile|CppLink|PyO3Wheel|PyO3WheelRepair)"
_ACTIONS = 6
_LOAD = 'load("@rules_pyo3//rules:defs.bzl", "pyo3_repaired_wheel", "pyo3_wheel")\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repair")


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Iterator[Workspace]:
    if not shutil.which("python3.14"):
        pytest.skip("not installed: Python 3.14")
    yield from nested.nested_workspace("tests/e2e/repair", folder / "rules_pyo3")


def built(workspace: Workspace, target: str) -> Path:
    """Build a wheel; give its path."""
    workspace.succeed("build", target)
    (output,) = workspace.files(target)
    (wheel,) = output.iterdir()
    return wheel


def repaired(workspace: Workspace, package: str, attributes: str) -> str:
    """Write a target that repairs the plain wheel; give its label."""
    target = f'pyo3_repaired_wheel(name = "wheel", {attributes})\n'
    workspace.write(f"{package}/BUILD.bazel", _LOAD + target)
    return f"//{package}:wheel"


def test_who_does_not_repair_fetches_nothing(workspace: Workspace) -> None:
    repositories = Path(workspace.succeed("info", "output_base").stdout.strip()) / "external"
    built(workspace, "//:plain")
    assert not list(repositories.glob("*rules_pyo3_repair"))
    built(workspace, "//:wheel")
    assert list(repositories.glob("*rules_pyo3_repair"))


def test_it_works_without_the_original(workspace: Workspace) -> None:
    """Installed into an environment of its own, in a sandbox that has none of the inputs."""
    said = workspace.succeed("test", "--test_output=all", "//...").stdout
    assert "//:wheel_test" in said
    assert "installed_test.py with the wheel that pip installed" in said


def test_contents(workspace: Workspace) -> None:
    wheel = built(workspace, "//:wheel")
    assert wheel.name.startswith("math_tools-1.0-cp310-abi3-manylinux_2_")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    assert [name.partition("-")[0] for name in names] == [
        "math_tools.libs/libbase",
        "math_tools.libs/libsums",
        "mathtools/__init__.py",
        "mathtools/_native.abi3.so",
    ]
    plain = built(workspace, "//:plain")
    assert plain.name.startswith("math_tools-1.0-cp310-abi3-linux_")
    with zipfile.ZipFile(plain) as archive:
        assert not [name for name in archive.namelist() if "libsums" in name]


def test_wheel_that_is_not_repaired(workspace: Workspace) -> None:
    wheel = 'pyo3_wheel(name = "wheel", distribution = "x", version = "1", deps = ["//:mathtools", "//:native"])\n'
    workspace.write("broken/BUILD.bazel", _LOAD + wheel)
    saying = ["mathtools/_native.abi3.so needs libsums.so", 'into a wheel of platform "linux" with pyo3_repaired_wheel']
    workspace.fail("//broken:wheel", saying=saying)


def test_missing_library(workspace: Workspace) -> None:
    target = repaired(workspace, "missing", 'libraries = ["//clib:libsums.so"], wheel = "//:plain"')
    saying = ["math_tools.libs/libsums.so needs libbase.so.1", "never from this machine: libsums.so."]
    workspace.fail(target, saying=saying)


def test_repaired_twice(workspace: Workspace) -> None:
    target = repaired(workspace, "twice", 'libraries = ["//clib:libsums.so"], wheel = "//:wheel"')
    workspace.fail(target, saying=["needs no library that neither it nor manylinux_2_", "it is repaired already"])


def test_no_shared_library(workspace: Workspace) -> None:
    target = repaired(workspace, "static", 'libraries = ["//clib:sums.c"], wheel = "//:plain"')
    workspace.fail(target, saying=["`libraries` names", "//clib:sums.c, which makes no shared library"])


def test_exclude(workspace: Workspace) -> None:
    target = repaired(
        workspace, "excluded", 'exclude = ["libbase.so*"], libraries = ["//clib:libsums.so"], wheel = "//:plain"'
    )
    with zipfile.ZipFile(built(workspace, target)) as archive:
        assert len([name for name in archive.namelist() if name.startswith("math_tools.libs/")]) == 1


def test_machines_without_patchelf(workspace: Workspace) -> None:
    module = workspace.directory / "MODULE.bazel"
    module.write_text(module.read_text(encoding="utf-8") + 'use_repo(pyo3, "rules_pyo3_repair")\n', encoding="utf-8")
    constraints = '["@platforms//cpu:aarch64", "@platforms//os:macos"]'
    workspace.write("mac/BUILD.bazel", f'platform(name = "mac", constraint_values = {constraints})\n')
    saying = ["wheels are repaired on Linux, on aarch64 and x86_64: on macOS and Windows run delocate or delvewheel"]
    workspace.fail("@rules_pyo3_repair//:patchelf", "--platforms=//mac", saying=saying)


def test_same_bytes_from_another_output_base(workspace: Workspace, folder: Path) -> None:
    first = built(workspace, "//:wheel")
    digest = hashlib.sha256(first.read_bytes()).hexdigest()
    for other in nested.nested_workspace("tests/e2e/repair", folder / "another" / "rules_pyo3"):
        said = other.succeed("build", "//:wheel", f"--modify_execution_info={_MADE_ANEW}=+no-cache")
        ran = nested.process_counts(said.stderr)
        assert sum(count for kind, count in ran.items() if kind not in ("internal", "disk cache hit")) >= _ACTIONS, ran
        (output,) = other.files("//:wheel")
        (again,) = output.iterdir()
        assert (again.name, hashlib.sha256(again.read_bytes()).hexdigest()) == (first.name, digest)
