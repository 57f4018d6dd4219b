"""Installs Debian packages into a new root folder with mmdebstrap."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Sequence

from distro_common import DistroError, say
from distro_root import mmdebstrap_command, tar_command

_HEARTBEAT_SECONDS = 15

_NO_SPACE = re.compile(r"No space left on device|not enough free space|Disk quota exceeded")
_NO_NETWORK = re.compile(
    r"Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection timed out"
    r"|Network is unreachable|Failed to fetch|Could not handshake|does not have a Release file"
)
_NO_SUBUID = re.compile(r"/etc/sub[ug]id")


def install_packages(target: Path, packages: Sequence[str], lock: IO[str]) -> None:
    """Fills the folder, showing progress. The child keeps the lock too: an orphan still keeps other runs out.

    Raises:
        DistroError: a program failed.
    """
    mmdebstrap = shutil.which("mmdebstrap") or "mmdebstrap"
    as_root = os.geteuid() == 0
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                mmdebstrap_command(mmdebstrap, packages, target, as_root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if as_root else subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=False,
                pass_fds=[lock.fileno()],
            )
        )
        stack.callback(process.terminate)
        tar = None
        if process.stdout:
            tar = stack.enter_context(subprocess.Popen(tar_command(target), stdin=process.stdout))
            process.stdout.close()
            process.stdout = None
        output = _watch(process, target)
        codes = [process.wait(), tar.wait() if tar else 0]
    if any(codes):
        raise DistroError(
            f"the installation of Debian's packages failed: {explain_failure(output)}. Nothing is left of it; "
            "run again to retry"
        )


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
    shown = " | ".join(line.strip() for line in errors[-3:])
    if _NO_SPACE.search(output):
        return f"the disk is full; free some space, or set XDG_CACHE_HOME and TMPDIR to folders on a larger disk ({shown})"
    if _NO_NETWORK.search(output):
        return (
            "Debian's packages cannot be reached; check the network, and set http_proxy where there is a proxy "
            f"({shown})"
        )
    if _NO_SUBUID.search(output):
        return f"this user has no subordinate ids; add them with: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER ({shown})"
    return shown or "the program wrote nothing"
