"""Copies the wheel of a folder to a fixed path, and writes down its name, as py_wheel does."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pyo3_common
from pyo3_wheel_set import only_wheel

if TYPE_CHECKING:
    from collections.abc import Sequence


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--folder", required=True, help="a folder that holds one wheel")
    parser.add_argument("--wheel", required=True, help="the copy")
    parser.add_argument("--name-file", required=True, help="gets the wheel's name, without a line end")
    options = parser.parse_args(argv)
    wheel = only_wheel(options.folder)
    shutil.copyfile(wheel, options.wheel)
    pyo3_common.write_text(options.name_file, os.path.basename(wheel))


def main(argv: Sequence[str] | None = None) -> int:
    """Copy; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
