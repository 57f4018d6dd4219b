"""mypy --strict over the Python code of the tools and of the tests."""

from __future__ import annotations

import pytest
import source_tree

api = pytest.importorskip("mypy.api", reason="mypy is not installed for this Python")


def test_mypy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(source_tree.ROOT)
    files = [str(path) for path in source_tree.python_files()]
    stdout, stderr, code = api.run(["--config-file=pyproject.toml", "--cache-dir=/dev/null", "--strict", *files])
    assert code == 0, stdout + stderr
