"""Puts a wheel into an environment with pip or uv, without network.

Runs with any Python from 3.8 on, standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PIP, UV = "pip", "uv"

# What tells Python or an installer about other places.
_ELSEWHERE = re.compile(r"(CONDA|PIP|UV)_|PYTHON|VIRTUAL_ENV")


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out the variables that bring other modules, indexes or configuration in."""
    kept = {name: value for name, value in environment.items() if not _ELSEWHERE.match(name)}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_CONFIG": "1"}


def run(command: Sequence[str], environment: Mapping[str, str], what: str, cwd: str | None = None) -> str:
    """Run a program and give what it printed.

    Raises:
        ToolError: it failed.
    """
    ended = subprocess.run(
        command,
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if ended.returncode:
        raise ToolError(f"{what} ended with code {ended.returncode}; expected 0. It printed:\n{ended.stdout.rstrip()}")
    return ended.stdout


def python_of(venv: str) -> str:
    """Give the Python of a virtual environment.

    Raises:
        ToolError: the folder is none.
    """
    for path in (os.path.join(venv, "bin", "python"), os.path.join(venv, "Scripts", "python.exe")):
        if os.path.exists(path):
            return path
    raise ToolError(f"{venv} has no bin/python, expected a virtual environment: make one with `python -m venv {venv}`")


def _answers(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    ended = subprocess.run([*command, "--version"], env=dict(environment), capture_output=True, check=False)
    return ended.returncode == 0


def find_pip(python: str, environment: Mapping[str, str]) -> list[str] | None:
    """Find a pip for a Python: its own, or that of the running Python (pip 22.3 and newer install for others).

    Args:
        python: the executable.
        environment: for the programs.

    Returns:
        The command, None when neither has one.
    """
    commands = [[python, "-I", "-m", "pip"], [sys.executable, "-I", "-m", "pip", "--python", python]]
    return next((command for command in commands if _answers(command, environment)), None)


def find_uv(environment: Mapping[str, str]) -> str | None:
    """Find uv on PATH."""
    return shutil.which(UV, path=environment.get("PATH"))


def make_venv(venv: str, environment: Mapping[str, str]) -> str:
    """Make an empty virtual environment of the running Python; give its Python.

    Raises:
        ToolError: this Python cannot make one.
    """
    command = [sys.executable, "-I", "-m", "venv", "--without-pip", venv]
    run(command, environment, f"making a virtual environment of {sys.executable}")
    return python_of(venv)


def pip_of_venv(python: str, environment: Mapping[str, str]) -> list[str]:
    """Give the command of a pip for a virtual environment, the one that Python brings along where there is no other.

    Raises:
        ToolError: there is none at all.
    """
    found = find_pip(python, environment)
    if found is None:
        run(
            [python, "-I", "-m", "ensurepip"], environment, f"getting pip from the module ensurepip of {sys.executable}"
        )
    return found or [python, "-I", "-m", "pip"]


def pip_command(pip: Sequence[str], wheel: str, *, links: str | None = None, target: str | None = None) -> list[str]:
    """Word how pip installs a wheel.

    Args:
        pip: its command.
        wheel: the wheel.
        links: a folder of wheels that it may require; None installs nothing that it requires.
        target: a folder to install into, in the place of the Python's own.
    """
    options = ["--no-cache-dir", "--progress-bar=off", *_requirements(links)]
    return [*pip, "install", *options, *(["--target", target, "--upgrade"] if target else ["--force-reinstall"]), wheel]


def uv_command(uv: str, python: str, wheel: str, *, links: str | None = None, target: str | None = None) -> list[str]:
    """Word how uv installs a wheel; see `pip_command`.

    Args:
        uv: the program.
        python: the Python that it is installed for.
        wheel: the wheel.
        links: as for pip.
        target: as for pip.
    """
    options = ["--offline", "--no-cache", "--python", python, *_requirements(links)]
    return [uv, "pip", "install", *options, *(["--target", target] if target else []), "--reinstall", wheel]


def _requirements(links: str | None) -> list[str]:
    return ["--no-index", *(["--no-deps"] if links is None else ["--find-links", links])]
