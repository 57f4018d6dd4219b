"""Finds a Python's `_sysconfigdata*.py` and reads it without executing it.

Follows pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs, `find_all_sysconfigdata`, `search_lib_dir` and
`parse_sysconfigdata`; those have an interpreter execute the file.
"""

from __future__ import annotations

import ast
import os
import pathlib
import re
import warnings
from typing import TYPE_CHECKING

import pyo3_platforms
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyo3_settings import Settings
    from pyo3_triple import Triple

_LIMIT = 1024 * 1024
_NAME = "build_time_vars"
# A text that is not terminated takes all that is left, so that reading stays linear.
_TOKEN = re.compile(
    r"""(?P<blank>(?:\s|\#[^\n]*|\\\n)+)
    |(?P<text>[bBfFrRuU]{0,2}(?:
        '''(?:[^\\]|\\.)*?(?:'''|\\?\Z)
        |\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\\?\Z)
        |'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\\?\Z)
        |"(?:[^"\\\n]|\\.)*(?:"|(?=\n)|\\?\Z)
    ))
    |(?P<word>[-+]?[\w.]+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = "([{", ")]}"


def parse(text: str) -> Mapping[str, str]:
    """Read the dictionary `build_time_vars`, values as `print` shows them.

    An entry that is no plain text or number is left out: only executing the file would tell its value. As for PyO3,
    which reads what was printed, a value of several lines goes on as entries of its own.

    Raises:
        ToolError: the text is too long or has no such dictionary.
    """
    if len(text) > _LIMIT:
        raise ToolError(f"the sysconfigdata has {len(text)} characters, expected at most {_LIMIT}: check the file")
    tokens = [(matched.lastgroup or "", matched[0]) for matched in _TOKEN.finditer(text)]
    tokens = [token for token in tokens if token[0] != "blank"]
    marks = [("word", _NAME), ("mark", "="), ("mark", "{")]
    starts = [
        index + 3 for index in range(len(tokens)) if tokens[index] == marks[0] and tokens[index : index + 3] == marks
    ]
    if not starts:
        raise ToolError(
            f"the sysconfigdata has no `{_NAME} = {{`, expected what Python's sysconfig writes: check the file"
        )
    printed = {}
    for key, value in _entries(tokens, starts[-1]):
        for line in f"{key} {value}".split("\n"):
            name, blank, rest = line.rstrip("\r").partition(" ")
            if blank:
                printed[name] = rest
    return printed


def _entries(tokens: list[tuple[str, str]], index: int) -> Iterator[tuple[str, str]]:
    """Give key and value of the entries of a dictionary whose first token is at `index`."""
    entry: list[tuple[str, str]] = []
    depth = 0
    for token in tokens[index:]:
        mark = token[1] if token[0] == "mark" else ""
        if depth == 0 and mark in (",", "}"):
            yield from _entry(entry)
            entry = []
            if mark == "}":
                return
            continue
        depth += (mark != "" and mark in _OPENING) - (mark != "" and mark in _CLOSING)
        entry.append(token)
    raise ToolError(f"the dictionary {_NAME} of the sysconfigdata does not end, expected `}}`: check the file")


def _entry(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    colons = [index for index, token in enumerate(tokens) if token == ("mark", ":")]
    if not colons:
        return []
    key, value = _plain(tokens[: colons[0]]), _plain(tokens[colons[0] + 1 :])
    return [] if key is None or value is None else [(key, value)]


def _plain(tokens: list[tuple[str, str]]) -> str | None:
    """Give the value of adjacent texts or of one number or name, None for anything else."""
    if len(tokens) > 2 and tokens[0] == ("mark", "(") and tokens[-1] == ("mark", ")"):
        tokens = tokens[1:-1]
    if len(tokens) == 1 and tokens[0][0] == "word":
        word = tokens[0][1]
        return word if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|True|False|None", word) else None
    texts = [_text(source) if kind == "text" else None for kind, source in tokens]
    if not texts or None in texts:
        return None
    return "".join(text for text in texts if text is not None)


def _text(literal: str) -> str | None:
    """Give the value of one literal; the token's own syntax bounds what is evaluated here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def find_one(lib_dir: str, settings: Settings, target: Triple, version: str | None) -> pathlib.Path:
    """Find the only sysconfigdata file of a library folder.

    Raises:
        ToolError: there is none, or there are several.
    """
    found = find(lib_dir, settings, target, version)
    if not found:
        wanted = settings.python_sysconfigdata_name
        named = "_sysconfigdata_*.py" if wanted is None else f"{wanted}.py"
        raise ToolError(
            f"there is no {named} in PYO3_CROSS_LIB_DIR={lib_dir}, expected that of a Python for {target.name}: "
            "name the folder that has lib/python3.X, or set PYO3_CROSS_PYTHON_VERSION and leave PYO3_CROSS_LIB_DIR out"
        )
    if len(found) > 1:
        raise ToolError(
            f"there are {len(found)} Pythons in PYO3_CROSS_LIB_DIR={lib_dir}, expected one: "
            "set PYO3_CROSS_PYTHON_VERSION to the version wanted, or _PYTHON_SYSCONFIGDATA_NAME to the name, without "
            ".py, of one of\n  " + "\n  ".join(map(str, found))
        )
    return found[0]


def find(lib_dir: str, settings: Settings, target: Triple, version: str | None = None) -> list[pathlib.Path]:
    """Find the sysconfigdata files of a library folder, sorted.

    Args:
        lib_dir: PYO3_CROSS_LIB_DIR.
        settings: _PYTHON_SYSCONFIGDATA_NAME is looked at.
        target: chooses among several files the ones that have its architecture in their path.
        version: X.Y of the Python wanted, None for any.

    Raises:
        ToolError: the folder cannot be listed.
    """
    try:
        found = _search(lib_dir, target, version)
    except OSError as error:
        raise ToolError(
            f"cannot search PYO3_CROSS_LIB_DIR={lib_dir} ({error.strerror}), expected a folder that can be listed: "
            "correct the setting"
        ) from error
    paths = {pathlib.Path(path).resolve() for path in found if os.path.exists(path)}
    wanted = settings.python_sysconfigdata_name
    return sorted(path for path in paths if wanted is None or path.stem == wanted)


def _search(folder: str, target: Triple, version: str | None) -> list[str]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("_sysconfigdata_") and entry.name.endswith("py"):
                found.append(entry.path)
            elif entry.is_dir(follow_symlinks=False) and _is_searched(entry.name, target, version):
                found += _search(entry.path, target, version)
    if len(found) > 1:
        # Debian installs several architectures side by side.
        found = [path for path in found if pyo3_platforms.machine(target) in path] or found
    return found


def _is_searched(name: str, target: Triple, version: str | None) -> bool:
    if name.startswith("lib."):
        return pyo3_platforms.operating_system(target) in name and pyo3_platforms.machine(target) in name
    starts = ("python3.", "pypy3.", "graalpy2") if version is None else _starts_of(version)
    return name in ("build", "lib", "lib_pypy", "lib_graalpython") or name.startswith(starts)


def _starts_of(version: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{version}" for prefix in ("python", "pypy", "graalpy"))
