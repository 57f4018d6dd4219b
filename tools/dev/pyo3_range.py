"""States the supported PyO3 versions where people and rules read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dev_common import DevError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Table = Mapping[str, Any]

DOCUMENT = "docs/compatibility.md"
RULES = "rules/private/crates/known.bzl"

_HEADERS = ("PyO3", "CPython", "PyPy", "GraalPy", "free-threaded", "abi3 floors", "abi3t floors", "rustc")
_BEGIN = "<!-- Written by `tools/bazel run //tools/dev:add_pyo3`. -->\n"
_END = "<!-- End of what it writes. -->\n"


def range_table(tables: Sequence[Table]) -> str:
    """Render the supported range of each table, newest first, in Markdown."""
    lines = [f"| {' | '.join(row)} |\n" for row in (_HEADERS, *map(_row, reversed(tables)))]
    lines.insert(1, "|---" * len(_HEADERS) + "|\n")
    return "".join(lines)


def _row(table: Table) -> tuple[str, ...]:
    return (
        table["version"],
        *(_python(table, name) for name in ("CPython", "PyPy")),
        f"{_dotted(table['graalpy_min'])} and newer, with {_python(table, 'GraalVM')}",
        _from(table["free_threaded_min"]),
        f"{_dotted(table['abi3_min'])} to {_dotted(table['abi3_max'])}",
        _from(table["abi3t_min"]),
        _from([int(part) for part in table["msrv"].split(".")]),
    )


def _python(table: Table, implementation: str) -> str:
    span = table["python"].get(implementation)
    return f"{_dotted(span['min'])} to {_dotted(span['max'])}" if span else "no"


def _from(version: Sequence[int] | None) -> str:
    return f"from {_dotted(version)}" if version else "no"


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def with_table(document: str, table: str) -> str:
    """Put the table into the document that states the range."""
    before, begin, rest = document.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise DevError(
            f"{DOCUMENT} has no place for the table; expected: {_BEGIN.strip()} and {_END.strip()}; add them"
        )
    return before + begin + "\n" + table + "\n" + end + after


def with_versions(rules: str, versions: Sequence[str]) -> str:
    """Put the versions, newest first, into what the rules know."""
    lines = "".join(f'    "{version}",\n' for version in reversed(versions))
    changed, count = re.subn(r"(?m)^PYO3_VERSIONS = \[[^\]]*\]", f"PYO3_VERSIONS = [\n{lines}]", rules)
    if count != 1:
        raise DevError(f"{RULES} has {count} lists PYO3_VERSIONS; expected: one; correct it")
    return changed
