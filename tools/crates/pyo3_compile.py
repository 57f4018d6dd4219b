"""Compiles a group of Rust libraries in one action, each as soon as the metadata of its dependencies exists.

Cargo does the same between its processes ("pipelining"); a build action starts only when whole files are there. The
crates that only the compiler runs (syn and what lies above it) are a chain, so this halves the wait for them.

`pyo3_compile.py --label L --rustc PATH --target TRIPLE --plan PLAN [--no-std] [--common-argument ARG]...`

PLAN is JSON, schema 1:

    {"schema": 1, "crates": [{
        "name": "syn",                                 unique; `deps` refer to it
        "arguments": ["src/lib.rs", "--edition=2021"]  for rustc
        "build_script": null,                          or {"features": [...], "version": "1.0.107"}, to be computed
        "deps": {"proc_macro2": "proc-macro2"},        name in the source -> crate
        "environment": {"CARGO_PKG_NAME": "syn"},      ${pwd} stands for the working directory
        "output": "out/libsyn-1.rlib"}]}
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_build_scripts
import pyo3_common
import pyo3_flags
import pyo3_triple
from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_build_scripts import RustcVersion
    from pyo3_triple import Triple


class Crate(NamedTuple):
    """One library of the plan."""

    name: str
    arguments: Sequence[str]
    build_script: Mapping[str, Any] | None
    deps: Mapping[str, str]
    environment: Mapping[str, str]
    output: str

    def metadata(self, scratch: str) -> str:
        """Give the path of the .rmeta file, which nobody needs when the library is there."""
        return os.path.join(scratch, Path(self.output).stem + ".rmeta")


def parse_plan(plan: Mapping[str, Any]) -> list[Crate]:
    """Read a plan.

    Args:
        plan: the decoded JSON, see the module's text.

    Returns:
        The crates, in an order in which each comes after its dependencies.

    Raises:
        ToolError: when the dependencies have a hole or a circle.
    """
    waiting = {item["name"]: Crate(**item) for item in plan["crates"]}
    ordered: list[Crate] = []
    done: set[str] = set()
    while waiting:
        ready = [crate for crate in waiting.values() if done.issuperset(crate.deps.values())]
        if not ready:
            names = ", ".join(sorted(waiting))
            raise ToolError(
                f"the crates {names} wait for each other or for a crate that is not in the plan; "
                "expected dependencies without circles; generate the crate repository again"
            )
        for crate in ready:
            ordered.append(waiting.pop(crate.name))
            done.add(crate.name)
    return ordered


def command(crate: Crate, crates: Mapping[str, Crate], common: Sequence[str], scratch: str) -> list[str]:
    """Give rustc's arguments for a crate.

    Args:
        crate: what to compile.
        crates: all crates by name.
        common: arguments for every crate.
        scratch: folder of the .rmeta files.
    """
    arguments = [*crate.arguments, *common]
    arguments += [f"--extern={name}={crates[dep].metadata(scratch)}" for name, dep in crate.deps.items()]
    return [
        *arguments,
        f"-Ldependency={scratch}",
        f"--emit=metadata={crate.metadata(scratch)},link={crate.output}",
        "--crate-type=rlib",
        "--error-format=json",
        "--json=artifacts,diagnostic-rendered-ansi",
    ]


def with_build_script(
    crate: Crate, rustc: RustcVersion, target: Triple, scratch: str, *, no_std: bool = False
) -> Crate:
    """Add what the crate's build script would tell rustc, of the flags stage.

    Computed here and not read from its files: nothing then comes before the action that all others wait for. That is
    why there is no Python either: before PyO3 0.29 its macros read the configuration where they are used.

    Args:
        crate: with or without a build script.
        rustc: the compiler.
        target: what it compiles for.
        scratch: folder for the files of build scripts.
        no_std: whether PYO3_WIP_NO_STD is on.
    """
    script = crate.build_script
    if script is None:
        return crate
    outputs = pyo3_build_scripts.crate_outputs(
        crate.name, script["version"], script["features"], rustc, target, None, no_std=no_std
    )
    crate = crate._replace(arguments=[*crate.arguments, *pyo3_flags.render(outputs)[0].splitlines()])
    return with_out_dir(crate, dict(outputs.out_files), Path(scratch, crate.name)) if outputs.out_files else crate


def with_out_dir(crate: Crate, files: Mapping[str, str], folder: Path) -> Crate:
    """Copy a crate's sources beside the files of its build script.

    OUT_DIR can then be relative, and the path, which the library may hold, is the same everywhere.
    """
    root = Path(crate.arguments[0])
    shutil.copytree(root.parent, folder / "src")
    (folder / "out").mkdir()
    for name, text in files.items():
        pyo3_common.write_text(str(folder / "out" / name), text)
    moved = [
        str(folder / "src" / root.name),
        *crate.arguments[1:],
        f"--remap-path-prefix={folder / 'src'}={root.parent}",
    ]
    # Relative to the file that includes from it.
    return crate._replace(arguments=moved, environment={**crate.environment, "OUT_DIR": "../out"})


def announces_metadata(line: str) -> bool:
    """Tell whether a line of rustc's JSON output says that the .rmeta file is complete."""
    return line.startswith('{"$message_type":"artifact"') and json.loads(line)["emit"] == "metadata"


