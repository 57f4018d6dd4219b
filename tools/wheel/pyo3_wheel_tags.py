"""The tags of a wheel and its file name, from the extensions in it.

https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ and .../binary-distribution-format/.
Python and ABI are those of the extensions' own tags; the platform is what their files turn out to need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_platform_policy
import pyo3_triple
import pyo3_wheel_library
from packaging import tags, utils
from packaging.version import InvalidVersion, Version
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyo3_triple import Triple
    from pyo3_wheel_library import SharedLibrary


@dataclass(frozen=True)
class ExtensionTag:
    """An extension module in a wheel."""

    library: SharedLibrary
    python: str
    """cp314, pp311."""
    abi: str
    """cp314, abi3, pypy311_pp80; abi3.abi3t for both."""
    platform: str
    """As its own tag has it: linux_x86_64."""
    target: Triple


@dataclass(frozen=True)
class Tags:
    """The tags of a wheel; each is one, or several joined by dots in order."""

    python: str
    abi: str
    platform: str

    def __str__(self) -> str:
        """Give the tags as the file name has them."""
        return f"{self.python}-{self.abi}-{self.platform}"

    @property
    def pure(self) -> bool:
        """Whether the wheel is for every platform (Root-Is-Purelib)."""
        return self.platform == "any"

    def lines(self) -> list[str]:
        """Give what WHEEL lists as Tag, each combination on its own."""
        return sorted(map(str, tags.parse_tag(str(self))))


PURE = Tags("py3", "none", "any")

# What PEP 3149 and PyPy's importer put between name and ending of a module for one Python.
_MODULE = re.compile(r"\.(?:cpython-|cp)(?P<cpython>\d+[a-z]*)-[^/]*\.(?:so|pyd)$|\.(?P<pypy>pypy\d+-pp\d+)-[^/]*$")

# "Must start with a digit", and of what a component of a file name may have, "-" apart.
_BUILD = re.compile(r"[0-9][A-Za-z0-9_.]*")


def extension_tag(path: str, tag: Mapping[str, Any], gates: Mapping[str, Any], target: str) -> ExtensionTag:
    """Describe an extension by what was written about it.

    Args:
        path: where it is in the wheel.
        tag: the object of tag.json.
        gates: the object of gates.json.
        target: the name of the Rust target that it is compiled for.

    Raises:
        ToolError: one of them is of another version of these rules.
    """
    try:
        words = tag["wheel_tag"]
        python, abi, platform = words["python"], words["abi"], words["platform"]
    except KeyError as error:
        raise ToolError(
            f"the tag of {path} has no {error}, expected what the tag tool writes: build it again"
        ) from error
    return ExtensionTag(
        pyo3_wheel_library.of_gates(path, gates), python, abi, platform, pyo3_triple.parse_triple(target)
    )


def wheel_tags(extensions: Sequence[ExtensionTag], platform: str, libraries: Sequence[SharedLibrary] = ()) -> Tags:
    """Decide on the tags of a wheel.

    Args:
        extensions: the extension modules in it.
        platform: "auto", "linux" for no promise, or what `pyo3_platform_policy` takes.
        libraries: the other shared libraries in it.

    Returns:
        py3-none-any where there are neither.

    Raises:
        ToolError: the extensions are for different Pythons or targets, another file is an extension for another Python,
            or the platform is not what they need.
    """
    if not extensions:
        return _without_extensions(platform, libraries)
    python, abi = _agreed(extensions, "Python and ABI", lambda each: f"{each.python}-{each.abi}").split("-")
    _refuse_other_pythons(python, abi, libraries)
    _agreed(extensions, "target", lambda each: each.target.name)
    own = _agreed(extensions, "platform", lambda each: each.platform)
    wanted = pyo3_platform_policy.Wanted(platform, extensions[0].target, own)
    found = pyo3_platform_policy.platform_tags(wanted, [*(each.library for each in extensions), *libraries])
    return Tags(python, abi, ".".join(found))


def _without_extensions(platform: str, libraries: Sequence[SharedLibrary]) -> Tags:
    if libraries:
        raise ToolError(
            f"the wheel has {', '.join(sorted(each.path for each in libraries))} and no extension module, expected one "
            "that says which Python and platform they are for: add a pyo3_extension to deps, or leave them out"
        )
    if platform != pyo3_platform_policy.AUTO:
        raise ToolError(
            f'platform is {platform!r} and the wheel has no extension module, expected "auto", since such a wheel is '
            f"for every platform ({PURE}): add a pyo3_extension to deps, or leave `platform` out"
        )
    return PURE


def _refuse_other_pythons(python: str, abi: str, libraries: Sequence[SharedLibrary]) -> None:
    for library in libraries:
        match = _MODULE.search(library.path)
        found = match and (f"cp{match['cpython']}" if match["cpython"] else match["pypy"].replace("-", "_"))
        if found and found not in abi.split("."):
            raise ToolError(
                f"{library.path} is by its name an extension module for {found}, and the wheel is for {python}-{abi}; "
                "expected modules that its Pythons import: build it for them, or leave it out"
            )


def _agreed(extensions: Sequence[ExtensionTag], what: str, of: Callable[[ExtensionTag], str]) -> str:
    found: dict[str, list[str]] = {}
    for extension in extensions:
        found.setdefault(of(extension), []).append(extension.library.path)
    if len(found) > 1:
        listed = "; ".join(f"{value}: {', '.join(sorted(paths))}" for value, paths in sorted(found.items()))
        raise ToolError(
            f"the extensions of the wheel differ in {what} ({listed}), expected one: give all of them the same `abi` "
            "and `python_version`, or make a wheel of each"
        )
    return next(iter(found))


def wheel_file_name(name: str, version: str, found: Tags, build: str = "") -> str:
    """Name the file of a wheel.

    Args:
        name: of the project; it is normalised (PEP 503, and `_` for `-`).
        version: of the project (PEP 440); it is normalised.
        found: the wheel's tags.
        build: the build tag, which starts with a digit, with letters, digits, "_" and "." after it; none by default.

    Raises:
        ToolError: one of them is not of that form.
    """
    if build and not _BUILD.fullmatch(build):
        raise ToolError(
            f"build_tag is {build!r}, expected a digit, and letters, digits, `_` and `.` after it, such as '1' or "
            "'2_local': correct it"
        )
    try:
        normal, number = utils.canonicalize_name(name, validate=True), Version(version)
        parts = [normal.replace("-", "_"), str(number), *([build] if build else []), str(found)]
        file = "-".join(parts) + ".whl"
        utils.parse_wheel_filename(file, validate_order=True)
    except (utils.InvalidName, utils.InvalidWheelFilename, InvalidVersion) as error:
        raise ToolError(
            f"a wheel of {name!r} {version!r} cannot be named ({error}), expected a name by PEP 508 and a version by "
            "PEP 440: correct them"
        ) from error
    return file
