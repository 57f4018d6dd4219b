"""Where the stubs of modules go that are in no package.

Type checkers take types of an installed distribution from packages only (PEP 561): NAME.pyi beside a module is not
found by all of them, the package NAME-stubs is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_wheel_contents import Listed


def place_stubs(files: Iterable[Listed], extensions: Iterable[str]) -> list[Listed]:
    """Move the stubs of extension modules at the top of the wheel into packages of stubs.

    Args:
        files: the files of the wheel.
        extensions: the paths of extension modules in it.
    """
    modules = {path.partition(".")[0] for path in extensions if "/" not in path}
    places = {f"{module}.pyi": f"{module}-stubs/__init__.pyi" for module in modules}
    return [replace(each, path=places.get(each.path, each.path)) for each in files]
