"""Chooses who runs the build: a Bazel that is at hand, or Debian's in a provisioned root."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from distro_common import MODE_VARIABLE, WRAPPER, DistroError, cache_folder, say, workspace_of

OLDEST_MAJOR = 7
_PROBE_SECONDS = 300


@dataclass(frozen=True)
class Candidate:
    """A Bazel launcher that was found, and why it cannot be used (None: it can)."""

    source: str
    path: str
    version: str = ""
    problem: str | None = None


@dataclass(frozen=True)
class Choice:
    """Who runs the build; `bazel` is the launcher to execute, None in distro mode."""

    mode: str
    bazel: str | None
    reason: str


def forced_mode(env: Mapping[str, str]) -> str | None:
    """The mode the user asks for: "distro", "system" or None.

    Raises:
        DistroError: the variable holds anything else.
    """
    value = env.get(MODE_VARIABLE, "")
    if value in ("", "distro", "system"):
        return value or None
    raise DistroError(f"{MODE_VARIABLE} is {value!r}; expected distro, system, or nothing to let tools/bazel choose")


def parse_version(output: str) -> tuple[str, int] | None:
    """The release and its major number in the output of `bazel --version`, e.g. ("7.7.1", 7)."""
    match = re.search(r"^bazel (?:\S*@)?((\d+)\.\d+\S*)", output, re.MULTILINE)
    return (match[1], int(match[2])) if match else None


def launchers(env: Mapping[str, str]) -> list[tuple[str, str]]:
    """The Bazel launchers at hand as (where it was found, path), first choice first, this program left out."""
    found = [("BAZEL_REAL", env["BAZEL_REAL"])] if env.get("BAZEL_REAL") else []
    for name in ("bazelisk", "bazel"):
        for folder in env.get("PATH", "").split(os.pathsep):
            path = shutil.which(name, path=folder) if folder else None
            if path:
                found.append((f"{name} on PATH", path))
    return [(source, path) for source, path in found if not _is_this_program(path)]


def _is_this_program(path: str) -> bool:
    try:
        return os.path.samefile(path, WRAPPER)
    except OSError:
        return False


def examine(source: str, path: str, env: Mapping[str, str], cwd: Path) -> Candidate:
    """Asks a launcher for its version."""
    # Under Bazelisk this program may be the workspace's wrapper: skip it, or it would ask itself.
    quiet = {**env, "BAZELISK_SKIP_WRAPPER": "true"}
    try:
        done = subprocess.run(
            [path, "--version"], env=quiet, cwd=cwd, capture_output=True, text=True, timeout=_PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Candidate(source, path, problem=f"does not start: {error}")
    if done.returncode:
        return Candidate(source, path, problem=f"`--version` failed: {last_line(done.stderr)}")
    version = parse_version(done.stdout)
    if version is None:
        return Candidate(source, path, problem=f"`--version` prints {last_line(done.stdout)!r}, not a release of Bazel")
    if version[1] < OLDEST_MAJOR:
        return Candidate(source, path, version[0], f"is {version[0]}; {OLDEST_MAJOR}.0 or newer is needed")
    return Candidate(source, path, version[0])


def last_line(text: str) -> str:
    """The last line that is not blank, stripped; "" where there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def resolution_key(bazel: str, workspace: Path, env: Mapping[str, str]) -> str:
    """Names what a successful module resolution depends on: the launcher and the files it reads."""
    real = Path(bazel).resolve()
    stat = real.stat()
    parts = [str(real), str(stat.st_size), str(stat.st_mtime_ns), env.get("USE_BAZEL_VERSION", "")]
    digest = hashlib.sha256("\0".join(parts).encode())
    for name in ("MODULE.bazel", ".bazelrc", ".bazelversion"):
        file = workspace / name
        digest.update(b"\0" + (file.read_bytes() if file.is_file() else b""))
    return digest.hexdigest()[:32]


def resolution_memo(bazel: str, env: Mapping[str, str], cwd: Path) -> Path | None:
    """The file that remembers a successful resolution; None where there are no modules to resolve."""
    workspace = workspace_of(cwd)
    if workspace is None or not (workspace / "MODULE.bazel").is_file():
        return None
    return cache_folder(env) / "resolved" / resolution_key(bazel, workspace, env)


def resolution_problem(bazel: str, env: Mapping[str, str], cwd: Path) -> str | None:
    """Why the launcher cannot resolve the modules of the workspace around `cwd`; None where it can.

    A success is remembered in the cache; a failure is not, since the network may come back.
    """
    memo = resolution_memo(bazel, env, cwd)
    if memo is None or memo.exists():
        return None
    say(f"asking {bazel} whether it can resolve this workspace's modules (a success is remembered)")
    quiet = {**env, "BAZELISK_SKIP_WRAPPER": "true"}
    try:
        done = subprocess.run(
            [bazel, "mod", "graph"], env=quiet, cwd=cwd, capture_output=True, text=True, timeout=_PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        return (errors or [last_line(done.stderr)])[0]
    memo.parent.mkdir(parents=True, exist_ok=True)
    memo.touch()
    return None


def choose(env: Mapping[str, str], cwd: Path) -> Choice:
    """Chooses the mode for a run of Bazel in `cwd`.

    Raises:
        DistroError: RULES_PYO3_BAZEL has an unknown value, or asks for a system Bazel that is not there.
    """
    forced = forced_mode(env)
    if forced == "distro":
        return Choice("distro", None, f"{MODE_VARIABLE} asks for it")
    problems = []
    for source, path in launchers(env):
        if forced is None and os.path.isfile(path):
            memo = resolution_memo(path, env, cwd)
            if memo and memo.exists():
                return Choice("system", path, f"{source}, known to resolve this workspace's modules")
        candidate = examine(source, path, env, cwd)
        problem = candidate.problem
        if problem is None and forced is None:
            problem = resolution_problem(path, env, cwd)
            problem = problem and f"cannot resolve this workspace's modules: {problem}"
        if problem is None:
            return Choice("system", path, f"{source}, Bazel {candidate.version}")
        problems.append(f"{path} ({source}) {problem}")
    found = "; ".join(problems) or "no bazelisk or bazel on PATH, no BAZEL_REAL"
    if forced == "system":
        raise DistroError(
            f"{MODE_VARIABLE}=system, but no usable Bazel was found: {found}. "
            f"Put Bazel {OLDEST_MAJOR}.0 or newer on PATH, or unset {MODE_VARIABLE}"
        )
    return Choice("distro", None, found)
