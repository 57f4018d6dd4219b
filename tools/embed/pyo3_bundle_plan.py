"""What lies where in a bundle."""

from __future__ import annotations

import fnmatch
import posixpath
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Python libraries lie below it as in runfiles.
APP = "app"

_LAUNCHER = """\
#!/bin/sh
# Starts the program beside which this file lies, through whatever link or folder it is called.
self=$0
case $self in */*) ;; *) self=./$self ;; esac
while [ -h "$self" ]; do
    target=$(readlink "$self")
    case $target in /*) self=$target ;; *) self=${{self%/*}}/$target ;; esac
done
exec "${{self%/*}}/bin/"{program} "$@"
"""


def launcher(program: str) -> str:
    """Give the shell script that starts bin/PROGRAM."""
    return _LAUNCHER.format(program=shlex.quote(program))


@dataclass
class Plan:
    """The files of a bundle, by their places."""

    exclude: tuple[str, ...] = ()
    """Patterns (fnmatch) of places that stay empty."""
    files: dict[str, str] = field(default_factory=dict)
    """Place -> file to copy."""
    texts: dict[str, str] = field(default_factory=dict)
    """Place -> content."""

    def is_excluded(self, place: str) -> bool:
        """Tell whether a pattern names the place."""
        return any(fnmatch.fnmatchcase(place, pattern) for pattern in self.exclude)

    def copy(self, place: str, file: str) -> None:
        """Put a file at a place, unless that is excluded.

        Raises:
            ToolError: another one is there.
        """
        if self.is_excluded(place):
            return
        if place in self.texts:
            raise _two_files(place, "what a bundle writes itself", file)
        other = self.files.setdefault(place, file)
        if other != file:
            raise _two_files(place, other, file)

    def check_folders(self) -> None:
        """Check that no file is where another one needs a folder.

        Raises:
            ToolError: one is.
        """
        for place in sorted({*self.files, *self.texts}):
            folder = posixpath.dirname(place)
            while folder:
                if folder in self.files or folder in self.texts:
                    raise _two_files(folder, f"the file {folder}", f"the folder of {place}")
                folder = posixpath.dirname(folder)


def _two_files(place: str, one: str, other: str) -> ToolError:
    return ToolError(
        f"two files are to lie at {place} of the bundle: {one}, and {other}, expected one file for each place: rename "
        f'one of them, or leave it out, for instance with exclude = ["{place}"]'
    )


def app_place(path: str, workspace: str) -> str:
    """Give the place of a Python file: below app/ as in runfiles.

    Args:
        path: a file's short path, "../REPOSITORY/PATH" for one of another repository.
        workspace: the main repository in runfiles, such as "_main".
    """
    return posixpath.normpath(posixpath.join(APP, workspace, path))


def app_imports(config: str, config_path: str) -> list[str]:
    """Give the import roots of a bundle from those of the program.

    Args:
        config: content of NAME.pyo3.cfg, relative to runfiles.
        config_path: its path in runfiles.
    """
    lines: Sequence[str] = config.splitlines()
    pairs = [line.partition(" = ") for line in lines]
    roots = [value for key, _, value in pairs if key == "path"]
    return [posixpath.normpath(posixpath.join(APP, posixpath.dirname(config_path), root)) for root in roots]
