"""Installs Debian packages into a new root folder with mmdebstrap."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from distro_common import DistroError, say
from distro_root import mmdebstrap_command, tar_command

_HEARTBEAT_SECONDS = 15

_REASONS = (
    (
        re.compile(r"No space left on device|enough free space|Disk quota exceeded"),
        "the disk is full; free some space, or set XDG_CACHE_HOME and TMPDIR to folders on a larger disk",
    ),
    (
        re.compile(
            r"Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection timed out"
            r"|Network is unreachable|Failed to fetch|Could not handshake|does not have a Release file"
        ),
        "Debian's packages cannot be reached; check the network, and set http_proxy where there is a proxy",
    ),
    (
        re.compile(r"NO_PUBKEY|no keyring|is not signed"),
        "Debian's signing keys are missing; install the package debian-archive-keyring",
    ),
    (
        re.compile(r"/etc/sub[ug]id"),
        "this user has no subordinate ids; add them with: "
        "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER",
    ),
)


# Ends with this process, even when it is killed, and takes all its children and mounts along.
_AS_ROOT = ("setpriv", "--pdeathsig", "KILL", "--", "unshare", "--mount", "--pid", "--fork", "--kill-child")
# A shell that waits until its user namespace is mapped, and then becomes the command.
_IN_USER_NAMESPACE = ("--user", "--", "sh", "-c", 'read -r _; exec "$@"', "sh")
_GENTLE_SECONDS = 20


def install_packages(target: Path, packages: Sequence[str], lock: IO[str], user_namespace: bool) -> None:
    """Fills the folder, showing progress; the program's output is kept beside the folder where it fails.

    Args:
        target: an empty folder.
        packages: names of Debian packages.
        lock: stays locked as long as the programs run, even without this process.
        user_namespace: root may not mount here, but may in a user namespace of its own.

    Raises:
        DistroError: a program failed.
    """
    as_root = os.geteuid() == 0
    command = mmdebstrap_command(shutil.which("mmdebstrap") or "mmdebstrap", packages, target, as_root)
    if as_root:
        command = [*_AS_ROOT, *(_IN_USER_NAMESPACE if user_namespace else ("--",)), *command]
    installer = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if as_root else subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[lock.fileno()],
        start_new_session=True,  # so that all of it can be ended at once
    )
    try:
        codes, output = _finish(installer, target, lock, as_root and user_namespace)
    except BaseException:
        _stop(installer)
        raise
    if any(codes):
        log = target.with_name("failure.log")
        log.write_text(output, encoding="utf-8")
        raise DistroError(
            f"the installation of Debian's packages failed: {explain_failure(output)}. Nothing is left of it but its "
            f"output, {log}; run again to retry"
        )


def _finish(
    installer: subprocess.Popen[bytes], target: Path, lock: IO[str], user_namespace: bool
) -> tuple[list[int], str]:
    """Lets the installer do its work: the exit codes of all programs, and what the installer wrote."""
    assert installer.stdin
    if user_namespace:
        _map_all_identities(installer.pid)
        installer.stdin.write(b"\n")
    installer.stdin.close()
    if installer.stdout is None:
        output = _watch(installer, target)
        return [installer.wait()], output
    with subprocess.Popen(tar_command(target), stdin=installer.stdout, pass_fds=[lock.fileno()]) as tar:
        installer.stdout.close()
        output = _watch(installer, target)
        return [installer.wait(), tar.wait()], output


def _stop(installer: subprocess.Popen[bytes]) -> None:
    """Ends the installer and its children, gently at first: it removes its temporary files."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(installer.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            installer.wait(_GENTLE_SECONDS)
            return


def _map_all_identities(process: int) -> None:
    """Gives the process's new user namespace all identities of this one: packages have files of many owners.

    Source: user_namespaces(7), "User and group ID mappings".
    """
    own = os.readlink("/proc/self/ns/user")
    while os.readlink(f"/proc/{process}/ns/user") == own:
        time.sleep(0.01)
    for name in ("uid_map", "gid_map"):
        ranges = [line.split() for line in Path("/proc/self", name).read_text(encoding="ascii").splitlines()]
        mapping = "".join(f"{first} {first} {count}\n" for first, _, count in ranges)
        Path(f"/proc/{process}", name).write_text(mapping, encoding="ascii")


def _watch(process: subprocess.Popen[bytes], target: Path) -> str:
    """Shows mmdebstrap's stages, and signs of life between them; returns all it wrote."""
    lines: list[str] = []
    begin = time.monotonic()
    used = shutil.disk_usage(target).used

    def read() -> None:
        assert process.stderr
        with process.stderr as stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip()
                lines.append(line)
                if line.startswith("I: "):
                    say(f"[{time.monotonic() - begin:3.0f} s] {line[3:]}")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while reader.is_alive():
        reader.join(_HEARTBEAT_SECONDS)
        if reader.is_alive():
            grown = max(0, shutil.disk_usage(target).used - used) / 1e9
            say(f"[{time.monotonic() - begin:3.0f} s] still at work, {grown:.1f} GB on disk")
    return "\n".join(lines)


def explain_failure(output: str) -> str:
    """The reason of a failed installation: a known one with its remedy, or the last errors of the program."""
    errors = [line for line in output.splitlines() if line.startswith(("E:", "dpkg: error"))] or output.splitlines()
    first_and_last = dict.fromkeys(line.strip()[:300] for line in errors[:1] + errors[-1:])
    shown = " | ".join(first_and_last) or "the program wrote nothing"
    for pattern, reason in _REASONS:
        if pattern.search(output):
            return f"{reason} ({shown})"
    return shown
