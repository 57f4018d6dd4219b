"""Bundles: programs with their Python, run where there is nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nested
import pytest
from distro_common import DistroError
from distro_sandbox import find_bwrap, find_namespace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nested import Workspace

_BUILD = """
load("@rules_pyo3//rules:defs.bzl", "pyo3_bundle")

alias(name = "program", actual = ":run", visibility = ["//visibility:public"])
pyo3_bundle(name = "bundle", program = ":run")
pyo3_bundle(name = "without_ssl", exclude = ["lib/python*/lib-dynload/_ssl.*"], program = ":run")
pyo3_bundle(name = "of_a_part", program = ":run.python", tags = ["manual"])
"""
# The same once more.
_OTHER_BUILD = """
load("@rules_pyo3//rules:defs.bzl", "pyo3_bundle")

pyo3_bundle(name = "bundle", program = "//:program")
"""
# PyO3 0.28 is the last that knows a free-threaded 3.13. One of the tests' Pythons has a static libpython: that one.
_STATIC_BUILD = """
load("@rules_pyo3//rules:defs.bzl", "pyo3_binary", "pyo3_bundle", "pyo3_extension")
load("@rules_python//python:defs.bzl", "py_library")

pyo3_extension(name = "native", srcs = ["native.rs"], pyo3 = "@pyo3_crates_0_28//:pyo3", tags = ["manual"])
py_library(name = "greeting", srcs = ["greeting.py"], imports = ["."], tags = ["manual"], deps = [":native"])
pyo3_binary(
    name = "run",
    srcs = ["run.rs"],
    libpython = "static",
    py_deps = [":greeting"],
    pyo3 = "@pyo3_crates_0_28//:pyo3",
    python_version = "3.13t",
    tags = ["manual"],
)
pyo3_bundle(name = "bundle", program = ":run", tags = ["manual"])
"""
_STATIC_PROGRAM = """
use pyo3::prelude::*;

fn main() {
    let code = std::env::args().nth(2).expect("code");
    Python::initialize();
    Python::attach(|py| {
        if let Err(error) = py.run(&std::ffi::CString::new(code).expect("no NUL"), None, None) {
            error.print(py);
            std::process::exit(1);
        }
    });
}
"""
_REPORT = """
import ctypes, importlib, importlib.util, json, os, sys, zlib
assert zlib.decompress(zlib.compress(b"x")) == b"x"
assert ctypes.CDLL(None).getpid() == os.getpid()
modules = ["bz2", "curses", "decimal", "hashlib", "lzma", "sqlite3", "ssl", "uuid"]
imported = [name for name in modules if importlib.util.find_spec("_" + name)]
for name in imported:
    importlib.import_module(name)
if "sqlite3" in imported:
    import sqlite3
    assert sqlite3.connect(":memory:").execute("select 6 * 7").fetchone() == (42,)
import greeting, native
import importlib.metadata, multiprocessing
mapped = {line.split(None, 5)[5].strip() for line in open("/proc/self/maps") if line.count("/")}
print(json.dumps({
    "double": native.double(21),
    "executable": sys.executable,
    "files": [greeting.__file__, native.__file__, json.__file__],
    "imported": imported,
    "libraries": sorted(file for file in mapped if ".so" in file),
    "path": sys.path,
    "prefix": sys.prefix,
}))
sys.exit(42)
"""
_LIES = {
    "LD_LIBRARY_PATH": "/lies",
    "PATH": "/lies",
    "PYTHONEXECUTABLE": "/lies/python3",
    "PYTHONHOME": "/lies",
    "PYTHONPATH": "/lies",
    "PYTHONPLATLIBDIR": "lies",
    "RUNFILES_DIR": "/lies",
    "VIRTUAL_ENV": "/lies",
}
_LIBC = ("ld-", "libc.", "libm.", "libdl.", "libpthread.", "librt.", "libutil.", "libresolv.")


@dataclass(frozen=True)
class Machine:
    """A root folder with a C library and a shell, in which a program runs alone."""

    root: Path
    enter: tuple[str, ...]

    def call(self, bundle: Path, place: str, command: Sequence[str], folder: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, with a bundle at some place."""
        line = [*self.enter, "--ro-bind", str(bundle), place, "--chdir", folder, "--clearenv"]
        line += [word for name, value in _LIES.items() for word in ("--setenv", name, value)]
        return subprocess.run([*line, *command], capture_output=True, encoding="utf-8", check=False)


