"""Programs that are linked with the words, and a libpython that only says that it was called."""

from __future__ import annotations

import io
import pathlib
import shutil
import subprocess

import pyo3_link_args
import pytest
from elftools.elf.elffile import ELFFile
from pyo3_triple import parse_triple

COMPILER = shutil.which("gcc")
pytestmark = pytest.mark.skipif(COMPILER is None, reason="no gcc on PATH")
LINUX = parse_triple("x86_64-unknown-linux-gnu")
SONAME = "libpython3.14.so.1.0"
# The functions that are wrapped do not call each other here.
PYTHON = """
#include <stdio.h>
void Py_InitializeEx(int signals) { printf("{name} %d\\n", signals); }
void Py_Initialize(void) { puts("{name}"); }
int Py_Unused(void) { return 7; }
"""
INIT = """
#include <stdio.h>
#include <stdlib.h>
void __real_Py_InitializeEx(int);
static void last(void) { puts("last"); }
void __wrap_Py_InitializeEx(int signals) { atexit(last); __real_Py_InitializeEx(signals + 1); }
void __wrap_Py_Initialize(void) { __wrap_Py_InitializeEx(10); }
"""
MAIN = """
#include <dlfcn.h>
#include <stdio.h>
void Py_Initialize(void);
void Py_InitializeEx(int);
int main(int argc, char **argv) {
    Py_Initialize();
    Py_InitializeEx(0);
    void *module = argc > 1 ? dlopen(argv[1], RTLD_NOW) : 0;
    int (*run)(void) = module ? (int (*)(void))dlsym(module, "run") : 0;
    if (run) printf("module %d\\n", run());
    return 0;
}
"""
MODULE = "int Py_Unused(void); int run(void) { return Py_Unused(); }\n"


class Linker:
    """Compiles into a folder, and links a program there."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.compile(INIT, "-c", "-o", "init.o")
        self.run("ar", "rcs", "libinit.a", "init.o")

    def run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, check=True)

    def compile(self, source: str, *arguments: str) -> None:
        (self.folder / "source.c").write_text(source, encoding="utf-8")
        self.run(str(COMPILER), "-fPIC", "source.c", *arguments)

    def libpython(self, name: str, path: str, *arguments: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        source = PYTHON.replace("{name}", name)
        self.compile(source, "-shared", "-o", path, f"-Wl,-soname,{SONAME}", "-Wl,--no-as-needed", *arguments)

    def link(self, words: list[str]) -> pathlib.Path:
        (self.folder / "args").write_text(pyo3_link_args.render(words), encoding="utf-8")
        # rustc names libc before the words of users.
        self.compile(MAIN, "-nodefaultlibs", "-lc", "-ldl", "@args", "-o", "run")
        return self.folder / "run"


@pytest.fixture
def linker(tmp_path: pathlib.Path) -> Linker:
    folder = tmp_path / "a folder"
    folder.mkdir()
    return Linker(folder)


def output(program: pathlib.Path, *arguments: str, **environment: str) -> list[str]:
    command = [str(program), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, encoding="utf-8").stdout.split(
        "\n"
    )


INITIALISED = ["shared 11", "shared 1", "last", "last", ""]


def test_a_program_finds_its_libpython_wherever_both_are_moved(linker: Linker, tmp_path: pathlib.Path) -> None:
    linker.libpython("shared", f"run.libs/{SONAME}")
    linker.libpython("other", f"other/{SONAME}")
    words = pyo3_link_args.shared_args(LINUX, ["libinit.a"], f"run.libs/{SONAME}", "run", "_main/pkg")
    program = linker.link(words)
    assert output(program, LD_LIBRARY_PATH=str(linker.folder / "other")) == INITIALISED
    moved = tmp_path / "moved"
    places = {
        "beside": "beside/run.libs",
        "test/deeper": "test/run.libs",
        "copy": "copy/run.runfiles/_main/pkg/run.libs",
        "bin": "lib",
    }
    for place, libraries in places.items():
        (moved / place).mkdir(parents=True)
        shutil.copy(program, moved / place)
        shutil.copytree(linker.folder / "run.libs", moved / libraries)
    shutil.rmtree(linker.folder)
    for place in places:
        assert output(moved / place / "run") == INITIALISED


def test_what_libpython_needs_may_be_missing_where_it_is_linked(linker: Linker) -> None:
    linker.compile("int needed(void) { return 1; }\n", "-shared", "-o", "libneeded.so.1", "-Wl,-soname,libneeded.so.1")
    linker.libpython("shared", f"run.libs/{SONAME}", "-Wl,--undefined=needed", "libneeded.so.1")
    elsewhere = linker.folder / "elsewhere"
    elsewhere.mkdir()
    (linker.folder / "libneeded.so.1").rename(elsewhere / "libneeded.so.1")
    program = linker.link(pyo3_link_args.shared_args(LINUX, ["libinit.a"], f"run.libs/{SONAME}", "run", "_main/pkg"))
    assert output(program, LD_LIBRARY_PATH=str(elsewhere)) == INITIALISED


def test_a_static_libpython_is_linked_whole_for_modules(linker: Linker) -> None:
    linker.compile(PYTHON.replace("{name}", "static"), "-c", "-ffunction-sections", "-o", "python.o")
    linker.run("ar", "rcs", "libpython.a", "python.o")
    linker.compile(MODULE, "-shared", "-o", "module.so")
    program = linker.link(pyo3_link_args.static_args(LINUX, ["libinit.a"], "libpython.a", ["-lm"], lto=False))
    lines = output(program, str(linker.folder / "module.so"))
    assert lines == ["static 11", "static 1", "module 7", "last", "last", ""]


def test_bytecode_beside_machine_code_is_not_used(linker: Linker) -> None:
    linker.compile(PYTHON.replace("{name}", "static"), "-c", "-flto", "-ffat-lto-objects", "-o", "python.o")
    content = bytearray((linker.folder / "python.o").read_bytes())
    sections = ELFFile(io.BytesIO(content)).iter_sections()
    version = next(section.header.sh_offset for section in sections if section.name.startswith(".gnu.lto_.lto."))
    # The bytecode of another GCC, which this one refuses to read.
    content[version] += 1
    (linker.folder / "python.o").write_bytes(content)
    linker.run("ar", "rcs", "libpython.a", "python.o")
    program = linker.link(pyo3_link_args.static_args(LINUX, ["libinit.a"], "libpython.a", [], lto=True))
    assert output(program)[0] == "static 11"
    with pytest.raises(subprocess.CalledProcessError):
        linker.link(pyo3_link_args.static_args(LINUX, ["libinit.a"], "libpython.a", [], lto=False))
