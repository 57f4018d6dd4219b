"""Runs commands and takes their time."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


class BenchError(Exception):
    """What ends a benchmark without a result; the message says what to do."""


def timed(work: Callable[[], object]) -> float:
    """Give the wall time of a call in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed_output(work: Callable[[], str]) -> tuple[float, str]:
    """Give the wall time of a call in seconds, and what it gives."""
    start = time.perf_counter()
    output = work()
    return time.perf_counter() - start, output


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """Run a command in a folder, with more variables in its environment, and give what it prints.

    Raises:
        BenchError: it fails.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"`{' '.join(map(str, command))}` in {folder} failed:\n{done.stdout}")
    return done.stdout
