"""Reads constants and functions out of Rust source text; no compiler is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class NotFoundError(Exception):
    """The text does not have what is looked for; the message says what."""


def library_text(text: str) -> str:
    """Drop comment lines and the unit tests at a file's end."""
    text = re.split(r"^mod tests \{", text, maxsplit=1, flags=re.MULTILINE)[0]
    return re.sub(r"^[ \t]*//.*\n", "", text, flags=re.MULTILINE)


def block(text: str, head: str) -> str:
    """Give what stands between the braces that follow a head.

    Args:
        text: the text without comments. Braces in string literals must come in pairs, as formatted strings have them.
        head: a regular expression.

    Raises:
        NotFoundError: there is no such head, or its brace is not closed.
    """
    match = re.search(head + r"[^{;]*\{", text)
    if match is None:
        raise NotFoundError(f"`{_readable(head)}`")
    depth = 1
    for brace in re.finditer(r"[{}]", text[match.end() :]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return text[match.end() : match.end() + brace.start()]
    raise NotFoundError(f"the end of `{_readable(head)}`")


def _readable(pattern: str) -> str:
    return pattern.replace(r"\b", "")


def function(text: str, name: str) -> str:
    """Give a function's body."""
    return block(text, rf"\bfn {name}\b")


def first(pattern: str, text: str) -> str:
    """Give the first group of a pattern's first match."""
    match = re.search(pattern, text)
    if match is None:
        raise NotFoundError(f"`{_readable(pattern)}`")
    return match.group(1)


def functions(text: str) -> dict[str, str]:
    """Give all functions with a body by name, white space left out; those of one name are joined."""
    found: dict[str, str] = {}
    for match in re.finditer(r"\bfn (\w+)", text):
        try:
            body = block(text[match.start() :], r"\bfn \w+")
        except NotFoundError:
            continue
        found[match.group(1)] = found.get(match.group(1), "") + re.sub(r"\s+", "", body)
    return found


@dataclass(frozen=True)
class Versions:
    """The Python versions that a text gives names to."""

    text: str

    def value(self, expression: str) -> list[int]:
        """Evaluate `PythonVersion { ... }`, the name of a constant, or a field of one."""
        literal = re.fullmatch(r"PythonVersion \{\s*major: (\d+),\s*minor: (\d+),?\s*\}", expression.strip())
        if literal is not None:
            return [int(literal.group(1)), int(literal.group(2))]
        name, _, field = expression.strip().partition(".")
        if not re.fullmatch(r"\w+", name):
            raise NotFoundError(f"the value of `{name}`")
        if field:
            return self.member(name, field)
        return self.value(first(rf"\bconst {name}: \w+ =\s*([^;]+);", self.text))

    def member(self, constant: str, field: str) -> list[int]:
        """Evaluate a field of a constant that is a struct."""
        body = block(self.text, rf"\bconst {constant}: \w+ = \w+ ")
        return self.value(first(rf"\b{field}: (PythonVersion \{{[^}}]*\}}|[\w.]+)", body))


def ordered(names: Iterable[str]) -> list[str]:
    """Drop what comes again."""
    return list(dict.fromkeys(names))
