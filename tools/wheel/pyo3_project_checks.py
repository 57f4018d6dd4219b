"""Values of core metadata, checked against their specifications and put into normal form."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# https://packaging.python.org/en/latest/specifications/entry-points/
_GROUP = re.compile(r"\w+(\.\w+)*")
_ENTRY = re.compile(r"[^\s=\[]([^=\n\r]*[^\s=])?")
_OBJECT = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?( *\[[\w, .-]*\])?")


def name(value: str | None) -> str:
    """Check a project's name."""
    if not value:
        raise ToolError(
            "the project has no name, expected one: set `distribution`, or name a pyproject.toml or Cargo.toml"
        )
    try:
        canonicalize_name(value, validate=True)
    except InvalidName as error:
        raise ToolError(
            f"the project's name is {value!r}, expected ASCII letters and digits with ._- between them (PEP 508): "
            "rename it"
        ) from error
    return value


def version(value: str | None) -> str:
    """Give a version in PEP 440's normal form; Cargo's 1.0.0-beta.1 is 1.0.0b1."""
    if not value:
        raise ToolError(
            "the project has no version, expected one: set `version`, or name a pyproject.toml or Cargo.toml with one"
        )
    try:
        return str(Version(value))
    except InvalidVersion as error:
        raise ToolError(
            f"the project's version is {value!r}, expected one by PEP 440 such as 1.2.3, 1.2.3rc1 or 1.2.3.dev4: "
            "correct it, or set `version`"
        ) from error


def requires_python(value: str) -> str:
    """Check a Requires-Python."""
    try:
        SpecifierSet(value)
    except InvalidSpecifier as error:
        raise ToolError(
            f"the required Python is {value!r}, expected version specifiers by PEP 440 such as '>=3.10': correct it"
        ) from error
    return value


def requirements(values: Iterable[str], extra: str | None = None) -> tuple[str, ...]:
    """Give requirements as core metadata has them; those of an extra (in normal form) get its marker."""
    found = []
    for value in values:
        requirement = _requirement(value)
        marker = str(requirement.marker) if requirement.marker else ""
        requirement.marker = None
        if extra is not None:
            marker = f"({marker})" if " or " in marker else marker
            marker = f'{marker} and extra == "{extra}"'.removeprefix(" and ") if marker else f'extra == "{extra}"'
        text = str(requirement)
        # A URL ends at a space.
        found.append(f"{text}{' ' * bool(requirement.url)}; {marker}" if marker else text)
    return tuple(found)


def _requirement(value: str) -> Requirement:
    try:
        return Requirement(value)
    except InvalidRequirement as error:
        problem = str(error).partition("\n")[0]
        raise ToolError(
            f"the requirement {value!r} is not valid ({problem}), expected one by PEP 508: correct it"
        ) from error


def extras(values: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Give each extra's requirements with their markers, by its name in normal form."""
    found: dict[str, tuple[str, ...]] = {}
    for written, wanted in values:
        try:
            normal = canonicalize_name(written, validate=True)
        except InvalidName as error:
            raise ToolError(
                f"the extra {written!r} is no name, expected ASCII letters and digits with ._- between them: rename it"
            ) from error
        if normal in found:
            raise ToolError(f"two extras have the name {normal} (PEP 685), expected one: rename {written!r}")
        found[normal] = requirements(wanted, normal)
    return found


def license_expression(value: str) -> str:
    """Give an SPDX licence expression in normal form."""
    try:
        return str(canonicalize_license_expression(value))
    except InvalidLicenseExpression as error:
        raise ToolError(
            f"the licence {value!r} is no SPDX expression ({error}), expected one such as 'MIT OR Apache-2.0' "
            "(PEP 639): correct it, or set `license`"
        ) from error


def license_path(path: str) -> str:
    """Give the place of a licence file below dist-info/licenses; one from above the project has its bare name."""
    path = posixpath.normpath(path)
    return posixpath.basename(path) if path.startswith("..") else path


def license_classifiers(classifiers: Iterable[str]) -> list[str]:
    """Give the classifiers that name a licence."""
    return [text for text in classifiers if text.startswith("License ::")]


def one_license(expression: str, classifiers: Iterable[str]) -> None:
    """Refuse classifiers that say the licence once more; PyPI does."""
    found = license_classifiers(classifiers)
    if found:
        raise ToolError(
            f"the project has the licence {expression} and the classifier {found[0]!r}, "
            "expected no such classifier beside an expression (PEP 639): remove it"
        )


def entry_points(
    groups: Iterable[tuple[str, Sequence[tuple[str, str]]]],
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Sort entry points and check that entry_points.txt can hold them."""
    found: dict[str, dict[str, str]] = {}
    for group, entries in groups:
        if not _GROUP.fullmatch(group):
            raise ToolError(f"the entry point group {group!r} is no dotted name, expected one: rename it")
        for entry, target in entries:
            if not _ENTRY.fullmatch(entry):
                raise ToolError(
                    f"the entry point {entry!r} of {group} has no valid name, expected one without `=`: rename it"
                )
            if not _OBJECT.fullmatch(target):
                raise ToolError(
                    f"the entry point {entry} of {group} is {target!r}, expected 'package.module:object': correct it"
                )
            if found.setdefault(group, {}).setdefault(entry, target) != target:
                raise ToolError(f"the entry point {entry} of {group} is given twice, expected once: remove one")
    return tuple((group, tuple(sorted(found[group].items()))) for group in sorted(found))
