"""Installs the wheel of a target: `bazel run //pkg:wheel.install -- --venv DIR` or `-- --target DIR`.

What the wheel requires is not installed. pip does it, of the environment or of this program's own Python; where there
is none, uv from PATH.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pyo3_common
import pyo3_installers
from pyo3_common import ToolError
from pyo3_wheel_set import only_wheel
from runfiles import Runfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--wheel", required=True, help="set by the target: runfiles path of the wheel's folder")
    parser.add_argument("--venv", metavar="DIR", help="a virtual environment to install into")
    parser.add_argument("--target", metavar="DIR", help="a folder to install into, for PYTHONPATH")
    return parser


def install(argv: Sequence[str], environment: Mapping[str, str], locate: Callable[[str], str]) -> str:
    """Install; give what to print.

    Args:
        argv: the arguments.
        environment: the environment; a relative DIR is below its BUILD_WORKING_DIRECTORY.
        locate: gives the place of a runfile.

    Raises:
        ToolError: the arguments are wrong, or installing failed.
    """
    options = _parser().parse_args(argv)
    if bool(options.venv) == bool(options.target):
        raise ToolError(
            "there has to be one of --venv DIR and --target DIR: `bazel run` takes them after --, as in "
            "`bazel run :wheel.install -- --venv DIR`"
        )
    wheel = only_wheel(locate(options.wheel))
    folder = os.path.join(environment.get("BUILD_WORKING_DIRECTORY", os.getcwd()), options.venv or options.target)
    clean = pyo3_installers.clean_environment(environment)
    python = pyo3_installers.python_of(folder) if options.venv else sys.executable
    target = folder if options.target else None
    pip, uv = pyo3_installers.find_pip(python, clean), pyo3_installers.find_uv(clean)
    if pip is not None:
        command = pyo3_installers.pip_command(pip, wheel, target=target)
    elif uv is not None:
        command = pyo3_installers.uv_command(uv, python, wheel, target=target)
    else:
        raise ToolError(f"{python} has no pip, and there is no uv on PATH; expected one of them: install one")
    pyo3_installers.run(command, clean, os.path.basename(command[0]))
    return f"{os.path.basename(wheel)} is installed in {folder}"


def _locate(path: str) -> str:
    runfiles = Runfiles.Create()
    located = runfiles.Rlocation(path) if runfiles else None
    if located is None:
        raise ToolError(f"the runfile {path} cannot be found: start this program with `bazel run`")
    return located


def main(argv: Sequence[str] | None = None) -> int:
    """Install; see `--help`."""

    def work(arguments: Sequence[str]) -> None:
        sys.stdout.write(install(arguments, os.environ, _locate) + "\n")

    return pyo3_common.run(work, argv)


if __name__ == "__main__":
    sys.exit(main())
