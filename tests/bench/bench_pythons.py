"""The benchmark `pythons`: one extension for one, two and three Pythons, against cargo and maturin.

Ours builds targets of one matrix. Cargo runs once for each Python, with PYO3_PYTHON, and keeps its target folder from
one Python of a set to the next; so does maturin, which runs once for all of them. For abi3 maturin makes one wheel,
however many Pythons will load it. All three have the same rustc where Bazel takes the one on PATH, as tools/bazel does.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench_cargo import CargoProject
from bench_figures import pythons_line, read_actions, read_mnemonics
from bench_run import BenchError, run, timed_output
from bench_workspace import Workspace, copy_checkout

PYTHONS = ("3.13", "3.14", "3.15")
# Package of the workspace and word of the ABI -> flags of cargo and maturin.
ABIS = {"abi3": ("abi3-py310", ["--features", "pyo3/abi3-py310"]), "version": ("auto", [])}
# Actions that run rustc.
_COMPILERS = ("Rustc", "PyO3CompilerCrates")

_PYTHON = """
pyo3.system_python(
    name = "python_{tag}",
    interpreter = "python{python}",
)
use_repo(pyo3, "python_{tag}")

register_toolchains("@python_{tag}//:toolchain")
"""

_BUILD = """\
load("@rules_pyo3//rules:defs.bzl", "pyo3_extension_matrix")

pyo3_extension_matrix(
    name = "my_ext",
    srcs = ["src/lib.rs"],
    abi = "{abi}",
    edition = "2021",
    pythons = {pythons},
)
"""


class Case(NamedTuple):
    """Who builds, with which ABI, and for how many Pythons."""

    side: str
    abi: str
    pythons: int


# What the closing line is made of: abi3 for three and for one, version-specific for three, by us and by maturin.
ABI3_ONE, ABI3_THREE = Case("ours", "abi3", 1), Case("ours", "abi3", 3)
OURS, MATURIN = Case("ours", "version", 3), Case("maturin", "version", 3)
DECIDING = (ABI3_ONE, ABI3_THREE, OURS, MATURIN)


def cases() -> list[Case]:
    """Give all cases, what is compared side by side."""
    one_wheel = [Case("maturin", "abi3", 1)]
    shared = [Case(side, "abi3", count) for side in ("ours", "cargo") for count in (1, 2, 3)]
    return shared + one_wheel + [Case(side, "version", n) for n in (1, 2, 3) for side in ("ours", "maturin", "cargo")]


def order(runs: int) -> list[Case]:
    """Give what is built, in order: in each run what the closing line is made of, then all other cases once."""
    # Backwards every other time, so that nobody gains from a drift of the machine's speed.
    deciding = [case for number in range(runs) for case in DECIDING[:: -1 if number % 2 else 1]]
    return deciding + [case for case in cases() if case not in DECIDING]


def tag(python: str) -> str:
    """Give the word that targets and repositories have for a Python."""
    return "cp" + python.replace(".", "")


def targets(abi: str, count: int) -> list[str]:
    """Give the targets of the first Pythons."""
    return [f"//{abi}:my_ext.{tag(python)}" for python in PYTHONS[:count]]


def module_text(quickstart: str) -> str:
    """Give the quickstart's MODULE.bazel with all Pythons."""
    head, found, _ = quickstart.partition("\npyo3.system_python(")
    if not found:
        raise BenchError("expected `pyo3.system_python(` in the quickstart's MODULE.bazel; adapt tests/bench")
    return head + "".join(_PYTHON.format(tag=tag(python), python=python) for python in PYTHONS)


def build_text(abi: str) -> str:
    """Give the BUILD file of a package of the workspace."""
    return _BUILD.format(abi=abi, pythons=list(PYTHONS)).replace("'", '"')


