"""Variables of the environment act where a user lets them, and only what depends on them is made anew.

The numbers in names are those of the project's requirements, which come from PyO3's guide.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nested import Result, Workspace

_AUTO = """
pyo3.system_python(
    name = "auto",
    interpreter = "auto",
)
use_repo(pyo3, "auto")
"""
_ENVIRONMENT = """
pyo3.environment(variables = [{variables}])
use_repo(pyo3, "rules_pyo3_environment")
"""
# Writes a line each time that it is asked what it is.
_SCRIPT = """\
#!/bin/sh
case "$*" in
*pyo3_probe.py) echo asked >> {log} ;;
esac
exec python3 "$@"
"""
_GIVEN = """
load("@rules_pyo3//rules:toolchains.bzl", "pyo3_interpreter_config")

pyo3_interpreter_config(
    name = "given",
    config_file = "pyo3.txt",
    lib_name = "stated",
)
"""
# Named as in crates_test, so that the disk cache serves both.
_ABI3_CRATES = """
bazel_dep(name = "platforms", version = "0.0.10")

pyo3.crates(
    name = "crates_abi3",
    features = ["abi3-py310"],
)
use_repo(pyo3, "crates_abi3")
"""
_DESCRIBED = """
load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
load("@rules_pyo3//rules:toolchains.bzl", "pyo3_interpreter_config", "pyo3_python_toolchain")

pyo3_interpreter_config(
    name = "abi3",
    implementation = "CPython",
    version = "3.10",
)

pyo3_python_toolchain(
    name = "python_toolchain",
    ext_suffix = ".abi3.so",
    interpreter_config = ":abi3",
    version = "3.10",
)

pyo3_extension(
    name = "my_ext",
    srcs = ["//:lib.rs"],
    pyo3 = "@crates_abi3//:pyo3",
)

constraint_setting(name = "python")

constraint_value(
    name = "unknown_python",
    constraint_setting = ":python",
)

# As this machine, but for the Python.
platform(
    name = "platform",
    constraint_values = [":unknown_python"],
    parents = ["@platforms//host"],
)

toolchain(
    name = "toolchain",
    target_compatible_with = [":unknown_python"],
    toolchain = ":python_toolchain",
    toolchain_type = "@rules_python//python:toolchain_type",
)
"""
_VARIABLES = ("PYO3_PYTHON", "PYTHON_SYS_EXECUTABLE", "VIRTUAL_ENV", "CONDA_PREFIX")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("environment") / "rules_pyo3")


@pytest.fixture(scope="module")
def module_file(workspace: Workspace) -> str:
    return (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8")


class Pythons:
    """Interpreters that count how often they are asked, and a repository that looks for one of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def add(self, path: str) -> Path:
        script = self.workspace.directory / path
        script = self.workspace.write(path, _SCRIPT.format(log=f"{script}.log"))
        script.chmod(0o755)
        return script

    def asked(self, path: str) -> int:
        log = self.workspace.directory / f"{path}.log"
        return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0

    def found(self, **variables: object) -> tuple[str, Result]:
        """Give the interpreter that is found when exactly these variables are set."""
        values = {**dict.fromkeys(_VARIABLES, ""), **variables}
        options = [f"--repo_env={name}={value}" for name, value in values.items()]
        result = self.workspace.succeed("query", *options, "--output=build", "@auto//:runtime")
        path = re.search(r'interpreter_path = "([^"]+)"', result.stdout)
        assert path, result.describe()
        return path[1], result


@pytest.fixture(scope="module")
def pythons(workspace: Workspace, module_file: str) -> Pythons:
    workspace.write("MODULE.bazel", module_file + _AUTO)
    return Pythons(workspace)


