"""`tools/bazel doctor`: what would run, what it needs, and what to do about what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping


def report(env: Mapping[str, str], cwd: Path) -> int:
    """Prints the report; 0 where Bazel can run, 1 where it cannot."""
    return 0
