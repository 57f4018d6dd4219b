"""Which interpreter of the environment is asked; test_rN names requirement N."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from configs import Interpreters, asked, other_version
from pyo3_common import ToolError
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib


@pytest.fixture
def interpreters(tmp_path: pathlib.Path) -> Interpreters:
    return Interpreters(tmp_path)


def test_r3_virtualenv_before_path(interpreters: Interpreters) -> None:
    interpreters.add("venv/bin/python", "Python 3.12.0", other_version(12))
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, VIRTUAL_ENV=str(interpreters.folder / "venv"))
    assert (resolved.config.version, resolved.source) == ((3, 12), "interpreter")
    assert resolved.origins["version"].detail.endswith("venv/bin/python (VIRTUAL_ENV)")
    resolved = asked(interpreters, CONDA_PREFIX=str(interpreters.folder / "venv"))
    assert resolved.config.version == (3, 12)


def test_r3_python_before_python3(interpreters: Interpreters) -> None:
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    interpreters.add("bin/python3", "Python 3.12.0", other_version(12))
    assert asked(interpreters).config.version == (3, 13)


@pytest.mark.parametrize("version", ["Python 2.7.18", "no Python at all"])
def test_r3_python_that_is_not_3_is_skipped(interpreters: Interpreters, version: str) -> None:
    interpreters.add("bin/python", version)
    interpreters.add("bin/python3", "Python 3.12.0", other_version(12))
    resolved = asked(interpreters)
    assert resolved.config.version == (3, 12)
    assert "python3 on PATH" in resolved.origins["version"].detail


def test_r3_virtualenv_and_conda_cancel_each_other(interpreters: Interpreters) -> None:
    interpreters.add("bin/python", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, VIRTUAL_ENV="/venv", CONDA_PREFIX="/conda")
    assert resolved.config.version == (3, 13)
    assert "VIRTUAL_ENV and CONDA_PREFIX are both set" in resolved.notices[0]


def test_r2_no_python_on_path(interpreters: Interpreters) -> None:
    with pytest.raises(ToolError, match=r"there is no Python 3 on PATH=.*: install one, or name one in PYO3_PYTHON"):
        asked(interpreters)


def test_r4_python_sys_executable_is_below_pyo3_python(interpreters: Interpreters) -> None:
    old = interpreters.add("old/python3", "Python 3.12.0", other_version(12))
    new = interpreters.add("new/python3", "Python 3.13.0", other_version(13))
    resolved = asked(interpreters, PYTHON_SYS_EXECUTABLE=old)
    assert resolved.config.version == (3, 12)
    assert "PYTHON_SYS_EXECUTABLE is the old name of PYO3_PYTHON" in resolved.notices[0]
    assert asked(interpreters, PYTHON_SYS_EXECUTABLE=old, PYO3_PYTHON=new).config.version == (3, 13)


def test_r5_pyo3_python_is_a_name_or_a_path(interpreters: Interpreters) -> None:
    path = interpreters.add("bin/pypy3", "Python 3.11.0", facts("pypy-3.11-linux-x86_64"))
    for chosen in ("pypy3", path):
        assert asked(interpreters, PYO3_PYTHON=chosen).config.implementation == "PyPy"
    with pytest.raises(ToolError, match="PYO3_PYTHON is 'pypy4', which is not on PATH="):
        asked(interpreters, PYO3_PYTHON="pypy4")
