"""The benchmark `embed`: an extension, its Rust tests and a program that embeds Python, in one package.

Ours builds three targets of the example with that name. For cargo it is one package whose library is a cdylib and an
rlib: the library has PyO3's feature extension-module, which keeps libpython out; tests and program must do without it,
and so cargo compiles pyo3 for each of the two sets of features.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from bench_cargo import CargoProject
from bench_figures import embed_line
from bench_run import BenchError, run, timed_output
from bench_workspace import Workspace, copy_checkout, locked_version

_TARGETS = ("//:vectors", "//:vectors_test", "//:profile_vectors")
_EXAMPLE = "examples/embedding"

_MANIFEST = """\
[package]
name = "my_ext"
version = "0.1.0"
edition = "2021"

[lib]
name = "vectors"
crate-type = ["cdylib", "rlib"]

[dependencies]
pyo3 = "={version}"
"""

# What is built one after the other, as users of cargo do.
_CARGO = (
    ("build", "--lib", "--features", "pyo3/extension-module"),
    ("build", "--bins"),
    ("test", "--lib", "--no-run"),
)


def pyo3_compilations(actions: str) -> int:
    """Count the compilations of the crate pyo3 in the answer of `bazel aquery --output=text`.

    Raises:
        BenchError: there is none.
    """
    found = len(re.findall(r"--crate-name=pyo3(?![\w-])", actions))
    if not found:
        raise BenchError("bazel aquery shows no compilation of pyo3; adapt tests/bench")
    return found


def cargo_compilations(output: str) -> int:
    """Count the compilations of the crate pyo3 in what cargo printed.

    Raises:
        BenchError: there is none.
    """
    found = len(re.findall(r"^ *Compiling pyo3 v", output, re.MULTILINE))
    if not found:
        raise BenchError(f"cargo has not said that it compiles pyo3; adapt tests/bench:\n{output}")
    return found


def make_project(folder: Path, example: Path, vendor: Path) -> CargoProject:
    """Write the example as a package of cargo, whose lockfile calls it my_ext."""
    project = CargoProject(folder, example / "src/vectors.rs", vendor)
    lock = (folder / "Cargo.lock").read_text(encoding="utf-8")
    (folder / "Cargo.toml").write_text(_MANIFEST.format(version=locked_version(lock, "pyo3")), encoding="utf-8")
    (folder / "src/bin").mkdir()
    shutil.copy(example / "src/profile_vectors.rs", folder / "src/bin")
    return project


def cargo_build(project: CargoProject) -> str:
    """Build all with cargo and give what it prints."""
    commands = (["cargo", command, "--release", "--offline", *flags] for command, *flags in _CARGO)
    return "".join(run(command, project.folder) for command in commands)


def count_ours(work: Workspace) -> int:
    """Give how many actions compile pyo3."""
    return pyo3_compilations(work.actions(_TARGETS, "Rustc"))


def _cold(clean: Callable[[], None], build: Callable[[], str]) -> tuple[float, str]:
    clean()
    return timed_output(build)


def measure(_name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run the benchmark and give its closing line."""
    folder = copy_checkout(checkout, top / "ours") / _EXAMPLE
    ours, cargo, counts = [], [], set()
    with Workspace(folder, top / "output_base/ours") as work:
        work.warm(_TARGETS)
        compiled = count_ours(work)
        project = make_project(top / "cargo", folder, work.vendor())
        for number in range(runs):
            ours.append(_cold(work.clean, lambda: work.build(_TARGETS))[0])
            seconds, output = _cold(project.clean, lambda: cargo_build(project))
            cargo.append(seconds)
            counts.add(cargo_compilations(output))
            print(f"run {number + 1}: ours {ours[-1]:.2f} s, cargo {cargo[-1]:.2f} s", flush=True)
    return embed_line((compiled, max(counts)), ours, cargo)
