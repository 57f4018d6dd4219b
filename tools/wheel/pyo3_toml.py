"""TOML files as tables whose values have the types that a specification asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from pyo3_common import ToolError, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAMES: Mapping[Any, str] = {str: "a string", bool: "a boolean", list: "an array", dict: "a table"}
_Types = Union[type, "tuple[type, ...]"]


def parse_toml(text: str, origin: str) -> dict[str, Any]:
    """Parse a TOML 1.0 document.

    Args:
        text: the document.
        origin: what messages call it.

    Raises:
        ToolError: it is not TOML.
    """
    # Not every wheel has such a file.
    import tomli

    try:
        return dict(tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        raise ToolError(f"{origin} is not TOML ({error}), expected a TOML 1.0 document: correct it") from error
    except RecursionError as error:
        raise ToolError(f"{origin} nests values too deep to be read, expected a project's file: correct it") from error


class Table:
    """A table of a TOML file; a value of another type than the caller asks for is an error that names it."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        """Wrap a table; `where` names it in messages, "pyproject.toml: project" for instance."""
        self.values = values
        self.where = where

    def __contains__(self, key: str) -> bool:
        """Tell whether the table has a key."""
        return key in self.values

    def get(self, key: str, types: _Types, expected: str) -> Any:
        """Give a value, None when the key is missing.

        Raises:
            ToolError: it has none of the types; `expected` says which they are.
        """
        value = self.values.get(key)
        if value is not None and not isinstance(value, types):
            found = _NAMES.get(type(value), f"of type {type(value).__name__}")
            raise ToolError(f"{self.where}.{key} is {found}, {excerpt(str(value))}, expected {expected}: correct it")
        return value

    def text(self, key: str) -> str | None:
        """Give a string."""
        value: str | None = self.get(key, str, "a string")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give an array of strings, empty when the key is missing."""
        values = self.get(key, list, "an array of strings") or []
        for value in values:
            if not isinstance(value, str):
                raise ToolError(f"{self.where}.{key} holds {value!r}, expected strings only: correct it")
        return tuple(values)

    def table(self, key: str) -> Table:
        """Give a table, an empty one when the key is missing."""
        return Table(self.get(key, dict, "a table") or {}, f"{self.where}.{key}")

    def tables(self, key: str) -> tuple[Table, ...]:
        """Give an array of tables, empty when the key is missing."""
        values = self.get(key, list, "an array of tables") or []
        for value in values:
            if not isinstance(value, dict):
                raise ToolError(f"{self.where}.{key} holds {value!r}, expected tables only: correct it")
        return tuple(Table(value, f"{self.where}.{key}[{index}]") for index, value in enumerate(values))

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Give a table of strings as its keys and values, in the file's order."""
        table = self.table(key)
        return tuple((name, table.text(name) or "") for name in table.values)

    def refuse_others(self, known: Iterable[str]) -> None:
        """Fail when the table has keys besides those of the caller."""
        unknown = sorted(set(self.values) - set(known))
        if unknown:
            raise ToolError(
                f"{self.where} has the unknown key{'s' * (len(unknown) > 1)} {', '.join(unknown)}, "
                f"expected some of {', '.join(sorted(known))}: correct the spelling"
            )
