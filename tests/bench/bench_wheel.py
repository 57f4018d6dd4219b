"""The benchmark `wheel`: what packing costs, after one of 2,000 Python files has changed.

Ours and a genrule pack the same files, each in a build of its own; the genrule calls `zipper`, a zip in C++ that every
Bazel has. The time is that of the whole build: Bazel's own work and the sandbox, which both have alike, are in it. The
check of the finished wheel is not, because the other has none.
"""

from __future__ import annotations

import random
from pathlib import Path

from bench_figures import wheel_line
from bench_run import timed
from bench_workspace import Workspace, copy_checkout

_WORKSPACE = "tests/e2e/wheel"
_FILES = 2000
_LINES = 80
_OURS, _ZIP = "//big:wheel", "//big:zipped"
_NO_CHECK = "--norun_validations"
_BUILD = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_wheel")
load("@rules_python//python:defs.bzl", "py_library")

SOURCES = glob(["pkg/**/*.py"])

py_library(name = "pkg", srcs = SOURCES, imports = ["."])

pyo3_wheel(name = "wheel", distribution = "big", version = "1", deps = [":pkg"])

genrule(
    name = "zipped",
    srcs = SOURCES,
    outs = ["big.zip"],
    cmd = "$(execpath @bazel_tools//tools/zip:zipper) cC $@ $(SRCS)",
    tools = ["@bazel_tools//tools/zip:zipper"],
)
"""


def make_package(folder: Path) -> Path:
    """Write the package `big`; give one of its files."""
    words = random.Random(1)
    known = ["".join(words.choices("abcdefghij_", k=6)) for _ in range(500)]
    for number in range(_FILES):
        path = folder / f"pkg/part_{number // 50}/module_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"# {' '.join(words.choices(known, k=8))}\n" for _ in range(_LINES))
        path.write_text("".join(lines), encoding="utf-8")
    (folder / "BUILD.bazel").write_text(_BUILD, encoding="utf-8")
    return folder / "pkg/part_0/module_0.py"


def measure(_name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run the benchmark and give its closing line."""
    folder = copy_checkout(checkout, top / "ours") / _WORKSPACE
    changed = make_package(folder / "big")
    times: dict[str, list[float]] = {_OURS: [], _ZIP: []}
    with Workspace(folder, top / "output_base/ours") as work:
        # The first change teaches Bazel's server what the later ones repeat.
        for run in range(runs + 1):
            changed.write_text(f"# {run}\n", encoding="utf-8")
            for target in times:
                seconds = timed(lambda: work.build([target], _NO_CHECK))  # noqa: B023 (called at once)
                times[target] += [seconds] if run else []
            if run:
                print(f"run {run}: ours {times[_OURS][-1]:.2f} s, zip {times[_ZIP][-1]:.2f} s", flush=True)
    return wheel_line(times[_OURS], times[_ZIP])
