"""The table of PyO3 versions."""

from __future__ import annotations

import pyo3_versions
import pytest
from pyo3_common import ToolError


@pytest.mark.parametrize("version", pyo3_versions.supported_versions())
def test_every_version_loads(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    assert pyo3.python_min <= pyo3.abi3_min <= pyo3.abi3_max
    assert {"pyo3", "pyo3-ffi"} <= pyo3.crates_with_build_script
    assert set(pyo3.always_cfgs) <= pyo3.crates_with_build_script
    for oldest, newest in pyo3.python.values():
        assert pyo3.python_min <= oldest <= newest


def test_unknown_version() -> None:
    with pytest.raises(ToolError, match=r"PyO3 0\.1\.0 is not supported, expected one of .*0\.30\.1: pin one"):
        pyo3_versions.pyo3_version("0.1.0")