def test_req_2_to_5_interpreter_of_the_environment(pythons: Pythons) -> None:
    named, old = pythons.add("named/python"), pythons.add("old/python")
    active, conda = pythons.add("venv/bin/python"), pythons.add("conda/bin/python")
    environments = {"VIRTUAL_ENV": active.parents[1], "CONDA_PREFIX": conda.parents[1]}
    every = {"PYO3_PYTHON": named, "PYTHON_SYS_EXECUTABLE": old, **environments}
    assert pythons.found(**every)[0] == str(named)
    path, result = pythons.found(**{**every, "PYO3_PYTHON": ""})
    assert path == str(old)
    assert not result.missing(["PYTHON_SYS_EXECUTABLE is an old name"]), result.describe()
    assert pythons.found(VIRTUAL_ENV=active.parents[1])[0] == str(active)
    assert pythons.found(CONDA_PREFIX=conda.parents[1])[0] == str(conda)
    path, result = pythons.found(**environments)
    assert path not in (str(active), str(conda))
    assert not result.missing(["VIRTUAL_ENV and CONDA_PREFIX are both set"]), result.describe()
    bare = pythons.found(PYO3_PYTHON="python3")[0]
    assert bare == path or bare.endswith("/python3")


def test_req_66_only_the_variables_that_chose_count(pythons: Pythons) -> None:
    first, second = pythons.add("first/python"), pythons.add("second/python")
    pythons.found(PYO3_PYTHON=first)
    assert pythons.asked("first/python") == 1
    # A variable that the search never came to, and one that PyO3 does not know.
    pythons.found(PYO3_PYTHON=first, VIRTUAL_ENV=second.parent, UNRELATED="1")
    assert pythons.asked("first/python") == 1
    pythons.found(PYO3_PYTHON=second)
    assert pythons.asked("second/python") == 1


@pytest.mark.parametrize(
    ("value", "saying"),
    [
        ("/no/such/python", ["the Python of PYO3_PYTHON", "no such file exists", "--repo_env=PYO3_PYTHON="]),
        ("no-such-python", ["the Python of PYO3_PYTHON", "PATH has no such program"]),
    ],
)
def test_interpreter_of_the_environment_is_missing(pythons: Pythons, value: str, saying: list[str]) -> None:
    pythons.workspace.fail(f"--repo_env=PYO3_PYTHON={value}", "@auto//:facts.json", saying=[*saying, f'"{value}"'])


def test_no_python_on_path(pythons: Pythons, tmp_path: Path) -> None:
    unset = [f"--repo_env={name}=" for name in _VARIABLES]
    saying = ['`interpreter` is "auto", and neither python nor python3 on PATH is a Python 3', "or name one with"]
    pythons.workspace.fail(*unset, f"--repo_env=PATH={tmp_path}", "@auto//:facts.json", saying=saying)


def _recorded(workspace: Workspace, *options: str) -> str:
    return workspace.succeed("query", *options, "--output=build", "@rules_pyo3_environment//:environment").stdout


def test_req_66_recorded_variables(workspace: Workspace, module_file: str, tmp_path: Path) -> None:
    lib_dir = tmp_path / "lib" / "python3.13"
    lib_dir.mkdir(parents=True)
    (lib_dir / "_sysconfigdata__linux_x86_64-linux-gnu.py").write_text("build_time_vars = {}\n", encoding="utf-8")
    (lib_dir / "os.py").write_text("", encoding="utf-8")
    config_file = tmp_path / "pyo3.txt"
    config_file.write_text("implementation=CPython\n", encoding="utf-8")
    variables = '"PYO3_CROSS_PYTHON_VERSION", "PYO3_CROSS_LIB_DIR", "PYO3_CONFIG_FILE"'
    workspace.write("MODULE.bazel", module_file + _ENVIRONMENT.format(variables=variables))
    text = _recorded(
        workspace,
        "--repo_env=PYO3_CROSS_PYTHON_VERSION=3.13t",
        f"--repo_env=PYO3_CROSS_LIB_DIR={tmp_path}",
        f"--repo_env=PYO3_CONFIG_FILE={config_file}",
        "--repo_env=PYO3_CROSS_PYTHON_IMPLEMENTATION=PyPy",
    )
    assert '"PYO3_CROSS_PYTHON_VERSION": "3.13t"' in text
    assert ":cross_lib_dir/lib/python3.13/_sysconfigdata__linux_x86_64-linux-gnu.py" in text
    assert ":pyo3-config.txt" in text
    assert "PyPy" not in text
    assert "os.py" not in text
    saying = ['PYO3_CROSS_LIB_DIR is "no/lib"', "the absolute path of a folder that exists", "or unset it"]
    workspace.fail("--repo_env=PYO3_CROSS_LIB_DIR=no/lib", "@rules_pyo3_environment//:environment", saying=saying)


