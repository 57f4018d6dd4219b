"""Which libraries a wheel takes along when it is repaired, and what it promises with them."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyo3_platform_policy
import pyo3_wheel_library
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyo3_platform_policy import Wanted
    from pyo3_wheel_library import SharedLibrary


@dataclass(frozen=True)
class Given:
    """A library that may be grafted."""

    name: str
    """Its SONAME: what others call it."""
    source: str
    """The file, as messages name it."""
    copy: str
    """The copy that is grafted."""


def by_name(given: Iterable[Given]) -> dict[str, Given]:
    """Index libraries by their names.

    Raises:
        ToolError: two of them have one name.
    """
    found: dict[str, Given] = {}
    for each in given:
        other = found.setdefault(each.name, each)
        if other != each:
            raise ToolError(
                f"`libraries` has {other.source} and {each.source}, which are both called {each.name}, expected one "
                "library of each name: leave one of them out"
            )
    return found


def grafted(packed: Sequence[SharedLibrary], given: Mapping[str, Given], folder: str) -> list[SharedLibrary]:
    """Give all libraries of the wheel as they will be when those that they need are grafted.

    Args:
        packed: those in the wheel.
        given: what can be grafted, by name.
        folder: where in the wheel that will be.

    Returns:
        Those in the wheel, which look into the folder too, and what is there.
    """
    found = {each.path: _looking_into(each, folder) for each in packed}
    missing = [name for each in packed for name in pyo3_wheel_library.not_in_wheel(each, packed)]
    while missing:
        name = missing.pop()
        path = f"{folder}/{name}"
        if name in given and path not in found:
            library = pyo3_wheel_library.of_file(path, given[name].copy)
            found[path] = replace(library, run_paths=("$ORIGIN",))
            missing += library.needed
    return list(found.values())


def _looking_into(library: SharedLibrary, folder: str) -> SharedLibrary:
    path = posixpath.join("$ORIGIN", posixpath.relpath(folder, posixpath.dirname(library.path) or "."))
    return replace(library, run_paths=(*library.run_paths, path))


def platform_with(wanted: Wanted, libraries: Sequence[SharedLibrary], given: Iterable[str]) -> tuple[str, ...]:
    """Decide on the platform of the repaired wheel.

    Args:
        wanted: what it is for.
        libraries: all of them, grafted ones too, without what is excluded.
        given: names of what could be grafted, for messages.

    Raises:
        ToolError: a library is neither part of the platform nor among those that can be grafted, or the platform
            promises nothing, so that nothing is grafted for it.
    """
    if wanted.request == pyo3_platform_policy.PLAIN:
        raise ToolError(
            f'platform is "{wanted.request}", which promises nothing, so nothing would be grafted for it, expected '
            '"auto" or a policy such as "manylinux_2_28": correct `platform`, or use the wheel as it is'
        )
    try:
        return pyo3_platform_policy.platform_tags(wanted, libraries)
    except ToolError as error:
        names = ", ".join(sorted(given)) or "it is empty"
        raise ToolError(
            f"{error}\n  What is grafted comes from `libraries` alone, never from this machine: {names}."
        ) from error


def check_origins(paths: Iterable[str], given: Mapping[str, bytes]) -> None:
    """Make sure that all grafted libraries are given ones: auditwheel writes the hash of a file into its new name.

    Args:
        paths: of the grafted libraries in the wheel.
        given: the libraries that may be grafted, by name.

    Raises:
        ToolError: one comes from elsewhere.
    """
    names = {_new_name(name, hashlib.sha256(data).hexdigest()[:8]) for name, data in given.items()}
    for path in paths:
        if posixpath.basename(path) not in names:
            raise ToolError(
                f"{path} was found on this machine, expected a library from `libraries`: add it there, or exclude it"
            )


def _new_name(name: str, start: str) -> str:
    base, _, end = name.partition(".")
    return name if base.endswith(f"-{start}") else f"{base}-{start}.{end}"
