"""A wheel under a fixed name."""

from __future__ import annotations

from pathlib import Path

import pyo3_wheel_single
import pytest
from pyo3_testing import assert_refused, run_tool


def test_copy_and_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel, name = tmp_path / "wheel.whl", tmp_path / "wheel.name"
    (tmp_path / "wheel").mkdir()
    arguments = ["--folder", tmp_path / "wheel", "--wheel", wheel, "--name-file", name]
    result = run_tool(pyo3_wheel_single.main, arguments, capsys)
    assert_refused(result, "wheel holds nothing, expected one wheel: build it anew", outputs=[wheel, name])
    (tmp_path / "wheel" / "a-1-py3-none-any.whl").write_bytes(b"bytes")
    assert run_tool(pyo3_wheel_single.main, arguments, capsys) == (0, "")
    assert wheel.read_bytes() == b"bytes"
    assert name.read_text(encoding="utf-8") == "a-1-py3-none-any.whl"
