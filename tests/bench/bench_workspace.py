"""A Bazel workspace with a server and an output base of its own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench_figures import process_cpu
from bench_run import BenchError, run

# Analyses before a cold build is timed; analysis takes 2.5 s in a new server, 1 s after about five.
_WARM_UPS = 6


def copy_checkout(checkout: Path, target: Path) -> Path:
    """Make a fresh checkout."""
    shutil.copytree(checkout, target, ignore=shutil.ignore_patterns(".git", "bazel-*", "target"))
    return target


def locked_version(lock: str, crate: str) -> str:
    """Give the version of a crate in a Cargo.lock."""
    found = re.search(rf'name = "{crate}"\nversion = "([^"]+)"', lock)
    if not found:
        raise BenchError(f"no crate {crate} in the Cargo.lock; expected the one of pyo3_crates")
    return found[1]


def server_cpu(pid: str) -> tuple[float, float]:
    """Give the CPU time, in seconds, of a Bazel server and of the processes that it has started and that have ended.

    The kernel counts it, so the sandboxes are in it and all that ran in them; only on Linux.
    """
    return process_cpu(Path("/proc", pid, "stat").read_text(encoding="utf-8"), os.sysconf("SC_CLK_TCK"))


class Workspace:
    """A folder that Bazel builds in, for release; leaving it as a context ends the server."""

    def __init__(
        self, folder: Path, output_base: Path, disk_cache: Path | None = None, modules: Sequence[str] = ()
    ) -> None:
        """Name the places; a disk cache is used when it is named; `modules` are flags that say where modules are."""
        self.folder = folder
        self.output_base = output_base
        self.modules = modules
        self._flags = ["-c", "opt", f"--disk_cache={disk_cache or ''}"]

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_error: object) -> None:
        self.bazel("shutdown")

    def bazel(self, *arguments: str) -> str:
        """Run Bazel and give what it prints."""
        command = [os.environ.get("BAZEL_REAL", "bazel"), f"--output_base={self.output_base}", *arguments]
        return run(command, self.folder)

    def build(self, targets: Sequence[str], *flags: str) -> str:
        """Build and give what Bazel prints."""
        return self.bazel("build", "--color=no", "--curses=no", *self._flags, *self.modules, *flags, *targets)

    def mnemonics(self, targets: Sequence[str]) -> str:
        """Give Bazel's summary of all actions that are behind targets."""
        return self.bazel("aquery", *self._flags, "--output=summary", f"deps({' + '.join(targets)})")

    def actions(self, targets: Sequence[str], mnemonic: str) -> str:
        """Give all actions of a kind that are behind targets, with their command lines."""
        return self.bazel("aquery", *self._flags, "--output=text", f"mnemonic({mnemonic}, deps({' + '.join(targets)}))")

    def fetch(self, targets: Sequence[str]) -> None:
        """Start the server, fetch all repositories and analyse."""
        self.build(targets, "--nobuild")

    def warm(self, targets: Sequence[str]) -> None:
        """Bring files into memory, and Java to compile Bazel's code as in a server that is up for a few builds."""
        self.build(targets)
        for _ in range(_WARM_UPS):
            self.clean()
            self.fetch(targets)

    def clean(self) -> None:
        """Remove all that was built and analysed."""
        self.bazel("clean")

    def vendor(self) -> Path:
        """Give the folder of the crates, beside their Cargo.lock."""
        (found,) = (self.output_base / "external").glob("*pyo3_crates/vendor")
        return found
