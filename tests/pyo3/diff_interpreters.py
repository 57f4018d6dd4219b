"""The interpreters that cases are about: installed ones, recorded ones, and files that describe one."""

from __future__ import annotations

import json
import pathlib
import shlex
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOST = "x86_64-unknown-linux-gnu"
_TESTDATA = pathlib.Path(__file__).parent / "testdata"
_STAND_IN = pathlib.Path(__file__).parent / "recorded_python.py"

# What a recorded interpreter runs on, by its sysconfig.get_platform() and multiarch, or the multiarch of a file.
_TRIPLES = {
    "aarch64-linux-gnu": "aarch64-unknown-linux-gnu",
    "darwin": "aarch64-apple-darwin",
    "emscripten-5.0.3-wasm32": "wasm32-unknown-emscripten",
    "linux-x86_64": HOST,
    "win-amd64": "x86_64-pc-windows-msvc",
    "x86_64-linux": HOST,
    "x86_64-linux-gnu": HOST,
    "x86_64-linux-musl": "x86_64-unknown-linux-musl",
}


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that can be asked."""

    name: str
    path: str
    triple: str
    """Target triple of what it runs on."""


@dataclass(frozen=True)
class Sysconfigdata:
    """An interpreter that left a _sysconfigdata file."""

    name: str
    lib_dir: str
    triple: str
    version: str | None
    """"3.N", None where the file does not say."""


def _recorded(pattern: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((_TESTDATA / "interpreters").glob("*.json")):
        if path.name.startswith("sysconfigdata-") == (pattern == "sysconfigdata"):
            yield path.stem, json.loads(path.read_text(encoding="utf-8"))
    by_hand = json.loads((_TESTDATA / "written_by_hand.json").read_text(encoding="utf-8"))
    for each in by_hand[pattern]:
        yield f"by-hand-{each['name']}", each


def recorded_interpreters(folder: pathlib.Path) -> Iterator[Interpreter]:
    """Make a program below `folder` for each recorded interpreter and each one written by hand."""
    for name, recorded in _recorded("interpreters"):
        dump = recorded["dump"]
        platform = dump["sysconfig"]["get_platform"]
        multiarch = dump["implementation"].get("_multiarch")
        triple = recorded.get("triple") or _TRIPLES.get(multiarch) or _TRIPLES[platform]
        home = folder / name
        if recorded.get("conda"):
            # PyO3's script looks for this folder itself.
            dump["sys"]["base_prefix"] = str(home)
            (home / "conda-meta").mkdir(parents=True)
        yield Interpreter(name, _write_stand_in(home, recorded), triple)


# The same script has the same answer, so that it need not run each time: a build script asks two scripts.
_PROGRAM = """\
#!/bin/sh
PATH=/usr/bin:/bin
[ "$*" != --version ] || exec echo {version}
[ $# -eq 0 ] || exec {command} "$@"
script=$(cat)
set -- $(printf %s "$script" | cksum)
answer={answers}/$1-$2
if [ ! -e "$answer" ]; then
    printf '%s\\n' "$script" | {command} > "$answer.$$" || exit
    mv "$answer.$$" "$answer"
fi
exec cat "$answer"
"""


def _write_stand_in(home: pathlib.Path, recorded: dict[str, Any]) -> str:
    """Write an environment's folder: bin/python as virtual environments of Unix have it, and python.exe for Windows."""
    (home / "bin").mkdir(parents=True)
    (home / "Scripts").mkdir()
    data = home / "recorded.json"
    data.write_text(json.dumps(recorded), encoding="utf-8")
    words = [sys.executable, "-I", "-S", "-B", str(_STAND_IN), str(data)]
    answers = home / "answers"
    answers.mkdir()
    program = home / "bin" / "python"
    text = _PROGRAM.format(
        answers=shlex.quote(str(answers)),
        command=" ".join(map(shlex.quote, words)),
        version=shlex.quote(_version_line(recorded["dump"])),
    )
    program.write_text(text, encoding="utf-8")
    program.chmod(0o755)
    for other in (home / "Scripts" / "python.exe", home / "python.exe", home / "bin" / "python3"):
        other.symlink_to(program)
    return str(program)


def _version_line(dump: dict[str, Any]) -> str:
    name = "GraalPy" if dump["platform"]["python_implementation"] == "GraalVM" else "Python"
    return f"{name} {'.'.join(map(str, dump['sys']['version_info'][:3]))}"


def recorded_sysconfigdata(folder: pathlib.Path) -> Iterator[Sysconfigdata]:
    """Write each recorded _sysconfigdata file into a library folder of its own."""
    for name, recorded in _recorded("sysconfigdata"):
        variables = recorded["build_time_vars"]
        lib_dir = folder / name / "lib"
        inner = lib_dir / _library_folder(variables)
        inner.mkdir(parents=True)
        text = f"build_time_vars = {variables!r}\n"
        (inner / recorded["file_name"]).write_text(text, encoding="utf-8")
        version = variables.get("VERSION")
        yield Sysconfigdata(name, str(lib_dir), recorded.get("triple") or _file_triple(variables), version)


def _library_folder(variables: dict[str, Any]) -> str:
    soabi = str(variables.get("SOABI", ""))
    if soabi.startswith("graalpy"):
        return "graalpy25.2"
    return ("pypy" if soabi.startswith("pypy") else "python") + str(variables.get("VERSION", "3.12"))


def _file_triple(variables: dict[str, Any]) -> str:
    multiarch = str(variables.get("MULTIARCH") or "")
    soabi = str(variables.get("SOABI", ""))
    return _TRIPLES.get(multiarch) or next(triple for end, triple in _TRIPLES.items() if soabi.endswith(end))


_NAMES = (*(f"python3.{minor}{kind}" for minor in range(7, 17) for kind in ("", "-dbg", "t")), "pypy3")


def installed_interpreters(more: Iterable[str]) -> Iterator[Interpreter]:
    """Find interpreters by their names on PATH, those of pyenv, and those named."""
    pyenv = sorted((pathlib.Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))
    seen = set()
    for candidate in (*_NAMES, *map(str, pyenv), *more):
        path = shutil.which(candidate)
        if path and pathlib.Path(path).resolve() not in seen:
            seen.add(pathlib.Path(path).resolve())
            yield Interpreter(f"installed-{path}", path, HOST)
