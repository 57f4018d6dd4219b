"""The words that a program is linked with, for recorded interpreters of several platforms."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

import pyo3_link_args
import pytest
from pyo3_triple import parse_triple

LINUX = parse_triple("x86_64-unknown-linux-gnu")
MACOS = parse_triple("aarch64-apple-darwin")
COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]


def test_shared_on_linux() -> None:
    library = "out/run.libs/libpython3.14.so.1.0"
    args = pyo3_link_args.shared_args(LINUX, ["lib.init.a"], library, "tools/run", "_main/pkg/tools")
    assert args == [
        "lib.init.a",
        "-lc",
        "-Wl,--wrap=Py_InitializeEx",
        "-Wl,--wrap=Py_Initialize",
        "out/run.libs/libpython3.14.so.1.0",
        "-Wl,-rpath,$ORIGIN/run.libs",
        "-Wl,-rpath,$ORIGIN/../run.libs",
        "-Wl,-rpath,$ORIGIN/run.runfiles/_main/pkg/tools/run.libs",
        "-Wl,-rpath,$ORIGIN/../lib",
        "-Wl,--disable-new-dtags",
        "-Wl,--allow-shlib-undefined",
    ]


def test_shared_on_macos() -> None:
    args = pyo3_link_args.shared_args(MACOS, ["lib.init.a"], "out/run.libs/libpython3.14.dylib", "run", "_main")
    assert args == [
        "lib.init.a",
        "out/run.libs/libpython3.14.dylib",
        "-Wl,-rpath,@loader_path/run.libs",
        "-Wl,-rpath,@loader_path/../run.libs",
        "-Wl,-rpath,@loader_path/run.runfiles/_main/run.libs",
        "-Wl,-rpath,@loader_path/../lib",
    ]


@pytest.mark.parametrize(("lto", "more"), [(False, []), (True, ["-fno-lto"])])
def test_static(lto: bool, more: list[str]) -> None:
    args = pyo3_link_args.static_args(LINUX, ["lib.init.a"], "lib/libpython3.13t.a", ["-ldl", "-lm"], lto)
    assert args == [
        "lib.init.a",
        "-lc",
        "-Wl,--wrap=Py_InitializeEx",
        "-Wl,--wrap=Py_Initialize",
        *more,
        "-Wl,--whole-archive",
        "lib/libpython3.13t.a",
        "-Wl,--no-whole-archive",
        "-rdynamic",
        "-ldl",
        "-lm",
        "-lc",
        "-Wl,-rpath,$ORIGIN/../lib",
        "-Wl,--disable-new-dtags",
    ]


WORDS = ["-DPLAIN", "-D$ORIGIN/x", "-Da b", '-D"quoted"\'s', "-Dback\\slash", "-D\u00fc", "-Dtab\tend"]


@pytest.mark.skipif(not COMPILERS, reason="no C compiler on PATH")
@pytest.mark.parametrize("compiler", COMPILERS)
def test_compilers_read_the_words_as_they_are(compiler: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "args").write_text(pyo3_link_args.render(WORDS), encoding="utf-8")
    # GCC's driver hands its words to this program.
    recorder = tmp_path / "cc1"
    recorder.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/words\n', encoding="utf-8")
    recorder.chmod(0o755)
    (tmp_path / "a.c").touch()
    if compiler == "gcc":
        command = [compiler, f"-B{tmp_path}/", "-fsyntax-only", "@args", "a.c"]
        subprocess.run(command, cwd=tmp_path, check=True)
        words = (tmp_path / "words").read_text(encoding="utf-8").splitlines()
        seen = ["-D" + value for key, value in zip(words, words[1:]) if key == "-D"]
    else:
        done = subprocess.run(
            [compiler, "-###", "-fsyntax-only", "@args", "a.c"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        seen = [word for word in WORDS if _quoted("-D", word) in done.stderr]
    assert seen == WORDS


def _quoted(option: str, word: str) -> str:
    value = word[len(option) :].replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{option}" "{value}"'
