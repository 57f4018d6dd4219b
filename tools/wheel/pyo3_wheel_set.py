"""Collects wheels in one folder; one that serves several Pythons is there once."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pyo3_common
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence


def only_wheel(folder: str) -> str:
    """Give the path of the one wheel that a folder holds.

    Raises:
        ToolError: there is none, or more than that.
    """
    names = sorted(os.listdir(folder))
    if len(names) != 1 or not names[0].endswith(".whl"):
        raise ToolError(f"the folder {folder} holds {', '.join(names) or 'nothing'}, expected one wheel: build it anew")
    return os.path.join(folder, names[0])


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        return stream.read()


def collect(folders: Sequence[str], output: str) -> None:
    """Copy the wheels of several folders.

    Raises:
        ToolError: two of them have one name and other bytes.
    """
    origins: dict[str, str] = {}
    for folder in folders:
        wheel = only_wheel(folder)
        name = os.path.basename(wheel)
        first = origins.setdefault(name, wheel)
        if first == wheel:
            shutil.copyfile(wheel, os.path.join(output, name))
        elif _read(first) != _read(wheel):
            raise ToolError(
                f"{first} and {wheel} have one name and other content; expected one file where Pythons share it: "
                "what is in the wheel depends on the Python, so give it an extension of a specific version"
            )


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--wheels", action="append", required=True, help="a folder that holds one wheel")
    parser.add_argument("--output", required=True, help="a folder")
    options = parser.parse_args(argv)
    collect(options.wheels, options.output)


def main(argv: Sequence[str] | None = None) -> int:
    """Collect; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
