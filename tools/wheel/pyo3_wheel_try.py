"""The program of pyo3_wheel_test: installs a wheel into a fresh environment and runs Python tests there.

Runs under the Python that the wheel is for, with any from 3.8 on, standard library only.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

import pyo3_common
import pyo3_installers
from pyo3_common import ToolError
from pyo3_wheel_set import only_wheel

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--wheel", required=True, help="a folder that holds the wheel")
    installers = (pyo3_installers.PIP, pyo3_installers.UV)
    parser.add_argument("--installer", action="append", required=True, choices=installers)
    parser.add_argument("--uv", help="the program uv; that on PATH by default")
    parser.add_argument("--test", action="extend", nargs="+", required=True, help="Python files to run")
    parser.add_argument("--data", action="extend", nargs="+", default=[], help="files to put beside them")
    parser.add_argument(
        "--other-wheel", action="extend", nargs="+", default=[], help="what it requires: wheels, and folders of one"
    )
    return parser


def _copy(files: Sequence[str], folder: str) -> None:
    """Copy files side by side.

    Raises:
        ToolError: two have one name.
    """
    for file in files:
        place = os.path.join(folder, os.path.basename(file))
        if os.path.exists(place):
            raise ToolError(f"two of the files are named {os.path.basename(file)}; expected another name: rename one")
        shutil.copyfile(file, place)


def try_wheel(options: Namespace, uv: str | None, folder: str, environment: Mapping[str, str]) -> None:
    """Install with one installer, and run all tests.

    Args:
        options: the parsed arguments.
        uv: the program; None stands for pip.
        folder: an empty folder for the environment and the tests.
        environment: for all programs.

    Raises:
        ToolError: anything failed.
    """
    venv, links, tests = (os.path.join(folder, name) for name in ("venv", "links", "tests"))
    os.mkdir(links)
    os.mkdir(tests)
    _copy([only_wheel(path) if os.path.isdir(path) else path for path in options.other_wheel], links)
    _copy([*options.test, *options.data], tests)
    python = pyo3_installers.make_venv(venv, environment)
    wheel = os.path.abspath(only_wheel(options.wheel))
    if uv is None:
        command = pyo3_installers.pip_command(pyo3_installers.pip_of_venv(python, environment), wheel, links=links)
    else:
        command = pyo3_installers.uv_command(uv, python, wheel, links=links)
    installer = pyo3_installers.PIP if uv is None else pyo3_installers.UV
    pyo3_installers.run(command, environment, f"{installer} installing {os.path.basename(wheel)}")
    for test in options.test:
        name = os.path.basename(test)
        what = f"{name} with the wheel that {installer} installed"
        sys.stdout.write(f"{what}:\n{pyo3_installers.run([python, name], environment, what, cwd=tests)}")


def _work(argv: Sequence[str]) -> None:
    options = _parser().parse_args(argv)
    environment = pyo3_installers.clean_environment(os.environ)
    uv = os.path.abspath(options.uv) if options.uv else pyo3_installers.find_uv(environment)
    for installer in options.installer:
        if installer == pyo3_installers.UV and uv is None:
            sys.stdout.write("there is no uv on PATH: left out\n")
            continue
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            try_wheel(options, uv if installer == pyo3_installers.UV else None, folder, environment)


def main(argv: Sequence[str] | None = None) -> int:
    """Try a wheel; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