def test_variable_that_does_not_exist(workspace: Workspace, module_file: str) -> None:
    workspace.write("MODULE.bazel", module_file + _ENVIRONMENT.format(variables='"PYO3_PYTHON"'))
    saying = ["pyo3.environment(variables = [...])", '"PYO3_PYTHON" cannot be set here', 'interpreter = "auto"']
    workspace.fail("@rules_pyo3_environment//:environment", saying=saying)


def test_req_7_and_9_config_target(workspace: Workspace, module_file: str) -> None:
    """The config of a target is printed, explained, and halts as PyO3's; edited, it can be given back."""
    workspace.write("MODULE.bazel", module_file)
    printed = workspace.succeed("run", "//:my_ext.config").stdout
    assert printed.startswith("implementation=CPython\n"), printed
    explained = workspace.succeed("run", "//:my_ext.config", "--", "explain").stdout
    assert "\nimplementation=CPython\n  from  toolchain: " in explained
    assert "file name my_ext.cpython-" in explained
    halted = workspace.run("run", "//:my_ext.config", "--", "--pyo3-print-config")
    assert halted.code == 101, halted.describe()
    assert not halted.missing(["-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --"])
    edited = printed.replace("suppress_build_script_link_lines=false", "suppress_build_script_link_lines=true")
    workspace.write("given/pyo3.txt", edited)
    workspace.write("given/BUILD.bazel", _GIVEN)
    option = "--@rules_pyo3//rules/settings:interpreter_config=//given"
    given = workspace.succeed("run", option, "//:my_ext.config").stdout
    assert "suppress_build_script_link_lines=true\n" in given
    assert "lib_name=stated\n" in given


def test_req_32_51_abi3_for_a_python_that_is_only_described(workspace: Workspace, module_file: str) -> None:
    workspace.write("MODULE.bazel", module_file + _ABI3_CRATES)
    workspace.write("described/BUILD.bazel", _DESCRIBED)
    options = ("--extra_toolchains=//described:toolchain", "--platforms=//described:platform")
    workspace.succeed("build", *options, "@crates_abi3//:config", "//described:my_ext")
    (extension,) = workspace.files("//described:my_ext", *options)
    assert extension.name == "my_ext.abi3.so"
    code = f"import sys; sys.path.insert(0, {str(extension.parent)!r}); import my_ext; print(my_ext.sum(1, 2))"
    ran = subprocess.run(["python3", "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "3\n"), ran.stderr
    config = next(workspace.output("", *options).glob("external/*crates_abi3/config.config.txt")).read_text(
        encoding="utf-8"
    )
    assert "target_abi=CPython-abi3-3.10\n" in config


def test_req_8_and_66_config_action(workspace: Workspace, module_file: str) -> None:
    """A changed signature makes the config anew, with the same text; an unrelated variable does nothing."""
    workspace.write("MODULE.bazel", module_file + _ENVIRONMENT.format(variables='"PYO3_ENVIRONMENT_SIGNATURE"'))

    def build(*options: str) -> tuple[int, str]:
        result = workspace.succeed("build", "--disk_cache=", *options, "@pyo3_crates//:config")
        made = sum(number for kind, number in nested.process_counts(result.stderr).items() if kind != "internal")
        config = next(workspace.output("", *options).glob("external/*pyo3_crates/config.config.txt"))
        return made, config.read_text(encoding="utf-8")

    _, text = build("--repo_env=PYO3_ENVIRONMENT_SIGNATURE=a")
    assert build("--repo_env=PYO3_ENVIRONMENT_SIGNATURE=a", "--repo_env=UNRELATED=1") == (0, text)
    assert build("--repo_env=PYO3_ENVIRONMENT_SIGNATURE=b") == (1, text)
