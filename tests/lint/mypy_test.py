"""mypy --strict over the Python code of the tools and of the tests."""

from __future__ import annotations

import pytest
import source_tree

api = pytest.importorskip("mypy.api", reason="mypy is not installed for this Python")


def test_mypy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(source_tree.ROOT)
    paths = [path for top in ("tools", "tests") for path in source_tree.sources("*.py", below=top)]
    # Those below belong to a workspace of users, and import what it builds.
    files = [str(path) for path in paths if not path.is_relative_to("tests/e2e/cases")]
    stdout, stderr, code = api.run(["--config-file=pyproject.toml", "--cache-dir=/dev/null", "--strict", *files])
    assert code == 0, stdout + stderr
