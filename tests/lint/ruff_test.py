"""ruff over the Python code of the tools and of the tests: lint rules and format, as pyproject.toml has them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import source_tree

RUFF = Path(os.environ["RUFF"]).absolute() if "RUFF" in os.environ else "ruff"


@pytest.mark.parametrize("command", [["check"], ["format", "--check", "--diff"]])
def test_ruff(command: list[str]) -> None:
    files = [path for top in ("tools", "tests") for path in source_tree.sources("*.py", below=top)]
    result = subprocess.run(
        [RUFF, *command, "--no-cache", "--quiet", *files, "tools/bazel"],
        cwd=source_tree.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
