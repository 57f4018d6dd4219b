"""Reads Starlark files as Python syntax, which they are a subset of."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

import source_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Load:
    """A load statement: its file, and the label that it names, made absolute within the repository."""

    path: Path
    label: str

    @property
    def package(self) -> str:
        """Give the package, such as "rules/private/config"; another repository's starts with "@"."""
        return self.label.partition(":")[0].removeprefix("//")


def parse(path: Path) -> ast.Module:
    """Parse a file of the checkout."""
    return ast.parse((source_tree.ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def loads(path: Path, text: str | None = None) -> Iterator[Load]:
    """Give the load statements of a file."""
    tree = parse(path) if text is None else ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "load":
            label = ast.literal_eval(node.args[0])
            yield Load(path, f"//{path.parent}{label}" if label.startswith(":") else label)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give the functions of a file with their number of lines, docstring included."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
