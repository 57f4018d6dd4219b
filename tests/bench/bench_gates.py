"""The benchmark `gates`: what the validation of an extension adds to a cold build.

The CPU time is that of all processes that Bazel's server has started and that have ended, as the kernel counts it for
the server, and so of the sandboxes and of all that ran in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bench_figures import gates_line
from bench_run import timed
from bench_workspace import Workspace, copy_checkout, server_cpu

_TARGETS = ("//:my_ext",)
_FLAGS = {True: "--run_validations", False: "--norun_validations"}


class Cost(NamedTuple):
    """What a build cost in seconds: wall time, CPU time of its actions, and CPU time of Bazel's server."""

    wall: float
    actions: float
    server: float


def cold_build(work: Workspace, pid: str, gates: bool) -> Cost:
    """Build with empty caches, with or without validation actions."""
    work.clean()
    server, actions = server_cpu(pid)
    wall = timed(lambda: work.build(_TARGETS, _FLAGS[gates]))
    server_after, actions_after = server_cpu(pid)
    return Cost(wall, actions_after - actions, server_after - server)


def measure(_name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run the benchmark and give its closing line."""
    folder = copy_checkout(checkout, top / "ours") / "examples/quickstart"
    costs: dict[bool, list[Cost]] = {True: [], False: []}
    with Workspace(folder, top / "output_base/ours") as work:
        work.warm(_TARGETS)
        pid = work.bazel("info", "server_pid").split()[-1]
        for run in range(runs):
            # The other one first each time, so that neither gains from a drift of the machine's speed.
            for gates in (run % 2 == 0, run % 2 == 1):
                cost = cold_build(work, pid, gates)
                costs[gates].append(cost)
                word = "with" if gates else "without"
                print(
                    f"run {run + 1}: {word} gates {cost.wall:.2f} s, CPU {cost.actions:.2f} s"
                    f" (and Bazel's server {cost.server:.2f} s)",
                    flush=True,
                )
    pairs = list(zip(costs[True], costs[False]))
    return gates_line([(a.wall, b.wall) for a, b in pairs], [(a.actions, b.actions) for a, b in pairs])
