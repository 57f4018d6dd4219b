"""What the modules of `tools/bazel` share: their error, their messages and their places."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "modules"
PACKAGES = HERE / "packages.txt"
WRAPPER = HERE.parent / "bazel"

MODE_VARIABLE = "RULES_PYO3_BAZEL"


class DistroError(Exception):
    """A failure to report to the user as it is, without a traceback."""


def say(message: str) -> None:
    """Prints one line about what `tools/bazel` itself does, apart from Bazel's own output."""
    print(f"tools/bazel: {message}", file=sys.stderr, flush=True)


def cache_folder(env: Mapping[str, str]) -> Path:
    """The folder for everything that may be deleted and made again.

    Raises:
        DistroError: neither XDG_CACHE_HOME nor HOME is an absolute path.
    """
    for variable, below in (("XDG_CACHE_HOME", ""), ("HOME", ".cache")):
        value = env.get(variable, "")
        if os.path.isabs(value):
            return Path(value) / below / "rules_pyo3"
    raise DistroError("no place for the cache: neither XDG_CACHE_HOME nor HOME is an absolute path; set HOME")


def workspace_of(folder: Path) -> Path | None:
    """The nearest folder at or above `folder` that Bazel would take as a workspace."""
    boundaries = ("MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel")
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_file() for name in boundaries):
            return candidate
    return None
