"""Runs Bazel in a copy of a workspace, as a user does.

The copy is a whole checkout of rules_pyo3 with the workspace in its usual place, so that paths between them hold.
Every nested Bazel has its own output base. The disk cache is shared by the tests that run on one machine: it is
keyed by content, and compiling PyO3 anew in each test would take most of their time.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A server lives for one test only: optimising its code would cost more than it saves.
_JVM = ("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_STARTUP = ("--max_idle_secs=120", *(f"--host_jvm_args={argument}" for argument in _JVM))
_COMMON = ("--color=no", "--curses=no", "--noshow_progress", "--noshow_loading_progress", "--verbose_failures")
# What programs below Bazel may need of the host: where clients fetch from, and where programs lie.
_KEPT_VARIABLES = re.compile(
    r"PATH|HOME|USER|LANG|(CARGO|PIP|RUSTUP)_\w+|JAVA_HOME|BAZEL_REAL|BAZELISK_\w+|SSL_CERT_\w+|(HTTPS?|ALL|NO)_PROXY",
    re.IGNORECASE,
)
_LEFT_BEHIND = (".git", "bazel-*", "__pycache__", ".*_cache", "MODULE.bazel.lock")
_SECONDS = 900
# Bazel shows a traceback of its own, of .bzl files, when a repository fails.
_PYTHON_FRAME = re.compile(r'File "[^"]+\.py", line \d+')
_SUMMARY = re.compile(r"INFO: (\d+) process(?:es)?: (.+)\.$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What a Bazel call did: exit code, what was printed, and a line that repeats it."""

    code: int
    stdout: str
    stderr: str
    command: str

    def missing(self, fragments: Sequence[str]) -> list[str]:
        """Give the fragments that Bazel did not print; any whitespace is as good as any other."""
        printed = _one_line(self.stdout + "\n" + self.stderr)
        return [fragment for fragment in fragments if _one_line(fragment) not in printed]

    def describe(self) -> str:
        """Word the result for a failure message."""
        return f"exit code {self.code} of\n  {self.command}\n{self.stdout}\n{self.stderr}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def process_counts(stderr: str) -> dict[str, int]:
    """Read Bazel's summary, such as `INFO: 9 processes: 7 internal, 2 linux-sandbox.`: kind -> number.

    Of several builds the last one counts; empty when there is no summary.
    """
    summaries = _SUMMARY.findall(stderr)
    parts = summaries[-1][1].split(", ") if summaries else []
    return {kind: int(number) for number, _, kind in (part.partition(" ") for part in parts)}


def kept_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what an outer Bazel sets for its tests, which would reach the programs below the nested one."""
    return {name: value for name, value in environment.items() if _KEPT_VARIABLES.fullmatch(name)}


def repeatable(directory: Path, environment: Mapping[str, str], command: Sequence[str]) -> str:
    """Word a shell line that runs the same command in the same place."""
    settings = [f"{name}={value}" for name, value in sorted(environment.items())]
    return f"cd {shlex.quote(str(directory))} && env -i {shlex.join([*settings, *command])}"


def find_bazel(environment: Mapping[str, str]) -> str | None:
    """Find the Bazel to nest: BAZEL_REAL, which launchers set, or `bazel` on PATH."""
    return environment.get("BAZEL_REAL") or shutil.which("bazel", path=environment.get("PATH"))


def checkout() -> Path:
    """Give the top of rules_pyo3: of the runfiles in a Bazel test, of the checkout outside."""
    return Path(__file__).absolute().parents[2]


def shared_folder() -> Path:
    """Give a folder that all tests of one outer output base share, and that `bazel clean` empties."""
    own = os.environ.get("TEST_TMPDIR")
    name = "rules_pyo3_e2e"
    return Path(own).parent / name if own else Path(tempfile.gettempdir()) / f"{name}_{os.getuid()}"


@dataclass(frozen=True)
class Workspace:
    """A copied workspace with a Bazel of its own."""

    directory: Path
    bazel: str
    user_root: Path
    disk_cache: Path

    def run(self, command: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        """Call Bazel; arguments after a "--" stay last."""
        startup = [self.bazel, f"--output_user_root={self.user_root}", *_STARTUP]
        options = (
            [*_COMMON, f"--disk_cache={self.disk_cache}"] if command in ("build", "coverage", "run", "test") else []
        )
        line = [*startup, command, *options, *arguments]
        variables = {**kept_environment(os.environ), **(environment or {})}
        process = subprocess.run(
            line,
            cwd=self.directory,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        return Result(process.returncode, process.stdout, process.stderr, repeatable(self.directory, variables, line))

    def succeed(self, command: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        """Call Bazel, which must succeed."""
        result = self.run(command, *arguments, environment=environment)
        assert result.code == 0, result.describe()
        return result

    def fail(self, *arguments: str, saying: Sequence[str], command: str = "build") -> Result:
        """Call Bazel, which must fail, say all the fragments, and show no Python traceback."""
        result = self.run(command, *arguments)
        assert result.code != 0, f"expected a failure, got {result.describe()}"
        missing = result.missing(saying)
        assert not missing, f"expected {missing} in {result.describe()}"
        assert not _PYTHON_FRAME.search(result.stderr), f"expected no Python traceback in {result.describe()}"
        return result

    def write(self, path: str, text: str) -> Path:
        """Write a file of the workspace."""
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def files(self, target: str, *options: str) -> list[Path]:
        """Give the output files of a target, in whatever configuration it is built."""
        listed = self.succeed("cquery", "--output=files", *options, target).stdout
        return [self.directory / line for line in listed.splitlines()]

    def output(self, path: str, *options: str) -> Path:
        """Give the place of an output file below bazel-bin."""
        return Path(self.succeed("info", *options, "bazel-bin").stdout.strip()) / path


def copy_workspace(path: str, target: Path, disk_cache: Path | None = None) -> Workspace:
    """Copy a workspace, given relative to the checkout, together with the rules.

    Skips the calling test when there is no Bazel.
    """
    bazel = find_bazel(os.environ)
    if not bazel:
        pytest.skip("no `bazel` on PATH and no BAZEL_REAL: nested workspaces need one")
    shutil.copytree(checkout(), target, ignore=shutil.ignore_patterns(*_LEFT_BEHIND))
    shared = shared_folder()
    return Workspace(
        directory=target / path,
        bazel=bazel,
        user_root=shared / "user_root",
        disk_cache=disk_cache or shared / "disk_cache",
    )


def nested_workspace(path: str, target: Path, disk_cache: Path | None = None) -> Iterator[Workspace]:
    """Copy a workspace, for a fixture; its Bazel is stopped and its outputs are removed at the end."""
    workspace = copy_workspace(path, target, disk_cache)
    yield workspace
    workspace.run("clean", "--expunge")
