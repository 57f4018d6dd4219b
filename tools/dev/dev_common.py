"""What the commands of maintainers share."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class DevError(Exception):
    """A command that cannot do its work; the message says what to do."""


def checkout(environment: Mapping[str, str]) -> Path:
    """Give the checkout that `bazel run` was called in.

    https://bazel.build/docs/user-manual#running-executables
    """
    folder = environment.get("BUILD_WORKSPACE_DIRECTORY")
    if not folder:
        raise DevError("BUILD_WORKSPACE_DIRECTORY is not set; expected: a call by `tools/bazel run //tools/dev:...`")
    return Path(folder)


def run_client(command: Sequence[str | Path], folder: Path | None = None) -> str:
    """Run a registry's client and give its output; its standard error stays visible."""
    try:
        done = subprocess.run(command, cwd=folder, check=False, stdout=subprocess.PIPE)
    except OSError as error:
        raise DevError(
            f"`{command[0]}` does not run ({error.strerror}); expected: it is on PATH; install it"
        ) from error
    if done.returncode != 0:
        words = " ".join(map(str, command[:4]))
        raise DevError(f"`{words} ...` ended with code {done.returncode}; expected: 0; its own message is above")
    return done.stdout.decode()


def write(path: Path, text: str) -> None:
    """Write a whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(text.encode())
    temporary.replace(path)
