"""pyo3_init.c, compiled and linked with each libpython that is installed, and run by its own names of a program.

Programs by the rules themselves are in tests/e2e/embed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "rules/private/embed/pyo3_init.c"
CONFIG = "_main/pkg/program.pyo3.cfg"
GENERATED = f'const char pyo3_init_config[] = "{CONFIG}"; const char pyo3_init_label[] = "//pkg:program";\n'
# Runs argv[2] with a Python that is initialised by the function that argv[1] names, in the directory argv[3]. From
# "append" on argv[1] is the name of a module that is appended before.
MAIN = """
#include <string.h>
#include <unistd.h>
int PyRun_SimpleString(const char *);
int Py_FinalizeEx(void);
void Py_Initialize(void);
void Py_InitializeEx(int);
int PyImport_AppendInittab(const char *, void *(*)(void));
static void *module(void) {
    return 0;
}
static int run(char **argv) {
    if (strcmp(argv[1], "Py_Initialize") == 0) {
        Py_Initialize();
        Py_Initialize();
    } else {
        Py_InitializeEx(0);
    }
    return PyRun_SimpleString(argv[2]) != 0;
}
int main(int argc, char **argv) {
    if (argc > 3 && chdir(argv[3]) != 0) {
        return 9;
    }
    if (strncmp(argv[1], "append ", 7) == 0) {
        PyImport_AppendInittab(argv[1] + 7, module);
    }
    int code = run(argv);
    if (code == 0 && strcmp(argv[1], "twice") == 0) {
        Py_FinalizeEx();
        code = run(argv);
    }
    return code;
}
"""
REPORT = """
import json, signal, sys
print(json.dumps({
    "executable": sys.executable,
    "prefix": sys.prefix,
    "path": sys.path,
    "encoding": sys.getfilesystemencoding(),
    "isolated": sys.flags.isolated,
    "writes_bytecode": not sys.dont_write_bytecode,
    "ignores_sigpipe": signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN,
}))
"""
LIES = {
    "LC_ALL": "C",
    "PYTHONCASEOK": "1",
    "PYTHONHOME": "/nonexistent",
    "PYTHONPATH": "/lies",
    "PYTHONPLATLIBDIR": "lies",
    "PYTHONSAFEPATH": "",
    "PYTHONUTF8": "0",
    "PYTHONWARNINGS": "error",
    "VIRTUAL_ENV": "/lies",
    "__PYVENV_LAUNCHER__": "/lies/bin/python3",
}


@dataclass(frozen=True)
class Python:
    """An installed Python: its program, its shared libpython, its standard library."""

    executable: str
    library: str
    stdlib: str


def installed() -> list[Python]:
    """Find the Pythons on PATH that have a shared libpython."""
    ask = (
        "import sys, sysconfig as s; g = s.get_config_var; print(sys.executable, "
        "str(g('LIBDIR')) + '/' + str(g('INSTSONAME')), s.get_path('stdlib'), sep='\\n')"
    )
    pythons = {}
    for name in ["python3", *(f"python3.{minor}" for minor in range(8, 20))]:
        found = shutil.which(name)
        if not found:
            continue
        lines = subprocess.run([found, "-I", "-c", ask], capture_output=True, encoding="utf-8", check=False).stdout
        executable, library, stdlib = [*lines.splitlines(), "", "", ""][:3]
        if library.endswith((".so.1.0", ".dylib")) and Path(library).exists():
            pythons[library] = Python(executable, library, stdlib)
    return list(pythons.values())


PYTHONS = installed()
COMPILER = shutil.which("cc") or shutil.which("gcc")
pytestmark = [
    pytest.mark.skipif(COMPILER is None, reason="no C compiler on PATH"),
    pytest.mark.skipif(not PYTHONS, reason="no Python on PATH has a shared libpython"),
]


def compile_c(*arguments: str) -> None:
    subprocess.run([COMPILER or "cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIC", *arguments], check=True)


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Compile everything once: one object file is for all Pythons."""
    folder = tmp_path_factory.mktemp("objects")
    (folder / "main.c").write_text(MAIN, encoding="utf-8")
    (folder / "generated.c").write_text(GENERATED, encoding="utf-8")
    sources = [SOURCE, folder / "generated.c", folder / "main.c"]
    for source in sources:
        compile_c("-O2", "-Wmissing-prototypes", "-Wshadow", "-c", str(source), "-o", str(folder / f"{source.stem}.o"))
    return [str(folder / f"{source.stem}.o") for source in reversed(sources)]


