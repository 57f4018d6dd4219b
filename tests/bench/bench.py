"""Times the quickstart's extension against cargo: `tools/bazel run //tests/bench -- NAME [--runs N]`.

NAME is one of
    cold    release build; crates fetched, caches empty, Bazel's server up; cargo builds without a target folder
    edit    one line of the extension changed, then built again
    noop    nothing changed
    cached  a fresh checkout at another path with a filled disk cache, against cargo's cold build
Both sides use one rustc and run in turn; actions are sandboxed as by default. Every time is printed; the last line is
`NAME: ours A s, cargo B s, ratio R`, of medians.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

NAMES = ("cold", "edit", "noop", "cached")
_TARGET = "//:my_ext"
# Analyses before `cold` is timed; analysis takes 2.5 s in a new server, 1 s after about five.
_WARM_UPS = 6

_MANIFEST = """\
[package]
name = "my_ext"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
pyo3 = "={version}"
"""

_VENDORED = """\
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "{folder}"
"""


class Sides(NamedTuple):
    """What is done before each timed run, and what is timed, for both sides."""

    prepare_ours: Callable[[], None]
    ours: Callable[[], None]
    prepare_cargo: Callable[[], None]
    cargo: Callable[[], None]


def closing_line(name: str, ours: Sequence[float], cargo: Sequence[float]) -> str:
    """Word the result; times in seconds."""
    a, b = statistics.median(ours), statistics.median(cargo)
    return f"{name}: ours {a:.2f} s, cargo {b:.2f} s, ratio {a / b:.2f}"


def edited(source: str, number: int) -> str:
    """Change one line of the extension so that its machine code changes."""
    changed, count = re.subn(r"\(a \+ b(?: \+ \d+)?\)", f"(a + b + {number})", source)
    if count != 1:
        raise ValueError(f"expected one `(a + b)` in the quickstart's source, found {count}; adapt tests/bench")
    return changed


def locked_version(lock: str, crate: str) -> str:
    """Give the version of a crate in a Cargo.lock."""
    found = re.search(rf'name = "{crate}"\nversion = "([^"]+)"', lock)
    if not found:
        raise ValueError(f"no crate {crate} in the Cargo.lock; expected the one of pyo3_crates")
    return found[1]


def timed(work: Callable[[], None]) -> float:
    """Give the wall time of a call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Bench:
    """The two projects, in a folder of their own."""

    def __init__(self, checkout: Path, top: Path) -> None:
        """Lay out copies of the checkout below `top`."""
        self.top = top
        self.checkout = self.copy(checkout, "ours")
        self.quickstart = self.checkout / "examples/quickstart"
        self.cargo_project = top / "cargo"
        self.edits = 0

    def copy(self, checkout: Path, name: str) -> Path:
        """Make a fresh checkout."""
        target = self.top / name
        shutil.copytree(checkout, target, ignore=shutil.ignore_patterns(".git", "bazel-*", "target"))
        return target

    def bazel(self, workspace: Path, *arguments: str) -> None:
        """Run Bazel with a server and an output base for each workspace."""
        base = self.top / "output_base" / workspace.relative_to(self.top).parts[0]
        command = [os.environ.get("BAZEL_REAL", "bazel"), f"--output_base={base}", *arguments]
        self._run(command, workspace)

    def _run(self, command: Sequence[str], folder: Path) -> None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"`{' '.join(command)}` in {folder} failed:\n{done.stdout}{done.stderr}")

    def build(self, workspace: Path, disk_cache: bool = False) -> None:
        """Build the extension for release."""
        cache = self.top / "disk" if disk_cache else ""
        self.bazel(workspace, "build", "-c", "opt", f"--disk_cache={cache}", _TARGET)

    def fetch(self, workspace: Path) -> None:
        """Start the server and fetch all repositories."""
        self.bazel(workspace, "build", "-c", "opt", "--nobuild", _TARGET)

    def make_cargo_project(self) -> None:
        """Write the same extension as a cargo project that uses the crates of the repository."""
        base = self.top / "output_base/ours/external"
        (vendor,) = base.glob("*pyo3_crates/vendor")
        lock = (vendor.parent / "Cargo.lock").read_text(encoding="utf-8")
        (self.cargo_project / "src").mkdir(parents=True)
        (self.cargo_project / ".cargo").mkdir()
        shutil.copy(self.quickstart / "src/lib.rs", self.cargo_project / "src/lib.rs")
        manifest = _MANIFEST.format(version=locked_version(lock, "pyo3"))
        (self.cargo_project / "Cargo.toml").write_text(manifest, encoding="utf-8")
        own_lock = lock.replace('name = "pyo3_crates"\nversion = "0.0.0"', 'name = "my_ext"\nversion = "0.1.0"')
        (self.cargo_project / "Cargo.lock").write_text(own_lock, encoding="utf-8")
        config = _VENDORED.format(folder=vendor)
        (self.cargo_project / ".cargo/config.toml").write_text(config, encoding="utf-8")

    def cargo_build(self) -> None:
        """Build the extension for release with cargo."""
        self._run(["cargo", "build", "--release", "--offline", "--quiet"], self.cargo_project)

    def cargo_clean(self) -> None:
        """Remove all that cargo has built."""
        shutil.rmtree(self.cargo_project / "target", ignore_errors=True)

    def edit(self) -> None:
        """Change one line on both sides."""
        self.edits += 1
        for project in (self.quickstart, self.cargo_project):
            source = project / "src/lib.rs"
            source.write_text(edited(source.read_text(encoding="utf-8"), self.edits), encoding="utf-8")


