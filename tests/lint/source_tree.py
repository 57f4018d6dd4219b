"""The checkout, as the lint tests see it: sources, without what tools and Bazel leave in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A test's runfiles are symlinks into the checkout.
ROOT = Path(__file__).resolve().parents[2]

STAGES = (
    "common",
    "interpreter",
    "probe",
    "config",
    "flags",
    "crates",
    "extension",
    "tag",
    "py_target",
    "embed",
    "wheel",
)


def sources(*patterns: str, below: str = ".") -> list[Path]:
    """Give files whose names match one of the patterns, relative to the checkout, sorted."""
    return sorted(path for path in _walk(ROOT / below) if any(path.match(pattern) for pattern in patterns))


def _walk(top: Path) -> Iterator[Path]:
    # bazel-bin and the like are symlinks, which os.walk does not follow.
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            yield (Path(folder) / name).relative_to(ROOT)


def starlark_files() -> list[Path]:
    """Give everything that Bazel loads; a Debian stub of another module counts too."""
    return sources("*.bzl", "BUILD", "BUILD.bazel", "MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel")


def python_files(*, pattern: str = "*.py") -> list[Path]:
    """Give the Python files of tools and tests; the workspaces in tests/e2e are users', and import what they build."""
    paths = [path for top in ("tools", "tests") for path in sources(pattern, below=top)]
    return [path for path in paths if path.parts[:2] != ("tests", "e2e") or len(path.parts) == 3]
