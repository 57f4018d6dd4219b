"""What every tool shares: one kind of error, files written whole, one guard around `main`."""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SCHEMA = 1
_HELP_WIDTH = 100


class ToolError(Exception):
    """A failure to report to the user: what was found, what was expected, what to do."""


class ArgumentParser(argparse.ArgumentParser):
    """An argument parser that takes `--label` and reports bad usage as a ToolError."""

    def __init__(self, description: str) -> None:
        """Create a parser; `--label` names the target in messages and is required."""
        # Without a width argparse imports shutil, to ask for the terminal's, in every action.
        formatter = functools.partial(argparse.HelpFormatter, width=_HELP_WIDTH)
        super().__init__(description=description, allow_abbrev=False, formatter_class=formatter)
        self.add_argument("--label", required=True, help="the target this is run for, as messages name it")

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting with code 2."""
        raise ToolError(f"bad command line for {self.prog}: {message}")


def run(work: Callable[[Sequence[str]], None], argv: Sequence[str] | None) -> int:
    """Call `work` with the arguments and give the exit code.

    Args:
        work: the tool; raises ToolError for anything the user can repair.
        argv: the arguments without the program's name; None stands for those of the process.

    Returns:
        0, or 1 after writing `ERROR: <label>: <message>` to stderr.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        work(arguments)
    except (ToolError, OSError) as error:
        sys.stderr.write(f"ERROR: {label_of(arguments)}: {error}\n")
        return 1
    return 0


def label_of(arguments: Sequence[str]) -> str:
    """Find the value of `--label`, also on a command line that does not parse."""
    for index, argument in enumerate(arguments):
        if argument == "--label" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--label="):
            return argument[len("--label=") :]
    return "(no label)"


def is_number(text: str) -> bool:
    """Say whether a text is digits that `int` reads, which `str.isdigit` alone does not: it takes superscripts too."""
    return text.isascii() and text.isdigit()


def warn(label: str, message: str) -> None:
    """Write a warning to stderr in the same form as an error."""
    sys.stderr.write(f"WARNING: {label}: {message}\n")


def write_text(path: str, text: str) -> None:
    """Write a UTF-8 file whole or not at all, with newlines as given."""
    temporary = f"{path}.tmp{os.getpid()}"
    try:
        with open(temporary, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 (pathlib is slow to import)
            stream.write(text)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def read_text(path: str, what: str) -> str:
    """Read a UTF-8 file; `what` names its role in the error messages."""
    try:
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123
            return stream.read()
    except OSError as error:
        raise ToolError(f"cannot read the {what} {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ToolError(f"the {what} {path} is not UTF-8 (byte {error.start})") from error


def to_json(value: Any) -> str:
    """Give the canonical JSON text: sorted keys, indent 1, final newline."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_json(path: str, value: Any) -> None:
    """Write `value` as canonical JSON, whole or not at all."""
    write_text(path, to_json(value))


def read_json(path: str, what: str) -> dict[str, Any]:
    """Read a JSON object and check its `schema`; `what` names its role in the error messages."""
    return parse_json(read_text(path, what), f"the {what} {path}")


def parse_json(text: str, origin: str) -> dict[str, Any]:
    """Parse a JSON object whose `schema` is the one this version of the tools knows.

    Raises:
        ToolError: the text is not JSON, not an object, or of another schema.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ToolError(f"{origin} is not JSON ({error}): {excerpt(text)}") from error
    if not isinstance(value, dict):
        raise ToolError(f"{origin} holds a JSON {type(value).__name__}, expected an object")
    if value.get("schema") != SCHEMA:
        raise ToolError(
            f"{origin} has schema {value.get('schema')!r}, expected {SCHEMA}: "
            "it was written for another version of these rules; write it again with this one"
        )
    return value


def excerpt(text: str, limit: int = 200) -> str:
    """Quote the start of a text for a message."""
    return repr(text if len(text) <= limit else text[:limit] + "...")
