"""Compares what our tools compute with what PyO3's own build scripts print, for many Pythons and settings.

    tools/bazel run //tests/pyo3:differential -- [--full]

The build scripts of each supported PyO3 version are compiled once and run as programs, each time with the environment
that Cargo would give them. The last line is `N compared, N equal, N different, N intended`; the exit code is 1 if
anything is different. Differences that are intended stand in testdata/intended.json, with their reasons.
"""

from __future__ import annotations

import argparse
import functools
import os
import pathlib
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import diff_computed
import diff_fetch
import diff_material
import diff_others
import diff_programs
import diff_run
import pyo3_common
import pyo3_versions
from diff_cases import RUSTCS, all_cases, sample
from diff_compare import Report, read_intended
from diff_kinds import CROSS_TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from diff_case import Case
    from diff_material import Material
    from diff_programs import Programs
    from diff_run import Result

_SAMPLED = 25


def _default_cache() -> str:
    # Bazel's tests can write to a folder of their own only.
    base = os.environ.get("TEST_TMPDIR") or os.environ.get("XDG_CACHE_HOME") or str(pathlib.Path.home() / ".cache")
    return str(pathlib.Path(base) / "rules_pyo3" / "differential")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all cases, and how both sides word refusals")
    parser.add_argument("--every", type=int, default=_SAMPLED, help="without --full: about one case of so many")
    parser.add_argument("--version", action="append", help="a version of PyO3, all supported ones by default")
    parser.add_argument("--kind", action="append", help="a kind of case, all by default")
    parser.add_argument("--python", action="append", default=[], help="an interpreter beside those that are found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cargo", default="cargo")
    parser.add_argument("--rustc", default="rustc")
    parser.add_argument("--probe", required=True, help="pyo3_probe.py")
    parser.add_argument("--locks", help="folder of <version>/Cargo.lock; Cargo fetches what --crates does not give")
    parser.add_argument("--crates", action="append", default=[], metavar="VERSION=FOLDER", help="vendored crates")
    parser.add_argument("--cache", default=_default_cache(), help="folder for fetched crates and compiled programs")
    return parser


def _program(name: str) -> str:
    """Find a program that other folders' processes can start too.

    Raises:
        ToolError: it is not there.
    """
    found = shutil.which(name)
    if found is None:
        raise pyo3_common.ToolError(f"there is no program {name}, expected one on PATH: install Rust, or name it")
    return os.path.abspath(found)


def _folder(name: str) -> pathlib.Path:
    """Resolve `FILE/..`, which Bazel can say and the system does not know."""
    return pathlib.Path(os.path.abspath(name))


def _compile(args: argparse.Namespace, versions: Sequence[str]) -> list[Programs]:
    """Get the build scripts of the versions as programs."""
    cache = pathlib.Path(args.cache).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    given = dict(pair.split("=", 1) for pair in args.crates)

    def one(version: str) -> Programs:
        if version in given:
            vendored = _folder(given[version])
        else:
            lock = _folder(args.locks or ".") / version / "Cargo.lock"
            vendored = diff_fetch.vendor(version, lock, args.cargo, cache / "crates")
        return diff_programs.compile_programs(version, vendored, args.cargo, args.rustc, cache / "programs")

    with ThreadPoolExecutor(args.jobs) as pool:
        return list(pool.map(one, versions))


def _cases(args: argparse.Namespace, programs: Programs, material: Material) -> list[Case]:
    variables = pyo3_versions.pyo3_version(programs.version).variables
    cases = all_cases(programs.version, programs.features["pyo3"], variables, material)
    if args.kind:
        cases = [case for case in cases if case.kind in args.kind]
    return cases if args.full else sample(cases, args.every)


def _compare(args: argparse.Namespace, versions: Sequence[str], folder: pathlib.Path) -> Report:
    compiled = _compile(args, versions)
    (folder / "work").mkdir()
    material = diff_material.make_material(folder / "material", args.python)
    targets = {*CROSS_TARGETS, *(each.triple for each in material.interpreters)}
    targets.update(each.triple for each in material.sysconfigdata)
    surroundings = diff_run.make_surroundings(folder / "work", args.rustc, RUSTCS, targets)
    report = Report(read_intended())
    with ThreadPoolExecutor(args.jobs) as pool:
        for programs in compiled:
            cases = _cases(args, programs, material)
            run = functools.partial(diff_run.run_case, programs=programs, surroundings=surroundings)
            before = report.compared, report.different
            for case, real in zip(cases, pool.map(run, cases)):
                _add(report, case, real, diff_computed.compute_case(case, programs, args.probe))
            if not args.kind or diff_others.KIND in args.kind:
                for others in diff_others.compare_others(programs, surroundings, args.rustc, CROSS_TARGETS):
                    _add(report, *others)
            compared, different = report.compared - before[0], report.different - before[1]
            print(f"PyO3 {programs.version}: {compared} cases, {different} different", flush=True)
    return report


def _add(report: Report, case: Case, real: Result, computed: Result) -> None:
    """Count a case, and tell of a new difference at once: a full run takes long."""
    for line in report.add(case, real, computed):
        print(f"PyO3 {case.version}, {case.kind}, {case.name}: {line}", flush=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def main(argv: Sequence[str] | None = None) -> int:
    """Compare; see the module's text."""
    args = _parser().parse_args(argv)
    try:
        args.cargo, args.rustc, args.probe = _program(args.cargo), _program(args.rustc), os.path.abspath(args.probe)
        with tempfile.TemporaryDirectory() as name:
            report = _compare(args, args.version or pyo3_versions.supported_versions(), pathlib.Path(name))
    except pyo3_common.ToolError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    if args.full:
        pairs = report.wordings.most_common()
        _print(f"{count} times refused: {real}\n    by our tools: {ours}" for (real, ours), count in pairs)
    _print(report.lines())
    print(report.summary)
    return 1 if report.different or not report.compared else 0


if __name__ == "__main__":
    sys.exit(main())