def nothing() -> None:
    """Prepare nothing."""


def sides(bench: Bench, name: str, checkout: Path) -> Sides:
    """Give what a benchmark does."""
    work, cargo = bench.quickstart, bench.cargo_build
    if name == "cold":
        # Both sides have run: the files of both are in memory, and Java has compiled Bazel's code as in a server that
        # has been up for a few builds.
        bench.build(work)
        for _ in range(_WARM_UPS):
            bench.bazel(work, "clean")
            bench.fetch(work)
        cargo()
        return Sides(lambda: bench.bazel(work, "clean"), lambda: bench.build(work), bench.cargo_clean, cargo)
    if name == "cached":
        bench.build(work, disk_cache=True)
        fresh = bench.copy(checkout, "fresh") / "examples/quickstart"
        bench.fetch(fresh)
        return Sides(
            lambda: bench.bazel(fresh, "clean"), lambda: bench.build(fresh, disk_cache=True), bench.cargo_clean, cargo
        )
    bench.build(work)
    cargo()
    return Sides(bench.edit if name == "edit" else nothing, lambda: bench.build(work), nothing, cargo)


def measure(name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run a benchmark and give its closing line."""
    bench = Bench(checkout, top)
    try:
        bench.fetch(bench.quickstart)
        bench.make_cargo_project()
        steps = sides(bench, name, checkout)
        ours, cargo = [], []
        for run in range(runs):
            steps.prepare_ours()
            ours.append(timed(steps.ours))
            steps.prepare_cargo()
            cargo.append(timed(steps.cargo))
            print(f"run {run + 1}: ours {ours[-1]:.2f} s, cargo {cargo[-1]:.2f} s", flush=True)
        return closing_line(name, ours, cargo)
    finally:
        for workspace in top.glob("output_base/*"):
            bench.bazel(top / workspace.name / "examples/quickstart", "shutdown")


def main(argv: Sequence[str]) -> int:
    """Run the benchmark that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(argv)
    checkout = Path(os.environ["BUILD_WORKSPACE_DIRECTORY"])
    top = Path(tempfile.mkdtemp(prefix="rules_pyo3_bench_"))
    try:
        print(measure(options.name, options.runs, checkout, top))
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(top)], check=False)
        shutil.rmtree(top, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
