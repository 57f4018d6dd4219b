"""The stand-in for interpreters that do not run here."""

from __future__ import annotations

import pathlib
import subprocess

import diff_interpreters
import diff_material
import pytest

SCRIPT = """\
import platform, struct, sys, sysconfig
print(sys.version_info[0], sys.version_info[1], sys.executable, sys.base_prefix, getattr(sys, "abiflags", None))
print(platform.system(), platform.python_implementation(), struct.calcsize("P"), struct.calcsize("H"))
print(sysconfig.get_platform(), sysconfig.get_config_var("EXT_SUFFIX"), sysconfig.get_config_vars().get("no", "-"))
print(sysconfig.get_config_vars("SOABI", "no"))
print(__graalpython__.get_graalvm_version() if sys.implementation.name == "graalpy" else sys.implementation.version[:2])
"""


@pytest.fixture(scope="module")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, diff_interpreters.Interpreter]:
    folder = tmp_path_factory.mktemp("interpreters")
    return {each.name: each for each in diff_interpreters.recorded_interpreters(folder)}


def ask(interpreter: diff_interpreters.Interpreter, *arguments: str, script: str = SCRIPT) -> list[str]:
    command = [interpreter.path, *arguments]
    ran = subprocess.run(command, input=script, capture_output=True, check=True, encoding="utf-8", env={})
    return ran.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        (
            "cpython-3.13.2-windows-amd64",
            [
                "3 13 C:\\Python313\\python.exe C:\\Python313 None",
                "Windows CPython 8 2",
                "win-amd64 .cp313-win_amd64.pyd -",
                "['cp313-win_amd64', None]",
                "(3, 13)",
            ],
        ),
        (
            "by-hand-armv7-3.11",
            [
                "3 11 /usr/bin/python3.11 /usr ",
                "Linux CPython 4 2",
                "linux-arm .cpython-311-arm-linux-gnueabihf.so -",
                "['cpython-311-arm-linux-gnueabihf', None]",
                "(3, 11)",
            ],
        ),
    ],
)
def test_answers_as_recorded(
    interpreters: dict[str, diff_interpreters.Interpreter], name: str, answers: list[str]
) -> None:
    # The second time the answer comes from a file.
    assert ask(interpreters[name]) == answers
    assert ask(interpreters[name]) == answers


def test_graalpy_has_its_own_version(interpreters: dict[str, diff_interpreters.Interpreter]) -> None:
    graalpy = interpreters["graalpy-25.2.4-linux-x86_64"]
    assert ask(graalpy)[-1] == "25.2.4"
    assert ask(graalpy, "--version") == ["GraalPy 3.12.8"]


def test_runs_a_file_too(interpreters: dict[str, diff_interpreters.Interpreter], tmp_path: pathlib.Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT, encoding="utf-8")
    interpreter = interpreters["by-hand-armv7-3.11"]
    assert ask(interpreter, "-I", "-B", str(file), script="") == ask(interpreter)


def test_conda_is_told_by_a_folder(interpreters: dict[str, diff_interpreters.Interpreter]) -> None:
    script = 'import os, sys\nprint(os.path.exists(os.path.join(sys.base_prefix, "conda-meta")))\n'
    assert ask(interpreters["by-hand-conda-3.12"], script=script) == ["True"]
    assert ask(interpreters["cpython-3.12.1-linux-x86_64"], script=script) == ["False"]


def test_all_say_where_they_come_from() -> None:
    recorded = [*diff_interpreters._recorded("interpreters"), *diff_interpreters._recorded("sysconfigdata")]
    assert len(recorded) > 34
    for name, each in recorded:
        assert each["recorded_from"].startswith("written by hand, after ") == name.startswith("by-hand-")


def test_material_is_complete(tmp_path: pathlib.Path) -> None:
    material = diff_material.make_material(tmp_path, [])
    for data in material.sysconfigdata:
        (file,) = pathlib.Path(data.lib_dir).glob("*/_sysconfigdata*.py")
        assert file.read_text(encoding="utf-8").startswith("build_time_vars = {")
    plain = pathlib.Path(material.config_files["plain"]).read_text(encoding="utf-8")
    assert plain.startswith("implementation=CPython\n")
    assert not pathlib.Path(material.config_files["missing"]).exists()
    assert sorted(path.name for path in pathlib.Path(material.odd_lib_dirs["two versions"]).iterdir()) == [
        "python3.13",
        "python3.14",
    ]
    for path in material.search_paths.values():
        assert all(pathlib.Path(folder).is_dir() for folder in path.split(":"))


def test_an_interpreter_that_is_named_is_found(tmp_path: pathlib.Path) -> None:
    program = tmp_path / "my-python"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    named = [str(program), str(tmp_path / "missing")]
    found = [each.path for each in diff_interpreters.installed_interpreters(named) if str(tmp_path) in each.path]
    assert found == [str(program)]
