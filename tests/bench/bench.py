"""Times the quickstart's extension against cargo: `tools/bazel run //tests/bench -- NAME [--runs N]`.

NAME is one of
    cold     release build; crates fetched, caches empty, Bazel's server up; cargo builds without a target folder
    edit     one line of the extension changed, then built again
    noop     nothing changed
    cached   a fresh checkout at another path with a filled disk cache, against cargo's cold build
    pythons  cold, for one, two and three Pythons, version-specific and abi3; against cargo and maturin;
             what the last line is made of N times, the rest once
    gates    cold, with validation actions against without them
    embed    cold, for an extension, its Rust tests and a program that embeds Python
    wheel    packing 2,000 files after one has changed, against a plain zip and rules_python's py_wheel, of the
             rules_python that the workspace has or of the folder --rules_python
Both sides use one rustc and run in turn; actions are sandboxed as by default. Every time is printed; the last line
of the first four is `NAME: ours A s, cargo B s, ratio R`, of medians; that of `embed` also says how often pyo3 was
compiled, and that of the others is made of the medians of the ratios of each run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import bench_against_cargo
import bench_embed
import bench_gates
import bench_pythons
import bench_wheel
from bench_run import BenchError

_BENCHMARKS = {
    "cold": bench_against_cargo.measure,
    "edit": bench_against_cargo.measure,
    "noop": bench_against_cargo.measure,
    "cached": bench_against_cargo.measure,
    "pythons": bench_pythons.measure,
    "gates": bench_gates.measure,
    "embed": bench_embed.measure,
    "wheel": bench_wheel.measure,
}


def checkout() -> Path:
    """Give the checkout that is built.

    Raises:
        BenchError: `bazel run` has not started this.
    """
    folder = os.environ.get("BUILD_WORKSPACE_DIRECTORY")
    if not folder:
        raise BenchError(
            "BUILD_WORKSPACE_DIRECTORY is not set; expected: a call by `tools/bazel run //tests/bench -- NAME`"
        )
    return Path(folder)


def main(argv: Sequence[str]) -> int:
    """Run the benchmark that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=_BENCHMARKS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rules_python", default="", help="absolute path of its sources, for wheel")
    options = parser.parse_args(argv)
    more = {"rules_python": options.rules_python} if options.name == "wheel" else {}
    top = Path(tempfile.mkdtemp(prefix="rules_pyo3_bench_"))
    try:
        print(_BENCHMARKS[options.name](options.name, options.runs, checkout(), top, **more))
    except BenchError as error:
        print(f"ERROR: //tests/bench: {error}", file=sys.stderr)
        return 1
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(top)], check=False)
        shutil.rmtree(top, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