@dataclass(frozen=True)
class Program:
    """A linked program, with runfiles beside it."""

    file: Path
    python: Python

    @property
    def runfiles(self) -> Path:
        return Path(f"{self.file}.runfiles")

    @property
    def config(self) -> Path:
        return self.runfiles / CONFIG

    def configure(self, *lines: str, config: Path | None = None) -> None:
        config = config or self.config
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def configure_home(self) -> Path:
        """Put a Python into runfiles and give its prefix."""
        home = self.runfiles / "python"
        (home / "bin").mkdir(parents=True)
        (home / "lib").mkdir()
        (home / "bin/python3").symlink_to(self.python.executable)
        (home / "lib" / Path(self.python.stdlib).name).symlink_to(self.python.stdlib)
        self.configure("executable = ../../python/bin/python3", "home = ../../python", "path = .", "path = ..")
        return home

    def call(
        self, code: str, route: str = "Py_InitializeEx", program: str | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        variables = {"PATH": os.environ["PATH"], **options.pop("env", {})}
        arguments = [program or str(self.file), route, code, *options.pop("arguments", [])]
        return subprocess.run(arguments, capture_output=True, encoding="utf-8", env=variables, check=False, **options)

    def report(self, **options: Any) -> dict[str, Any]:
        done = self.call(REPORT, **options)
        assert done.returncode == 0, done.stderr
        reported: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return reported

    def error(self, **options: Any) -> str:
        done = self.call(REPORT, **options)
        assert done.returncode == 1, done
        assert not done.stdout
        assert "ERROR: //pkg:program: " in done.stderr
        return done.stderr


@pytest.fixture(scope="session", params=PYTHONS, ids=lambda python: Path(python.library).name)
def linked(request: pytest.FixtureRequest, objects: list[str], tmp_path_factory: pytest.TempPathFactory) -> Program:
    python: Python = request.param
    file = tmp_path_factory.mktemp("linked") / "program"
    wrap = [] if os.uname().sysname == "Darwin" else ["-Wl,--wrap=Py_InitializeEx", "-Wl,--wrap=Py_Initialize"]
    rpath = f"-Wl,-rpath,{Path(python.library).parent}"
    compile_c(*objects, *wrap, python.library, rpath, "-ldl", "-o", str(file))
    return Program(file, python)


@pytest.fixture
def program(linked: Program, tmp_path: Path) -> Program:
    """Give a copy without a configuration."""
    file = tmp_path / "bin" / "program"
    file.parent.mkdir()
    shutil.copy(linked.file, file)
    return Program(file, linked.python)


def test_installed_python(program: Program) -> None:
    program.configure(f"executable = {program.python.executable}", "path = dep", "path = /absolute/../dep")
    report = program.report(env=LIES)
    assert report["executable"] == program.python.executable
    assert report["path"][:2] == [str(program.config.parent / "dep"), "/absolute/../dep"]
    assert program.python.stdlib in report["path"]
    assert not [path for path in report["path"] if "lies" in path]
    assert report["encoding"] == "utf-8"
    assert report["isolated"]
    assert not report["writes_bytecode"]
    assert not report["ignores_sigpipe"]


def test_python_in_runfiles(program: Program) -> None:
    home = program.configure_home()
    report = program.report(env=LIES)
    assert report["prefix"] == str(home)
    assert report["executable"] == str(home / "bin/python3")
    assert report["path"][:2] == [str(program.config.parent), str(program.config.parent.parent)]
    assert all(path.startswith(str(program.runfiles)) for path in report["path"])


def test_py_initialize_installs_signal_handlers_and_may_be_repeated(program: Program) -> None:
    program.configure_home()
    report = program.report(route="Py_Initialize")
    assert report["ignores_sigpipe"]
    assert report["path"].count(str(program.config.parent)) == 1


def test_initialised_again_after_finalize(program: Program) -> None:
    program.configure_home()
    done = program.call(REPORT, route="twice")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == second


def test_environment_arrives_unchanged(program: Program) -> None:
    program.configure_home()
    done = program.call("import json, os; print(json.dumps(dict(os.environ)))", env=LIES)
    arrived = json.loads(done.stdout)
    # Python itself removes what the launcher of a macOS framework tells the Python that it starts.
    expected = {name: value for name, value in LIES.items() if name != "__PYVENV_LAUNCHER__"}
    assert {name: value for name, value in arrived.items() if name in LIES} == expected


def test_output_is_not_left_in_a_buffer(program: Program) -> None:
    """PyO3 never finalises Python."""
    program.configure_home()
    done = program.call("import os; print('no newline, ä', end=''); os._exit(7)", env={"LC_ALL": "C"})
    assert (done.stdout, done.returncode) == ("no newline, ä", 7)


@pytest.mark.parametrize("name", ["./program", "../bin/program"])
def test_relative_name_and_a_changed_directory(program: Program, name: str) -> None:
    home = program.configure_home()
    report = program.report(program=name, cwd=program.file.parent, arguments=["/"])
    assert report["prefix"] == str(home)


def test_found_on_path(program: Program) -> None:
    home = program.configure_home()
    report = program.report(program="program", env={"PATH": str(program.file.parent)})
    assert report["prefix"] == str(home)


def test_symlinks_to_the_program(program: Program, tmp_path: Path) -> None:
    """As bazel-bin has them: the name that has runfiles is neither the first nor the last."""
    home = program.configure_home()
    program.file.rename(tmp_path / "program.rust")
    program.file.symlink_to("../program.rust")
    (tmp_path / "between").symlink_to(program.file)
    (tmp_path / "called").symlink_to("between")
    assert program.report(program=str(tmp_path / "called"))["prefix"] == str(home)


def test_within_another_s_runfiles(program: Program, tmp_path: Path) -> None:
    home = program.configure_home()
    others = tmp_path / "other.runfiles"
    program.runfiles.rename(others)
    inside = others / "_main/pkg/program"
    inside.symlink_to(program.file)
    report = program.report(program=str(inside))
    assert report["prefix"] == str(others / home.name)


@pytest.mark.parametrize("variable", ["RUNFILES_DIR", "TEST_SRCDIR"])
def test_variables_come_last(program: Program, tmp_path: Path, variable: str) -> None:
    home = program.configure_home()
    assert program.report(env={variable: "/lies"})["prefix"] == str(home)
    moved = program.runfiles.rename(tmp_path / "elsewhere")
    assert program.report(env={variable: str(moved)})["prefix"] == str(moved / home.name)


def test_bundle(program: Program, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / Path(program.python.stdlib).name).symlink_to(program.python.stdlib)
    program.configure("executable = ", "home = .", "path = app", config=tmp_path / "program.pyo3.cfg")
    report = program.report(env=LIES)
    assert report["prefix"] == str(tmp_path)
    assert report["path"][0] == str(tmp_path / "app")
    assert report["executable"] == ""


def test_no_configuration(program: Program) -> None:
    error = program.error()
    assert f"this program does not find its Python: no usable {CONFIG} in any of\n  {program.config}\n" in error
    assert "or make a pyo3_bundle to give it away" in error


def test_python_of_the_configuration_is_gone(program: Program) -> None:
    home = program.configure_home()
    shutil.rmtree(home)
    assert f"{program.config} (is there, but not the Python that it names, {home})" in program.error()


def test_installed_python_is_gone(program: Program) -> None:
    program.configure("executable = /nonexistent/python3")
    error = program.error()
    assert f"the Python /nonexistent/python3 is not there (named by {program.config})" in error
    assert "install it, build with one that is here, or use one that is part of the build" in error


def test_file_that_is_no_configuration(program: Program) -> None:
    program.configure("[something else]")
    assert f"{program.config} has no line `executable = ...`" in program.error()


def test_home_without_a_standard_library(program: Program) -> None:
    program.configure("executable = ", "home = .")
    error = program.error()
    assert f"Python could not be initialised from {program.config}" in error
    assert f"home {program.config.parent}" in error


def test_built_in_module_of_its_own(program: Program) -> None:
    program.configure(f"executable = {program.python.executable}")
    done = program.call("import sys; print('own' in sys.builtin_module_names)", "append own")
    assert (done.returncode, done.stdout) == (0, "True\n"), done


def test_two_built_in_modules_of_one_name(program: Program) -> None:
    program.configure(f"executable = {program.python.executable}")
    done = program.call("", "append _imp")
    assert done.returncode == 1
    assert "ERROR: //pkg:program: two built-in modules are named _imp. Expected a name that neither " in done.stderr
