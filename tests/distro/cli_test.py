"""`tools/bazel` as a program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from distro_cli import main
from distro_provision import root_folder
from distro_testing import TOOLS, make_program, real_bwrap

_BAZEL = 'test "$1" = --version && echo bazel 7.7.1 && exit; echo "$# $2 $(pwd) $VARIABLE"; cat; exit 5'


def _run(cwd: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "bazel"), *arguments]
    return subprocess.run(command, cwd=cwd, env=env, input="input", capture_output=True, text=True)


def test_system_bazel_takes_over(tmp_path: Path) -> None:
    bazel = make_program(tmp_path, "real", _BAZEL)
    (tmp_path / "WORKSPACE").touch()  # without modules to resolve
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "BAZEL_REAL": str(bazel), "VARIABLE": "value"}
    done = _run(tmp_path, env, "run", "//:a b", "--", "-x")
    assert (done.returncode, done.stdout, done.stderr) == (5, f"4 //:a b {tmp_path} value\ninput", "")


@pytest.mark.parametrize("arguments", [["build"], ["doctor"]])
def test_wrong_setting(tmp_path: Path, arguments: list[str]) -> None:
    done = _run(tmp_path, {"HOME": str(tmp_path), "PATH": "", "RULES_PYO3_BAZEL": "x"}, *arguments)
    assert done.returncode == 1
    assert "RULES_PYO3_BAZEL is 'x'; expected distro, system" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_run_with(tmp_path: Path) -> None:
    done = _run(tmp_path, {"HOME": str(tmp_path), "PATH": str(tmp_path)}, "build", "//...")
    assert done.returncode == 1
    assert done.stderr.startswith("tools/bazel: error: missing programs; install mmdebstrap, bubblewrap")
    assert list(tmp_path.iterdir()) == []


def test_refused_namespaces_provision_nothing(tmp_path: Path) -> None:
    programs = make_program(tmp_path, "bwrap", "echo refused >&2; exit 1").parent
    done = _run(tmp_path, {"HOME": str(tmp_path), "PATH": str(programs)}, "build")
    assert done.returncode == 1
    assert done.stderr.startswith("tools/bazel: error: this machine does not let bubblewrap enter a root folder")
    assert list(tmp_path.iterdir()) == [programs]


def test_nothing_to_provision(tmp_path: Path) -> None:
    bazel = make_program(tmp_path, "real", _BAZEL)
    env = {"HOME": str(tmp_path), "PATH": "", "BAZEL_REAL": str(bazel), "RULES_PYO3_BAZEL": "system"}
    done = _run(tmp_path, env, "provision", "--free-threaded")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"tools/bazel: nothing to provision: system ({bazel}): BAZEL_REAL, Bazel 7.7.1\n"


def test_wrong_argument_of_provision(tmp_path: Path) -> None:
    done = _run(tmp_path, {"HOME": str(tmp_path), "PATH": ""}, "provision", "all")
    assert done.returncode == 1
    assert done.stderr == "tools/bazel: error: provision takes no argument but --free-threaded, and 'all' was given\n"


def test_main_reports_instead_of_raising(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("RULES_PYO3_BAZEL", "x")
    assert main(["build"]) == 1
    assert capsys.readouterr().err.startswith("tools/bazel: error: RULES_PYO3_BAZEL is 'x'")


@pytest.mark.parametrize(
    ("files", "arguments"),
    [
        ({"MODULE.bazel": 'bazel_dep(name = "rules_rust", version = "0.54.1")'}, ["build", "//:all"]),
        ({"WORKSPACE": ""}, ["build", "--noenable_bzlmod", "--enable_workspace", "//:all"]),
    ],
)
def test_debian_bazel(tmp_path: Path, files: dict[str, str], arguments: list[str]) -> None:
    real_bwrap()
    env = {name: os.environ[name] for name in ("HOME", "PATH", "XDG_CACHE_HOME") if name in os.environ}
    if "HOME" not in env or not root_folder(env).is_dir():
        pytest.skip("no root is provisioned for this user; `tools/bazel info` provisions one")
    env["RULES_PYO3_BAZEL"] = "distro"
    rule = 'load("@rules_rust//rust:defs.bzl", "rust_library")\nrust_library(name = "x", srcs = ["x.rs"])\n'
    for name, text in {**files, "BUILD.bazel": rule, "x.rs": "pub fn x() {}\n"}.items():
        (tmp_path / name).write_text(text)
    output = f"--output_user_root={tmp_path / 'out'}"
    done = _run(tmp_path, env, output, *arguments)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "bazel-bin").glob("libx-*.rlib")) != []
    assert _run(tmp_path, env, output, "shutdown").returncode == 0
    for folder, _, _ in os.walk(tmp_path):
        os.chmod(folder, 0o755)
