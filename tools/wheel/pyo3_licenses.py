"""The licence files of a wheel: the project's own (PEP 639), and one with those of the crates in its extensions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyo3_crates_file import Crate
    from pyo3_project import Project

COLLECTED = "THIRD-PARTY-CRATES.txt"
"""Name of the file with the licences of crates, in dist-info/licenses."""

_RULE = "=" * 100
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[[\w.-]+\]|[^*?\[\]]")


def choose_licenses(project: Project, available: Sequence[str]) -> tuple[str, ...]:
    """Give the licence files of the project.

    Args:
        project: what is known; it may name patterns.
        available: files that the target names, relative to its package.

    Returns:
        all that are available, sorted.

    Raises:
        ToolError: a pattern is not one of PEP 639's, or no file matches it.
    """
    for pattern in project.license_patterns:
        matcher = _matcher(pattern)
        if not any(matcher.fullmatch(path) for path in available):
            raise ToolError(
                f"the project wants the licence files {pattern}, and gets "
                f"{', '.join(sorted(available)) or 'none'}, expected one that matches: add it to `license_files`"
            )
    return tuple(sorted({*available}))


def _matcher(pattern: str) -> re.Pattern[str]:
    """Turn a pattern of https://packaging.python.org/en/latest/specifications/glob-patterns/ into an expression."""
    parts = _GLOB.findall(pattern)
    if "".join(parts) != pattern or not pattern or pattern.startswith("/") or ".." in pattern or "\\" in pattern:
        raise ToolError(
            f"the licence file {pattern!r} is no pattern, "
            "expected a relative path with `/`, in which *, **, ? and [] may be (PEP 639): correct it"
        )
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(known.get(part, part if len(part) > 1 else re.escape(part)) for part in parts))


def collected_licenses(crates: Iterable[Crate], project: Project) -> str | None:
    """Give one text with the licences of all linked crates of other repositories; equal texts are there once.

    Args:
        crates: those that are linked into the extensions.
        project: the wheel's.

    Returns:
        the text, None when there is no such crate.
    """
    foreign = [crate for crate in crates if crate.external]
    if not foreign:
        return None
    owners: dict[str, list[str]] = {}
    for crate in foreign:
        for name, text in crate.licenses:
            owners.setdefault(text.strip("\n"), []).append(f"{crate.title}: {name}")
    lines = [f"Rust crates in the extension modules of {project.name} {project.version}, and their licences.", ""]
    lines += [f"{crate.title}: {_summary(crate)}" for crate in foreign]
    for text, names in owners.items():
        lines += ["", _RULE, *names, _RULE, "", text]
    return "\n".join(lines) + "\n"


def _summary(crate: Crate) -> str:
    expression = crate.package.license if crate.package else None
    named = expression or "no licence in its Cargo.toml"
    return named if crate.licenses else f"{named} (the crate has no licence file)"
