"""Finds the interpreter that PyO3's build scripts would ask (pyo3-build-config, src/impl_.rs, `find_interpreter`)."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from pyo3_settings import Settings
    from pyo3_triple import Triple

_NAMES = ("python", "python3")
_PYTHON_3 = (b"Python 3", b"GraalPy 3")
_SECONDS = 30


def find(settings: Settings, host: Triple) -> tuple[str, str]:
    """Give the path of the interpreter and what led to it.

    Raises:
        ToolError: there is none of Python 3.
    """
    for name, chosen in (("PYO3_PYTHON", settings.python), ("PYTHON_SYS_EXECUTABLE", settings.python_sys_executable)):
        if chosen is not None:
            return _on_path(chosen, settings, name), name
    windows = host.os == "windows"
    if settings.virtual_env is not None and settings.conda_prefix is None:
        parts = ("Scripts", "python.exe") if windows else ("bin", "python")
        return os.path.join(settings.virtual_env, *parts), "VIRTUAL_ENV"
    if settings.conda_prefix is not None and settings.virtual_env is None:
        parts = ("", "python.exe") if windows else ("bin", "python")
        return os.path.join(settings.conda_prefix, *filter(None, parts)), "CONDA_PREFIX"
    for name in _NAMES:
        path = shutil.which(name, path=settings.path or "")
        if path is not None and _is_python_3(path):
            return path, f"{name} on PATH"
    raise ToolError(
        f"there is no Python 3 on PATH={settings.path or ''}, expected {' or '.join(_NAMES)}: "
        "install one, or name one in PYO3_PYTHON"
    )


def _on_path(chosen: str, settings: Settings, variable: str) -> str:
    """A name without a folder is looked for on PATH, as the system does when it starts a program."""
    if os.path.basename(chosen) != chosen:
        return chosen
    found = shutil.which(chosen, path=settings.path or "")
    if found is None:
        raise ToolError(
            f"{variable} is {chosen!r}, which is not on PATH={settings.path or ''}, expected a program: "
            "give its whole path or install it"
        )
    return found


def _is_python_3(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    # Python 2 wrote its version on stderr.
    return done.stdout.startswith(_PYTHON_3) or done.stderr.startswith(_PYTHON_3[0])
