"""Writes what an embedded Python is initialised from: NAME.pyo3.cfg.

Its lines are `key = value`, in UTF-8: `executable` once, `home` at most once, `path` any number of times, in the order
of sys.path. Relative values are relative to the folder of the file. It is read by rules/private/embed/pyo3_init.c.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import pyo3_common

if TYPE_CHECKING:
    from collections.abc import Sequence


def render_config(config_path: str, executable: str, home: str | None, imports: Sequence[str]) -> str:
    """Render the configuration of one program.

    Args:
        config_path: where the file will lie, as an rlocation path, such as "_main/pkg/NAME.pyo3.cfg".
        executable: what sys.executable will be: absolute, an rlocation path, or "" where no program is a Python.
        home: the prefix that has lib/pythonX.Y, absolute or an rlocation path; None: Python finds it by `executable`.
        imports: folders that go before all else on sys.path, as rlocation paths or absolute; repeated ones count once.

    Returns:
        The text of the file.

    Raises:
        ToolError: a path has a line break, or there is neither an executable nor a home.
    """
    if not executable and home is None:
        raise pyo3_common.ToolError(
            f"{config_path}: no executable and no home: Python could not find its standard library; give one of them"
        )
    folder = posixpath.dirname(config_path)
    lines = [("executable", _relative(executable, folder) if executable else "")]
    if home is not None:
        lines.append(("home", _relative(home, folder)))
    lines += [("path", _relative(path, folder)) for path in dict.fromkeys(imports)]
    return "".join(f"{key} = {_checked(key, value)}\n" for key, value in lines)


def _relative(path: str, folder: str) -> str:
    return path if posixpath.isabs(path) else posixpath.relpath(path or ".", folder or ".")


def _checked(key: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise pyo3_common.ToolError(
            f"the {key} of an embedded Python has a line break, {value!r}; expected a path without: rename the folder"
        )
    return value
