"""Programs that carry Python: every route of PyO3 to start it, wherever and in whatever environment they are run."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nested import Workspace

_REPORT = """
import json, os, sys
maps = open("/proc/self/maps").read().splitlines() if os.path.exists("/proc/self/maps") else []
files = {line.split(None, 5)[-1] for line in maps}
sys.stdout.write(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "prefix": sys.prefix,
    "executable": sys.executable,
    "path": sys.path,
    "libpython": sorted(file for file in files if os.path.basename(file).startswith("libpython")),
}) + chr(10))
"""
_IMPORTS = "import engine, greeting; print(greeting.greet('Rust'), greeting.quadruple(3), engine.power())"
_CRASH = "import ctypes, faulthandler; faulthandler.enable(); print('last words', end=''); ctypes.string_at(0)"
_POOL = """
import greeting, multiprocessing
with multiprocessing.get_context({!r}).Pool(1) as pool:
    print(pool.map(greeting.quadruple, [1, 2]))
"""
_SUBPROCESS = """
import subprocess, sys
line = [sys.executable, "-I", "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
print(subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip())
"""
_SUBINTERPRETER = """
import _interpreters, sys
own = sys.path[:2]
print(*own, sep="\\n")
code = f"import json, sys\\nassert not set(sys.path) & set({own!r}), sys.path\\nprint(json.dumps('inside'))"
inside = _interpreters.create()
failed = _interpreters.run_string(inside, code)
_interpreters.destroy(inside)
assert not failed, failed
"""
_PATH = os.environ.get("PATH", os.defpath)
_PYTHON_IN_BUILD = "--extra_toolchains=@python_in_build//:toolchain"


@dataclass(frozen=True)
class Program:
    """A program that runs Python code, in a Python that is started by a route."""

    file: Path

    def call(
        self, code: str, route: str = "initialize", environment: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        line = [str(options.pop("program", self.file)), route, code]
        variables = {"PATH": _PATH, **(environment or {})}
        return subprocess.run(line, env=variables, capture_output=True, encoding="utf-8", check=False, **options)

    def say(self, code: str, **options: Any) -> list[str]:
        """Give the lines that the code prints; it must succeed and not complain."""
        done = self.call(code, **options)
        assert (done.returncode, done.stderr) == (0, ""), done
        return [line for line in done.stdout.splitlines() if not line.startswith("Rust ")]

    def reports(self, **options: Any) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.say(_REPORT, **options)]

    def report(self, **options: Any) -> dict[str, Any]:
        (reported,) = self.reports(**options)
        return reported

    def copy(self, folder: Path) -> Program:
        """Copy it with its runfiles, as files: nothing leads back."""
        folder.mkdir(parents=True)
        shutil.copy(self.file, folder)
        shutil.copytree(f"{self.file}.runfiles", folder / f"{self.file.name}.runfiles")
        return Program(folder / self.file.name)


@functools.cache
def built(workspace: Workspace, target: str, *options: str) -> Program:
    """Build a program, once."""
    workspace.succeed("build", *options, target)
    (file,) = workspace.files(target, *options)
    return Program(file.parent.resolve() / file.name)


def needs(python: str) -> None:
    if not shutil.which(python):
        how = ": `tools/bazel provision --free-threaded` builds one" if python.endswith("t") else ""
        pytest.skip(f"no {python} on PATH{how}")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("embed") / "rules_pyo3"
    for workspace in nested.nested_workspace("tests/e2e/embed", folder):
        workspace.succeed("build", "//...")
        yield workspace


@pytest.fixture(scope="module")
def run(workspace: Workspace) -> Program:
    return built(workspace, "//:run")


@pytest.fixture(scope="module")
def version() -> str:
    """Give the version of the python3 on PATH, which the workspace takes where it does not say another one."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run(["python3", "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def lies(tmp_path: Path, version: str) -> dict[str, str]:
    """Give an environment that names another Python in every way."""
    folder = tmp_path / "lies"
    for module in (folder / "json.py", folder / "greeting.py", folder / "lib" / f"python{version}" / "os.py"):
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text("raise SystemExit('lies')\n", encoding="utf-8")
    (folder / f"libpython{version}.so.1.0").write_text("lies", encoding="utf-8")
    for name in ("python", "python3", f"python{version}"):
        program = folder / name
        program.write_text("#!/bin/sh\nexit 99\n", encoding="utf-8")
        program.chmod(0o755)
    return {
        "LD_LIBRARY_PATH": str(folder),
        "PATH": f"{folder}:{_PATH}",
        "PYTHONHOME": str(folder),
        "PYTHONPATH": str(folder),
        "PYTHONSTARTUP": str(folder / "json.py"),
        "RUNFILES_DIR": str(folder),
        "VIRTUAL_ENV": str(folder),
        "__PYVENV_LAUNCHER__": str(folder / "python3"),
    }


@pytest.mark.parametrize(
    ("target", "route", "times"),
    [
        ("//:run", "initialize", 1),
        ("//:run", "threads", 4),
        ("//:run", "twice", 2),
        ("//:run", "with_embedded_python_interpreter", 1),
        ("//:old", "attach", 1),
        ("//:old", "prepare_freethreaded_python", 1),
        ("//:old", "with_embedded_python_interpreter", 1),
        ("//:old", "with_gil", 1),
    ],
)
def test_routes(workspace: Workspace, version: str, target: str, route: str, times: int) -> None:
    reports = built(workspace, target).reports(route=route)
    assert len(reports) == times
    assert all(report == reports[0] for report in reports)
    assert reports[0]["version"] == version
    assert reports[0]["executable"] == shutil.which("python3")


def test_python_before_3_14(workspace: Workspace) -> None:
    """It is initialised in another way: by global variables."""
    needs("python3.13")
    program = built(workspace, "//:run_3_13")
    assert program.report()["version"] == "3.13"
    first, second = program.reports(route="twice")
    assert first == second
    assert program.say(_IMPORTS) == ["Good day, Rust 12 42"]


def test_free_threaded_python(workspace: Workspace) -> None:
    needs("python3.13t")
    program = built(workspace, "//:run_3_13t")
    assert program.say("import engine, sys; print(engine.power(), sys._is_gil_enabled())") == ["42 False"]
    assert len(program.reports(route="threads")) == 4


def test_imports(run: Program) -> None:
    """A Python package, an extension that it imports, and a module of the program itself."""
    assert run.say(_IMPORTS) == ["Good day, Rust 12 42"]


def test_lying_environment(run: Program, lies: dict[str, str]) -> None:
    truth = run.report()
    assert run.report(environment=lies) == truth
    assert run.say(_IMPORTS, environment=lies) == ["Good day, Rust 12 42"]


def test_any_working_directory(run: Program, lies: dict[str, str]) -> None:
    truth = run.report()
    assert run.report(cwd="/") == truth
    assert run.report(cwd=lies["PYTHONPATH"]) == truth
    assert run.report(cwd=run.file.parent, program=f"./{run.file.name}") == truth


def test_called_through_symlinks(run: Program, tmp_path: Path) -> None:
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(run.file)
    assert run.report(program=tmp_path / "first") == run.report()


def test_copied_runfiles(run: Program, tmp_path: Path, lies: dict[str, str]) -> None:
    copy = run.copy(tmp_path / "other place, ä")
    assert copy.say(_IMPORTS, environment=lies) == ["Good day, Rust 12 42"]
    assert copy.report()["path"][0] == f"{copy.file}.runfiles/_main"


def test_without_runfiles(run: Program, tmp_path: Path) -> None:
    copy = run.copy(tmp_path / "copy")
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    shutil.move(copy.file, lonely)
    shutil.copytree(f"{copy.file}.runfiles/_main/run.libs", lonely / "run.libs")
    done = Program(lonely / "run").call("print('never')")
    assert done.returncode == 1
    assert "never" not in done.stdout
    assert "ERROR: //:run: this program does not find its Python: no usable _main/run.pyo3.cfg in any of" in done.stderr
    assert f"\n  {lonely}/run.runfiles/_main/run.pyo3.cfg\n" in done.stderr
    assert "copy PROGRAM.runfiles along with PROGRAM; or make a pyo3_bundle" in done.stderr


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_multiprocessing(run: Program, lies: dict[str, str], method: str) -> None:
    """The processes are Pythons, isolated too, that import what the program imports."""
    variables = {"PYTHONHOME": lies["PYTHONHOME"], "PYTHONPATH": lies["PYTHONPATH"]}
    done = run.call(_POOL.format(method), environment=variables, route="with_embedded_python_interpreter")
    assert (done.stdout, done.returncode) == ("[4, 8]\n", 0), done.stderr


def test_subprocess(run: Program, version: str) -> None:
    assert run.say(_SUBPROCESS) == [version]


def test_subinterpreter_has_the_standard_library_alone(run: Program) -> None:
    """CPython gives it the sys.path that it computed, not what the main interpreter has changed."""
    *own, inside = run.say(_SUBINTERPRETER)
    assert inside == '"inside"'
    assert own == [f"{run.file}.runfiles/_main", f"{run.file}.runfiles/_main/lib"]


@pytest.mark.parametrize(
    ("code", "exit_code", "stdout", "stderr"),
    [
        ("raise SystemExit(7)", 7, "", ""),
        ("raise SystemExit('why')", 1, "", "why\n"),
        ("import os; print('no newline', end=''); os._exit(9)", 9, "no newline", ""),
        ("import sys; print('ä'); print('ö', file=sys.stderr)", 0, "ä\nRust after Python\n", "ö\n"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, "", ""),
    ],
)
def test_exit_codes_and_output(run: Program, code: str, exit_code: int, stdout: str, stderr: str) -> None:
    done = run.call(code, environment={"LC_ALL": "C"})
    assert done.returncode == exit_code
    assert done.stdout == f"Rust before Python\n{stdout}"
    assert done.stderr == stderr


def test_traceback(run: Program) -> None:
    done = run.call("import greeting; greeting.quadruple('x')")
    assert done.returncode == 1
    assert "/lib/greeting/__init__.py" in done.stderr
    assert "TypeError: " in done.stderr


def test_crash(run: Program) -> None:
    done = run.call(_CRASH)
    assert done.returncode == -signal.SIGSEGV
    assert done.stdout == "Rust before Python\nlast words"
    assert done.stderr.startswith("Fatal Python error: Segmentation fault\n")
    assert 'File "<string>", line 1 in <module>' in done.stderr


def test_module_named_as_one_of_python_s_own(run: Program) -> None:
    done = run.call("", route="clash")
    assert done.returncode == 1
    assert "ERROR: //:run: two built-in modules are named marshal. " in done.stderr


def in_test(code: str, *options: str) -> list[str]:
    """Give the arguments that let //:run_test run code."""
    arguments = [f"--test_arg={argument}" for argument in ("initialize", code)]
    return ["--test_output=all", "--nocache_test_results", *options, *arguments, "//:run_test"]


def failed_test(workspace: Workspace, code: str, saying: str) -> str:
    """Run code that fails in a test and prints something; give the report for machines, which has the exit code."""
    workspace.fail(*in_test(code), command="test", saying=["FAIL: //:run_test", saying])
    return (workspace.directory / "bazel-testlogs/run_test/test.xml").read_text(encoding="utf-8")


def test_exit_code_and_output_of_a_test(workspace: Workspace) -> None:
    """They reach Bazel as they are."""
    code = "import sys; print('to stdout', end=''); print(' to stderr', end='', file=sys.stderr); raise SystemExit(7)"
    report = failed_test(workspace, code, saying="to stdout to stderr")
    assert 'message="exited with error code 7"' in report


def test_crash_of_a_test(workspace: Workspace) -> None:
    report = failed_test(workspace, _CRASH, saying="last wordsFatal Python error: Segmentation fault")
    assert f'message="exited with error code {128 + signal.SIGSEGV}"' in report


def test_exit_code_of_bazel_run(workspace: Workspace) -> None:
    result = workspace.run("run", "//:run", "--", "initialize", "raise SystemExit(7)")
    assert result.code == 7, result.describe()


def sandboxed_report(workspace: Workspace, *options: str) -> dict[str, Any]:
    """Give the report of a test in Bazel's sandbox, or what keeps tests apart on this system."""
    said = workspace.succeed("test", *in_test(_REPORT, *options)).stdout
    reported: dict[str, Any] = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    return reported


def test_in_the_sandbox(workspace: Workspace, version: str) -> None:
    report = sandboxed_report(workspace, "--test_env=PYTHONHOME=/lies", "--test_env=PYTHONPATH=/lies")
    assert report["version"] == version
    assert report["path"][0].endswith("run_test.runfiles/_main")
    assert "/lies" not in report["path"]


def test_unit_tests_of_a_rust_library(workspace: Workspace) -> None:
    said = workspace.succeed("test", "--test_output=all", "//:built_in_test").stdout
    assert "test result: ok. 3 passed" in said


# From here on with another Python, which takes the place of the first in the outputs.


@pytest.fixture(scope="module")
def hermetic(workspace: Workspace) -> Program:
    return built(workspace, "//:run", _PYTHON_IN_BUILD)


def in_runfiles(report: dict[str, Any], runfiles: str) -> bool:
    """Tell whether a Python uses nothing but what lies in a runfiles tree."""
    paths = [report["executable"], report["prefix"], *report["path"]]
    return all(path.startswith(f"{runfiles}/") for path in paths)


def test_python_in_the_build(hermetic: Program, version: str, lies: dict[str, str]) -> None:
    report = hermetic.report()
    assert report["version"] == version
    assert in_runfiles(report, f"{hermetic.file}.runfiles"), report
    assert hermetic.report(environment=lies, cwd=lies["PYTHONPATH"]) == report
    assert hermetic.say(_IMPORTS, environment=lies) == ["Good day, Rust 12 42"]
    assert hermetic.say(_SUBPROCESS) == [version]


def test_python_in_the_build_copied(hermetic: Program, tmp_path: Path, lies: dict[str, str]) -> None:
    copy = hermetic.copy(tmp_path / "other place, ä")
    runfiles = f"{copy.file}.runfiles"
    report = copy.report(environment=lies)
    assert in_runfiles(report, runfiles), report
    if sys.platform == "linux":
        assert report["libpython"]
        assert all(path.startswith(f"{runfiles}/") for path in report["libpython"]), report
    assert copy.report(program=f"{runfiles}/_main/run") == report
    assert copy.say(_POOL.format("spawn"), route="with_embedded_python_interpreter") == ["[4, 8]"]
    shutil.rmtree(report["prefix"])
    done = copy.call("")
    assert done.returncode == 1
    assert f"(is there, but not the Python that it names, {report['prefix']})" in done.stderr


def test_python_in_the_build_in_the_sandbox(workspace: Workspace) -> None:
    report = sandboxed_report(workspace, _PYTHON_IN_BUILD)
    runfiles = report["path"][0].removesuffix("/_main")
    assert runfiles.endswith("/run_test.runfiles")
    assert in_runfiles(report, runfiles), report
