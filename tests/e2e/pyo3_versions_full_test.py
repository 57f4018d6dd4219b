"""Every supported PyO3 builds and imports; long, so it runs only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nested

if TYPE_CHECKING:
    from pathlib import Path


def test_all(tmp_path: Path) -> None:
    for workspace in nested.nested_workspace("tests/e2e/pyo3_versions", tmp_path / "rules_pyo3"):
        workspace.succeed("test", "//:all_test")