def make_workspace(checkout: Path) -> Path:
    """Write the workspace into a checkout, beside the quickstart."""
    quickstart = checkout / "examples/quickstart"
    folder = checkout / "examples/pythons"
    for package, (abi, _) in ABIS.items():
        (folder / package).mkdir(parents=True)
        (folder / package / "BUILD.bazel").write_text(build_text(abi), encoding="utf-8")
        shutil.copytree(quickstart / "src", folder / package / "src")
    module = (quickstart / "MODULE.bazel").read_text(encoding="utf-8")
    (folder / "MODULE.bazel").write_text(module_text(module), encoding="utf-8")
    shutil.copy(quickstart / ".bazelrc", folder)
    return folder


def install_maturin(folder: Path) -> Path:
    """Install the locked maturin into a folder of its own and give the program."""
    run([sys.executable, "-m", "venv", folder], folder.parent)
    lock = Path(__file__).with_name("requirements_lock.txt")
    flags = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:")
    run([folder / "bin/python", "-m", "pip", "install", *flags, "--requirement", lock], folder.parent)
    return folder / "bin/maturin"


class Builds:
    """What is timed: every case, built from nothing."""

    def __init__(self, work: Workspace, project: CargoProject, maturin: Path) -> None:
        """Name the two projects and the program."""
        self.work = work
        self.project = project
        self.maturin = maturin

    def prepare(self, case: Case) -> Callable[[], str]:
        """Remove what was built, and give the build, which gives what it prints."""
        flags = ABIS[case.abi][1]
        if case.side == "ours":
            self.work.clean()
            return lambda: self.work.build(targets(case.abi, case.pythons))
        self.project.clean()
        pythons = [f"python{python}" for python in PYTHONS[: case.pythons]]
        if case.side == "cargo":
            return lambda: self._cargo(pythons, flags)
        return lambda: self.project.build_wheels(self.maturin, pythons if case.abi == "version" else [], *flags)

    def _cargo(self, pythons: Sequence[str], flags: Sequence[str]) -> str:
        return "".join(self.project.build(*flags, PYO3_PYTHON=python) for python in pythons)


def describe(case: Case, seconds: Iterable[float]) -> str:
    """Word the times of a case."""
    times = ", ".join(f"{value:.2f}" for value in seconds)
    return f"{case.abi}, {case.pythons} Python{'s' if case.pythons > 1 else ''}, {case.side}: {times} s"


def count_actions(work: Workspace, case: Case, output: str) -> str:
    """Word how many actions a build of ours from nothing took, by what Bazel printed."""
    mnemonics = read_mnemonics(work.mnemonics(targets(case.abi, case.pythons)))
    actions = read_actions(output)
    compilers = ", ".join(f"{name} {mnemonics.get(name, 0)}" for name in _COMPILERS)
    return f"  {actions.total} actions, {actions.processes} of them processes ({compilers})"


def measure(_name: str, runs: int, checkout: Path, top: Path) -> str:
    """Run the benchmark and give its closing line."""
    folder = make_workspace(copy_checkout(checkout, top / "ours"))
    every = [target for abi in ABIS for target in targets(abi, len(PYTHONS))]
    times: dict[Case, list[float]] = {case: [] for case in cases()}
    with Workspace(folder, top / "output_base/ours") as work:
        work.warm(every)
        project = CargoProject(top / "cargo", folder / "version/src/lib.rs", work.vendor())
        builds = Builds(work, project, install_maturin(top / "maturin"))
        for case in order(runs):
            seconds, output = timed_output(builds.prepare(case))
            times[case].append(seconds)
            print(describe(case, [seconds]), flush=True)
            if case.side == "ours" and len(times[case]) == 1:
                print(count_actions(work, case, output), flush=True)
    for case in cases():
        print(describe(case, times[case]))
    return closing(times)


def closing(times: Mapping[Case, Sequence[float]]) -> str:
    """Word the result."""
    return pythons_line(times[ABI3_ONE], times[ABI3_THREE], times[OURS], times[MATURIN])