def rendered(line: str) -> str:
    """Give what a person should read of a line of rustc's output; empty for notices of files."""
    if not line.startswith("{"):
        return line
    message = json.loads(line)
    text = message.get("rendered") or ""
    return str(text)


@contextlib.contextmanager
def jobserver(threads: int) -> Iterator[tuple[int, int]]:
    """Make a jobserver as GNU make does: a pipe with a byte for each thread above the first.

    A rustc without one starts a thread for each part of a crate, and those that generate code for a crate that is
    already usable would slow down the one that others wait for.
    """
    ends = os.pipe()
    os.write(ends[1], b"+" * (threads - 1))
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def compile_crate(
    arguments: Sequence[str], environment: Mapping[str, str], jobs: tuple[int, int], on_metadata: Callable[[], None]
) -> None:
    """Run rustc with a jobserver, and call back when the metadata is complete.

    Raises:
        ToolError: with rustc's own words when it fails.
    """
    words: list[str] = []
    with subprocess.Popen(
        arguments,
        env={**environment, "MAKEFLAGS": f"-j --jobserver-auth={jobs[0]},{jobs[1]}"},
        pass_fds=jobs if os.name == "posix" else (),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if announces_metadata(line):
                on_metadata()
            words.append(rendered(line))
    if process.returncode != 0:
        raise ToolError("rustc failed: " + "".join(words))


class Pipeline:
    """The crates on their way through the compiler, one thread for each that runs."""

    def __init__(self, crates: Sequence[Crate], start: Callable[[Crate, Callable[[], None]], None]) -> None:
        """Take the crates in an order of parse_plan and what compiles one."""
        self._crates = crates
        self._start = start
        self._ready = {crate.name: threading.Event() for crate in crates}
        self._error: Exception | None = None

    def _compile(self, crate: Crate) -> None:
        for dep in crate.deps.values():
            self._ready[dep].wait()
        try:
            if self._error is None:
                self._start(crate, self._ready[crate.name].set)
        except ToolError as error:
            self._error = self._error or ToolError(f"crate {crate.name}: {error}")
        except Exception as error:
            self._error = self._error or error
        finally:
            self._ready[crate.name].set()

    def run(self) -> None:
        """Compile all.

        Raises:
            ToolError: the first failure.
        """
        threads = [threading.Thread(target=self._compile, args=(crate,)) for crate in self._crates]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._error is not None:
            raise self._error


def _compile_all(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser("Compile the crates of a plan.")
    parser.add_argument("--rustc", required=True)
    parser.add_argument("--target", required=True, help="the triple that the crates are compiled for")
    parser.add_argument("--plan", required=True)
    parser.add_argument("--no-std", action="store_true", help="what PYO3_WIP_NO_STD=1 does with cargo")
    parser.add_argument("--common-argument", action="append", default=[])
    options = parser.parse_args(argv)
    crates = parse_plan(pyo3_common.read_json(options.plan, "plan"))
    by_name = {crate.name: crate for crate in crates}
    rustc = pyo3_flags.ask_rustc(options.rustc)
    target = pyo3_triple.parse_triple(options.target)
    pwd = os.getcwd()
    common = [*options.common_argument, f"--remap-path-prefix={pwd}="]

    with tempfile.TemporaryDirectory() as scratch, jobserver(os.cpu_count() or 1) as jobs:

        def start(crate: Crate, on_metadata: Callable[[], None]) -> None:
            crate = with_build_script(crate, rustc, target, scratch, no_std=options.no_std)
            environment = {key: value.replace("${pwd}", pwd) for key, value in crate.environment.items()}
            arguments = command(crate, by_name, common, scratch)
            compile_crate([options.rustc, *arguments], environment, jobs, on_metadata)

        Pipeline(crates, start).run()


def main(argv: Sequence[str] | None = None) -> int:
    """Compile the crates of a plan; 1 with a message on stderr when one fails."""
    return pyo3_common.run(_compile_all, argv)


if __name__ == "__main__":
    sys.exit(main())
