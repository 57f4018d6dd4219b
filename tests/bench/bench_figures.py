"""What the benchmarks conclude from their times, and from what Bazel says of a build. Times are in seconds."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from bench_run import BenchError


class Actions(NamedTuple):
    """How many actions a build had, and how many of them started a process."""

    total: int
    processes: int


def paired_ratio(dividends: Sequence[float], divisors: Sequence[float]) -> float:
    """Give the median of the ratios of each run: a machine whose speed drifts keeps it during one run."""
    return statistics.median(a / b for a, b in zip(dividends, divisors))


def cargo_line(name: str, ours: Sequence[float], cargo: Sequence[float]) -> str:
    """Word the result of a benchmark against cargo."""
    a, b = statistics.median(ours), statistics.median(cargo)
    return f"{name}: ours {a:.2f} s, cargo {b:.2f} s, ratio {a / b:.2f}"


def embed_line(compiled: tuple[int, int], ours: Sequence[float], cargo: Sequence[float]) -> str:
    """Word the result of `embed`; `compiled` says how often pyo3 was compiled, by us and by cargo."""
    times = cargo_line("", ours, cargo).removeprefix(": ")
    return f"embed: pyo3 compiled ours {compiled[0]}, cargo {compiled[1]}; {times}"


def wheel_line(what: str, other: str, ours: Sequence[float], others: Sequence[float]) -> str:
    """Word a result of `wheel`: `what` was measured, of us and of the `other` one."""
    a, b = statistics.median(ours), statistics.median(others)
    return f"{what}: ours {a:.2f} s, {other} {b:.2f} s, ratio {paired_ratio(ours, others):.2f}"


def pythons_line(
    abi3_one: Sequence[float], abi3_three: Sequence[float], ours: Sequence[float], maturin: Sequence[float]
) -> str:
    """Word the result of `pythons`; `ours` and `maturin` are version-specific builds for three Pythons."""
    shared, ratio = paired_ratio(abi3_three, abi3_one), paired_ratio(ours, maturin)
    return f"pythons: abi3 three for one ratio {shared:.2f}, version-specific against maturin ratio {ratio:.2f}"


def gates_line(wall: Sequence[tuple[float, float]], cpu: Sequence[tuple[float, float]]) -> str:
    """Word the result of `gates`; each pair is of one run, (with, without) the gates."""
    more = [100 * (paired_ratio(*zip(*pairs)) - 1) for pairs in (wall, cpu)]
    return f"gates: wall {more[0]:+.1f} %, CPU {more[1]:+.1f} %"


def read_actions(output: str) -> Actions:
    """Read the summary that Bazel prints after a build.

    Raises:
        BenchError: it is not there.
    """
    processes = re.search(r"^INFO: \d+ process(?:es)?: (.+)\.$", output, re.MULTILINE)
    total = re.search(r"^INFO: Build completed successfully, (\d+) total actions?$", output, re.MULTILINE)
    if not processes or not total:
        raise BenchError(f"Bazel's summary has no numbers of processes and actions; adapt tests/bench:\n{output}")
    # Such as "2 disk cache hit, 388 internal, 45 linux-sandbox"; an internal one is done in Bazel itself.
    kinds = (part.split(" ", 1) for part in processes[1].split(", "))
    started = sum(int(count) for count, kind in kinds if kind != "internal" and not kind.endswith("hit"))
    return Actions(int(total[1]), started)


def read_mnemonics(summary: str) -> dict[str, int]:
    """Count the actions of each kind in the answer of `bazel aquery --output=summary`."""
    section = summary.partition("\nMnemonics:\n")[2].partition("\n\n")[0]
    return {name: int(count) for name, count in re.findall(r"^  (\w+): (\d+)$", section, re.MULTILINE)}


def process_cpu(stat: str, ticks: int) -> tuple[float, float]:
    """Give the CPU time of a process itself and of its children that have ended, and theirs.

    Args:
        stat: the text of Linux's /proc/PID/stat
        ticks: clock ticks a second, `os.sysconf("SC_CLK_TCK")`
    """
    # Fields 14 to 17 of proc_pid_stat(5); the second field, the name in parentheses, may have blanks.
    user, system, children_user, children_system = map(int, stat.rpartition(")")[2].split()[11:15])
    return (user + system) / ticks, (children_user + children_system) / ticks
