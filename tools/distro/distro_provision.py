"""Makes the root once: behind a lock, aside, and renamed when it is whole."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, NoReturn

from distro_common import PACKAGES, DistroError, cache_folder, say
from distro_install import explain_failure, install_packages
from distro_root import NEEDED_BYTES, SYSTEM, finish_root, read_packages, root_digest

_TOOLS = {"mmdebstrap": "mmdebstrap", "bwrap": "bubblewrap"}
_TOOLS_WITHOUT_ROOT = {**_TOOLS, "newuidmap": "uidmap"}


def root_folder(env: Mapping[str, str]) -> Path:
    """Where the root of this checkout's packages lies, or will lie."""
    packages = read_packages(PACKAGES.read_text(encoding="utf-8"))
    return cache_folder(env) / "distro" / root_digest(packages)


def ensure_root(env: Mapping[str, str], user_namespace: bool = False) -> Path:
    """The root's folder, provisioned first where it is not there yet.

    `user_namespace`: this user may enter a root only in a user namespace.

    Raises:
        DistroError: something is missing, or the installation failed; nothing half-made is left.
    """
    root = root_folder(env)
    if root.is_dir():
        return root
    check_architecture()
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        with locked(root.parent / "lock") as lock:
            if not root.is_dir():
                _provision(root, env, lock, user_namespace)
    except OSError as error:
        raise DistroError(f"cannot provision {root}: {error}") from error
    return root


def check_architecture() -> str:
    """The machine's system and architecture.

    Raises:
        DistroError: it is not the one the root is made for.
    """
    system, machine = os.uname().sysname, os.uname().machine
    if (system, machine) != SYSTEM:
        raise DistroError(
            f"distro mode needs {' '.join(SYSTEM)}, this machine is {system} {machine}; put Bazel 7.0 or newer on PATH"
        )
    return f"{system} {machine}"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Holds a lock file as long as the context lasts, waiting for other runs that hold it."""
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waits for another first run, which holds {path}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _provision(root: Path, env: Mapping[str, str], lock: IO[str], user_namespace: bool) -> None:
    for leftover in root.parent.glob("*.partial"):
        say(f"removing {leftover}, left by a run that was interrupted")
        remove_tree(leftover)
    check_space(root.parent, shutil.disk_usage(root.parent).free)
    install_tools(env)
    packages = read_packages(PACKAGES.read_text(encoding="utf-8"))
    partial = root.parent / f"{root.name}.partial"
    begin = time.monotonic()
    say(f"provisioning Debian's Bazel in {root}: once, some minutes, about 2 GB")
    with terminations_raise():
        try:
            partial.mkdir()
            install_packages(partial, packages, lock, user_namespace)
            finish_root(partial, root.name)
            partial.rename(root)
        except BaseException:
            say(f"stopped; removing {partial}")
            remove_tree(partial)
            raise
    (root.parent / "failure.log").unlink(missing_ok=True)
    say(f"provisioned in {time.monotonic() - begin:.0f} s")


def check_space(folder: Path, free: int) -> None:
    """Refuses to start an installation that cannot end well.

    Raises:
        DistroError: fewer bytes are free than an installation needs.
    """
    if free < NEEDED_BYTES:
        raise DistroError(
            f"{free / 1e9:.1f} GB are free in {folder}, provisioning Debian's Bazel needs {NEEDED_BYTES / 1e9:.0f} GB; "
            "free some, or set XDG_CACHE_HOME to a folder on a larger disk"
        )


def remove_tree(folder: Path) -> None:
    """Removes a half-made root, but never what is mounted in it.

    Raises:
        DistroError: something is mounted below the folder.
    """
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    mounted = [line.split()[4] for line in mounts if Path(line.split()[4]).is_relative_to(folder)]
    if mounted:
        raise DistroError(f"cannot remove {folder}: {mounted[-1]} is mounted in it; unmount it and run again")
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)  # a program that was killed may still be writing
    shutil.rmtree(folder)


@contextlib.contextmanager
def terminations_raise() -> Iterator[None]:
    """Turns a request to end into an exception, so that the half-made root is removed on the way out."""

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before):
            signal.signal(number, handler)


def missing_tools() -> list[str]:
    """Names of the Debian packages whose programs are needed and not installed."""
    tools = _TOOLS if os.geteuid() == 0 else _TOOLS_WITHOUT_ROOT
    return [package for program, package in tools.items() if not shutil.which(program)]


def tools_hint(packages: list[str]) -> str:
    """What to say to a user who has to install packages."""
    if shutil.which("apt-get"):
        return f"missing programs; install them with: sudo apt-get install {' '.join(packages)}"
    return f"missing programs; install {', '.join(packages)} with your system's package manager"


def install_tools(env: Mapping[str, str]) -> None:
    """Installs mmdebstrap and bubblewrap where they are missing and the user may.

    Raises:
        DistroError: they are missing, with the command that installs them.
    """
    packages = missing_tools()
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise DistroError(tools_hint(packages))
    say(f"installing {' '.join(packages)} with apt-get")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    quiet = {**env, "DEBIAN_FRONTEND": "noninteractive"}
    # A machine whose package lists are missing or old needs new ones first.
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True)
        if command is install and done.returncode == 0:
            return
    raise DistroError(f"{tools_hint(packages)} (tried: {explain_failure(done.stdout + done.stderr)})")