def package_files(*packages: str) -> list[Path]:
    """Give the files of Debian packages; skips the test where there is no Debian."""
    query = shutil.which("dpkg-query")
    if not query:
        pytest.skip("no `dpkg-query` on PATH: a machine without Python is made of the files of Debian's libc6 and dash")
    done = subprocess.run([query, "--listfiles", *packages], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.skip(f"a machine without Python is made of Debian's packages {packages}: {done.stderr.strip()}")
    return [Path(line) for line in done.stdout.splitlines() if line.startswith("/")]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    bwrap = find_bwrap()
    if not bwrap:
        pytest.skip("no `bwrap` on PATH: a machine without Python is entered with bubblewrap")
    try:
        namespace = find_namespace(bwrap)
    except DistroError as error:
        pytest.skip(str(error))
    root = tmp_path_factory.mktemp("machine")
    for name in ("bin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / "usr" / name).mkdir(parents=True)
            (root / name).symlink_to(f"usr/{name}")
    for file in package_files("libc6", "dash"):
        if file.is_file() and (".so" in file.name or file.name in ("dash", "sh")):
            target = root / file.parent.resolve().relative_to("/") / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    # What a wrong search path would load.
    (root / "lies").mkdir()
    for name in ("libz.so.1", "libffi.so.8", "libssl.so.3", "libpython3.14.so.1.0"):
        (root / "lies" / name).touch()
    shell = root / "usr/bin/sh" if (root / "bin").is_symlink() else root / "bin/sh"
    if not shell.exists():
        shutil.copy(shell.with_name("dash"), shell)
    binds = ["--bind", str(root), "/", "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    return Machine(root, (bwrap, *namespace, "--die-with-parent", *binds))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("bundle") / "rules_pyo3"
    for workspace in nested.nested_workspace("tests/e2e/embed", folder):
        text = (workspace.directory / "BUILD.bazel").read_text(encoding="utf-8")
        workspace.write("BUILD.bazel", text + _BUILD)
        workspace.write("other/BUILD.bazel", _OTHER_BUILD)
        yield workspace


def archive(workspace: Workspace, target: str, *options: str) -> Path:
    """Build the archive of a bundle."""
    workspace.succeed("build", "--output_groups=archive", *options, target)
    (folder,) = workspace.files(target, *options)
    return folder.with_name(folder.name + ".tar.gz")


def unpacked(packed: Path, folder: Path) -> Path:
    """Unpack an archive; gives the folder of the bundle."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["tar", "-xzf", packed, "-C", folder], capture_output=True, check=True)
    assert done.stderr == b""
    (bundle,) = folder.iterdir()
    return bundle


@pytest.fixture(scope="module")
def installed(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with the Python that is installed here."""
    return unpacked(archive(workspace, "//:bundle"), tmp_path_factory.mktemp("installed"))


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Give what _REPORT printed; its exit code arrives, and there are no complaints."""
    assert (done.returncode, done.stderr) == (42, ""), done
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def assert_alone(found: dict[str, Any], bundle: str) -> None:
    """The program took all that it is made of from the bundle, but the C library."""
    assert (found["double"], found["executable"], found["prefix"]) == (42, "", bundle)
    outside = [file for file in found["path"] + found["files"] if not file.startswith(bundle + "/")]
    outside += [
        file
        for file in found["libraries"]
        if not file.startswith(bundle + "/") and not os.path.basename(file).startswith(_LIBC)
    ]
    assert outside == []


def assert_runs_on(machine: Machine, bundle: Path) -> dict[str, Any]:
    """A bundle runs on a machine without Python, by its launcher and without it, from any folder."""
    place = "/opt/a place"
    assert not [path for path in machine.root.rglob("*") if "python" in path.name and "lies" not in path.parts]
    for command, folder in (
        ([f"{place}/run"], "/"),
        (["./run"], place),
        (["../bin/run"], f"{place}/lib"),
        (["/bin/sh", "run"], place),
    ):
        found = report(machine.call(bundle, place, [*command, "initialize", _REPORT], folder))
        assert_alone(found, place)
    return found


def test_runs_on_a_machine_without_python(machine: Machine, installed: Path) -> None:
    found = assert_runs_on(machine, installed)
    assert {"ssl", "sqlite3"} <= set(found["imported"])


def test_python_of_the_build_on_a_machine_without_python(
    machine: Machine, workspace: Workspace, tmp_path: Path
) -> None:
    packed = archive(workspace, "//:bundle", "--extra_toolchains=@python_in_build//:toolchain")
    found = assert_runs_on(machine, unpacked(packed, tmp_path / "unpacked"))
    assert "ssl" in found["imported"]


def test_static_libpython_on_a_machine_without_python(machine: Machine, workspace: Workspace, tmp_path: Path) -> None:
    if not shutil.which("python3.13t"):
        pytest.skip("no python3.13t on PATH: `tools/bazel provision --free-threaded` builds one")
    workspace.write("static/BUILD.bazel", _STATIC_BUILD)
    workspace.write("static/run.rs", _STATIC_PROGRAM)
    workspace.write("static/greeting.py", "")
    shutil.copy(workspace.directory / "native.rs", workspace.directory / "static")
    bundle = unpacked(archive(workspace, "//static:bundle"), tmp_path / "unpacked")
    assert not list(bundle.glob("lib/libpython*"))
    assert_runs_on(machine, bundle)


def test_runs_here_as_if_there_were_no_other_python(installed: Path, tmp_path: Path) -> None:
    """What it needs is there twice, and what the environment says is true."""
    bundle = Path(shutil.move(str(installed), tmp_path / "moved"))
    (tmp_path / "link").symlink_to(bundle / "run")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/usr"}
    try:
        for program in (bundle / "run", bundle / "bin" / "run", tmp_path / "link"):
            line = [str(program), "initialize", _REPORT]
            done = subprocess.run(line, env=environment, cwd="/", capture_output=True, encoding="utf-8", check=False)
            assert_alone(report(done), str(bundle))
    finally:
        shutil.move(str(bundle), installed)


def test_archives_of_the_same_program_are_the_same(workspace: Workspace) -> None:
    assert archive(workspace, "//:bundle").read_bytes() == archive(workspace, "//other:bundle").read_bytes()


def test_what_is_left_out(workspace: Workspace) -> None:
    workspace.succeed("build", "//:without_ssl")
    (bundle,) = workspace.files("//:without_ssl")
    names = {path.name for path in (bundle / "lib").iterdir()}
    assert not [name for name in names if name.startswith("libssl.")]
    line = [str(bundle / "run"), "initialize", "import hashlib, json; import ssl"]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "No module named '_ssl'" in done.stderr


def test_a_part_of_a_program_is_no_program(workspace: Workspace) -> None:
    workspace.fail("//:of_a_part", saying=["a part of a program", "expected: a pyo3_binary or a pyo3_test"])
