"""The benchmark `wheel`: what packing costs, after one of 2,000 Python files has changed.

Ours, a plain zip and rules_python's py_wheel pack the same files, each in a build of its own, by turns. The zip is
Info-ZIP's where it is on PATH, else `zipper`, a zip in C++ that every Bazel has. The wall time is that of the whole
build: Bazel's own work and the sandbox, which all have alike, are in it. The CPU time is that of the action alone, with
its sandbox. The check of our finished wheel is in neither, because the others have none. Only on Linux.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench_figures import wheel_line
from bench_run import BenchError, timed
from bench_workspace import Workspace, copy_checkout, server_cpu

_WORKSPACE = "tests/e2e/wheel"
_FILES = 2000
_LINES = 80
OURS, ZIP, PY_WHEEL = "ours", "zip", "py_wheel"
_NO_CHECK = "--norun_validations"
# What makes py_wheel's wheels; distributions of rules_python leave it out.
_WHEELMAKER = "@rules_python//tools:wheelmaker"
_BUILD = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_wheel")
load("@rules_python//python:defs.bzl", "py_library")
load("@rules_python//python:packaging.bzl", "py_wheel")

SOURCES = glob(["pkg/**/*.py"])

py_library(name = "pkg", srcs = SOURCES, imports = ["."])

pyo3_wheel(name = "ours", distribution = "big", version = "1", deps = [":pkg"])

py_wheel(name = "py_wheel", distribution = "big", version = "1", deps = [":pkg"])

genrule(
    name = "zip",
    srcs = SOURCES,
    outs = ["big.zip"],
    cmd = "{command} $@ $(SRCS)",
    tools = {tools},
)
"""


class Cost(NamedTuple):
    """What a build cost in seconds: wall time, and CPU time of its actions."""

    wall: float
    cpu: float


def build_file(zip_program: str | None) -> str:
    """Give the BUILD file of the package `big`; `zip_program` is Info-ZIP's path, None for zipper."""
    if zip_program:
        return _BUILD.format(command=f"{zip_program} -q -X", tools="[]")
    zipper = "@bazel_tools//tools/zip:zipper"
    return _BUILD.format(command=f"$(execpath {zipper}) cC", tools=f'["{zipper}"]')


def make_package(folder: Path, zip_program: str | None) -> Path:
    """Write the package `big`; give one of its files."""
    words = random.Random(1)
    known = ["".join(words.choices("abcdefghij_", k=6)) for _ in range(500)]
    for number in range(_FILES):
        path = folder / f"pkg/part_{number // 50}/module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"# {' '.join(words.choices(known, k=8))}\n" for _ in range(_LINES))
        path.write_text("".join(lines), encoding="utf-8")
    (folder / "BUILD.bazel").write_text(build_file(zip_program), encoding="utf-8")
    return folder / "pkg/part_0/module_0.py"


def order(sides: Sequence[str], run: int) -> list[str]:
    """Give who builds first, so that nobody gains from a drift of the machine's speed."""
    start = run % len(sides)
    return [*sides[start:], *sides[:start]]


def _available(work: Workspace) -> list[str]:
    try:
        work.bazel("query", *work.modules, _WHEELMAKER)
    except BenchError:
        print(f"py_wheel is not measured: there is no {_WHEELMAKER}; name a rules_python that has it: --rules_python")
        return [OURS, ZIP]
    return [OURS, ZIP, PY_WHEEL]


def _cost(work: Workspace, pid: str, side: str) -> Cost:
    _, before = server_cpu(pid)
    wall = timed(lambda: work.build([f"//big:{side}"], _NO_CHECK))
    _, after = server_cpu(pid)
    return Cost(wall, after - before)


def _measured(work: Workspace, changed: Path, runs: int) -> dict[str, list[Cost]]:
    sides = _available(work)
    pid = work.bazel("info", "server_pid").split()[-1]
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    # The first change teaches Bazel's server what the later ones repeat.
    for run in range(runs + 1):
        changed.write_text(f"# {run}\n", encoding="utf-8")
        for side in order(sides, run):
            cost = _cost(work, pid, side)
            costs[side] += [cost] if run else []
        if run:
            latest = (f"{side} {costs[side][-1].wall:.2f} s (CPU {costs[side][-1].cpu:.2f} s)" for side in sides)
            print(f"run {run}: {', '.join(latest)}", flush=True)
    return costs


def measure(_name: str, runs: int, checkout: Path, top: Path, rules_python: str = "") -> str:
    """Run the benchmark and give its closing line.

    Args:
        runs: how often each side packs.
        checkout: these rules.
        top: a folder for everything.
        rules_python: absolute path of the rules_python to use; the workspace's own by default.
    """
    program = shutil.which("zip")
    print(f"zip is {program or 'zipper of Bazel'}")
    folder = copy_checkout(checkout, top / "ours") / _WORKSPACE
    changed = make_package(folder / "big", program)
    modules = [f"--override_module=rules_python={rules_python}"] if rules_python else []
    with Workspace(folder, top / "output_base/ours", modules=modules) as work:
        costs = _measured(work, changed, runs)
    lines = [
        line
        for other in (PY_WHEEL, ZIP)
        if other in costs
        for line in (
            wheel_line("wheel, CPU", other, [cost.cpu for cost in costs[OURS]], [cost.cpu for cost in costs[other]]),
            wheel_line("wheel", other, [cost.wall for cost in costs[OURS]], [cost.wall for cost in costs[other]]),
        )
    ]
    return "\n".join(lines)
