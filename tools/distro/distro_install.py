"""Installs Debian packages into a new root folder with mmdebstrap."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
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
        re.compile(r"No space left on device|not enough free space|Disk quota exceeded"),
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
        re.compile(r"/etc/sub[ug]id"),
        "this user has no subordinate ids; add them with: "
        "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER",
    ),
)


# A shell that waits to be told that its user namespace is mapped, and then becomes the command.
_IN_USER_NAMESPACE = ["unshare", "--user", "--mount", "--", "sh", "-c", 'echo; read -r _; exec "$@"', "sh"]


def install_packages(target: Path, packages: Sequence[str], lock: IO[str], user_namespace: bool) -> None:
    """Fills the folder, showing progress; the program's output is kept beside the folder where it fails.

    Args:
        target: an empty folder.
        packages: names of Debian packages.
        lock: stays locked as long as the program runs, even without this process.
        user_namespace: root may not mount here, but may in a user namespace of its own.

    Raises:
        DistroError: a program failed.
    """
    command = mmdebstrap_command(shutil.which("mmdebstrap") or "mmdebstrap", packages, target, os.geteuid() == 0)
    with contextlib.ExitStack() as stack:
        if os.geteuid() != 0:
            process = stack.enter_context(_popen(command, lock, stdout=subprocess.PIPE))
            tar = stack.enter_context(subprocess.Popen(tar_command(target), stdin=process.stdout))
        elif user_namespace:
            command = [*_IN_USER_NAMESPACE, *command]
            process = stack.enter_context(_popen(command, lock, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
            _map_all_identities(process)
            tar = None
        else:
            process = stack.enter_context(_popen(command, lock, stdout=subprocess.DEVNULL))
            tar = None
        stack.callback(process.terminate)
        if process.stdout:
            process.stdout.close()
        output = _watch(process, target)
        codes = [process.wait(), tar.wait() if tar else 0]
    if any(codes):
        log = target.with_name("failure.log")
        log.write_text(output, encoding="utf-8")
        raise DistroError(
            f"the installation of Debian's packages failed: {explain_failure(output)}. Nothing is left of it but its "
            f"output, {log}; run again to retry"
        )


def _popen(command: list[str], lock: IO[str], stdout: int, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, pass_fds=[lock.fileno()])


def _map_all_identities(process: subprocess.Popen[bytes]) -> None:
    """Gives the process's new user namespace all identities of this one: packages have files of many owners.

    Source: user_namespaces(7), "User and group ID mappings".
    """
    assert process.stdin
    assert process.stdout
    process.stdout.readline()
    for name in ("uid_map", "gid_map"):
        ranges = [line.split() for line in Path("/proc/self", name).read_text(encoding="ascii").splitlines()]
        mapping = "".join(f"{first} {first} {count}\n" for first, _, count in ranges)
        Path(f"/proc/{process.pid}", name).write_text(mapping, encoding="ascii")
    process.stdin.write(b"\n")
    process.stdin.close()


def _watch(process: subprocess.Popen[bytes], target: Path) -> str:
    """Shows mmdebstrap's stages, and signs of life between them; returns all it wrote."""
    lines: list[str] = []
    begin = time.monotonic()
    used = shutil.disk_usage(target).used

    def read() -> None:
        assert process.stderr
        for raw in process.stderr:
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
