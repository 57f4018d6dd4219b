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
_ELSEWHERE = re.compile(r"(CONDA|PIP|PYTHON|UV|VIRTUAL_ENV)(_?[A-Z_]*)$")


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


def has_pip(python: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a Python has pip."""
    ended = subprocess.run(
        [python, "-I", "-m", "pip", "--version"], env=dict(environment), capture_output=True, check=False
    )
    return ended.returncode == 0


def find_uv(environment: Mapping[str, str]) -> str | None:
    """Find uv on PATH."""
    return shutil.which(UV, path=environment.get("PATH"))


def make_venv(venv: str, installer: str, environment: Mapping[str, str]) -> str:
    """Make an empty virtual environment of the running Python; give its Python.

    Raises:
        ToolError: this Python cannot make one.
    """
    options = [] if installer == PIP else ["--without-pip"]
    run(
        [sys.executable, "-I", "-m", "venv", *options, venv],
        environment,
        f"making a virtual environment of {sys.executable} (it needs the modules venv and ensurepip)",
    )
    return python_of(venv)


def install_command(
    installer: str, python: str, wheel: str, *, uv: str | None, links: str | None = None, target: str | None = None
) -> list[str]:
    """Word the command that installs a wheel.

    Args:
        installer: PIP or UV.
        python: the Python that it is installed for.
        wheel: the wheel.
        uv: the program, for UV.
        links: a folder of wheels that it may require; None installs nothing that it requires.
        target: a folder to install into, in the place of the Python's own.
    """
    command = [python, "-I", "-m", "pip", "install"] if installer == PIP else [str(uv), "pip", "install"]
    command += [] if installer == PIP else ["--python", python, "--offline", "--no-cache"]
    command += ["--no-cache-dir", "--progress-bar=off"] if installer == PIP else []
    command += ["--no-index", *(["--no-deps"] if links is None else ["--find-links", links])]
    command += ["--target", target, "--upgrade"] if target else ["--force-reinstall"]
    return [*command, wheel]
