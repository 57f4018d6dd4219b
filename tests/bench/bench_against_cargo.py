"""The benchmarks `cold`, `edit`, `noop` and `cached`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench_cargo import CargoProject
from bench_figures import cargo_line
from bench_run import BenchError, timed
from bench_workspace import Workspace, copy_checkout

_TARGETS = ("//:my_ext",)
_QUICKSTART = "examples/quickstart"


class Sides(NamedTuple):
    """What is done before each timed run, and what is timed, for both sides."""

    prepare_ours: Callable[[], object]
    ours: Callable[[], object]
    prepare_cargo: Callable[[], object]
    cargo: Callable[[], object]


def edited(source: str, number: int) -> str:
    """Change one line of the extension so that its machine code changes."""
    changed, count = re.subn(r"\(a \+ b(?: \+ \d+)?\)", f"(a + b + {number})", source)
    if count != 1:
        raise BenchError(f"expected one `(a + b)` in the quickstart's source, found {count}; adapt tests/bench")
    return changed


class Editor:
    """Changes one line of several files, another way each time."""

    def __init__(self, *files: Path) -> None:
        """Name the files."""
        self._files = files
        self._edits = 0

    def edit(self) -> None:
        """Change the line in all files."""
        self._edits += 1
        for file in self._files:
            file.write_text(edited(file.read_text(encoding="utf-8"), self._edits), encoding="utf-8")


def nothing() -> None:
    """Prepare nothing."""


def sides(name: str, work: Workspace, project: CargoProject) -> Sides:
    """Give what a benchmark of one workspace does."""
    if name == "cold":
        work.warm(_TARGETS)
        project.build()
        return Sides(work.clean, lambda: work.build(_TARGETS), project.clean, project.build)
    work.build(_TARGETS)
    project.build()
    edit = Editor(work.folder / "src/lib.rs", project.source).edit
    return Sides(edit if name == "edit" else nothing, lambda: work.build(_TARGETS), nothing, project.build)


def compare(name: str, runs: int, steps: Sides) -> str:
    """Take the times of both sides in turn and give the closing line."""
    ours, cargo = [], []
    for run in range(runs):
        steps.prepare_ours()
        ours.append(timed(steps.ours))
        steps.prepare_cargo()
        cargo.append(timed(steps.cargo))
        print(f"run {run + 1}: ours {ours[-1]:.2f} s, cargo {cargo[-1]:.2f} s", flush=True)
    return cargo_line(name, ours, cargo)


def measure(name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run a benchmark and give its closing line."""
    disk = top / "disk" if name == "cached" else None
    folder = copy_checkout(checkout, top / "ours") / _QUICKSTART
    with Workspace(folder, top / "output_base/ours", disk) as work:
        work.fetch(_TARGETS)
        project = CargoProject(top / "cargo", folder / "src/lib.rs", work.vendor())
        if name != "cached":
            return compare(name, runs, sides(name, work, project))
        work.build(_TARGETS)
    fresh_folder = copy_checkout(checkout, top / "fresh") / _QUICKSTART
    with Workspace(fresh_folder, top / "output_base/fresh", disk) as fresh:
        fresh.fetch(_TARGETS)
        steps = Sides(fresh.clean, lambda: fresh.build(_TARGETS), project.clean, project.build)
        return compare(name, runs, steps)
