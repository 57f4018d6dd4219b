"""Tests of the command `pyo3_config`; numbers in names are those of the project's requirements, from PyO3's guide."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_config_cli
import pyo3_versions
import pytest
from configs import LINUX
from pyo3_testing import TESTS
from recorded_facts import facts_path

if TYPE_CHECKING:
    from collections.abc import Callable

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((TESTS.parent / "tools/common/schemas/pyo3_config.schema.json").read_text(encoding="utf-8"))
VARIABLES = ("PYO3_PYTHON", "PYTHON_SYS_EXECUTABLE", "VIRTUAL_ENV", "CONDA_PREFIX", "PYO3_PRINT_CONFIG")


class Ran(NamedTuple):
    code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object, **environment: object) -> Ran:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, str(value))
            code = pyo3_config_cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return call


def described(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.stderr
    value: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.validate(value, SCHEMA)
    return value


def own_version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize("version", pyo3_versions.supported_versions())
def test_req_9_printed_config_can_be_given_back(run: Callable[..., Ran], tmp_path: pathlib.Path, version: str) -> None:
    saved = tmp_path / "pyo3.txt"
    options = ("--pyo3-version", version, "--target", LINUX)
    first = run("print", "--facts", facts_path("cpython-3.13-linux-x86_64"), *options)
    assert first.code == 0, first.stderr
    saved.write_text(first.stdout, encoding="utf-8")
    assert run("print", "--config-file", saved, *options).stdout == first.stdout
    saved.write_text(first.stdout.replace("shared=true", "shared=false"), encoding="utf-8")
    edited = run("print", "--config-file", saved, *options)
    assert edited.stdout == saved.read_text(encoding="utf-8")


def test_req_5_interpreter_by_name_and_by_path(run: Callable[..., Ran], tmp_path: pathlib.Path) -> None:
    by_path = run("print", "--interpreter", sys.executable)
    assert f"version={own_version()}\n" in by_path.stdout, by_path.stderr
    (tmp_path / "my-python").symlink_to(sys.executable)
    by_name = run("print", "--interpreter", "my-python", PATH=tmp_path)
    assert f"version={own_version()}\n" in by_name.stdout, by_name.stderr
    relative = run("print", "--interpreter", "./my-python", BUILD_WORKING_DIRECTORY=tmp_path)
    assert relative.code == 0, relative.stderr
    missing = run("print", "--interpreter", "no-such-python")
    assert missing.code == 1
    assert "ERROR: pyo3_config: PATH has no 'no-such-python'" in missing.stderr


def test_req_2_to_5_environment_acts_only_when_asked(run: Callable[..., Ran]) -> None:
    ran = run("print", "--environment", PYO3_PYTHON=sys.executable)
    assert f"version={own_version()}\n" in ran.stdout, ran.stderr
    old = run("print", "--environment", PYTHON_SYS_EXECUTABLE=sys.executable)
    assert f"version={own_version()}\n" in old.stdout, old.stderr
    assert "PYTHON_SYS_EXECUTABLE is the old name" in old.stderr
    refused = run("print", PYO3_PYTHON=sys.executable)
    assert refused.code == 1
    assert "says which Python is meant" in refused.stderr


def test_req_7_print_config(run: Callable[..., Ran]) -> None:
    arguments = ("print", "--facts", facts_path(), "--target", LINUX)
    plain = run(*arguments)
    for halted in (run(*arguments, "--pyo3-print-config"), run(*arguments, "--environment", PYO3_PRINT_CONFIG="1")):
        assert halted.code == 101
        assert halted.stdout == (
            "\n-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --\n"
            f"{plain.stdout}"
            "\nnote: unset the PYO3_PRINT_CONFIG environment variable and retry to compile with the above config\n"
        )
    assert run(*arguments, PYO3_PRINT_CONFIG="1") == plain
    assert run(*arguments, "--environment", PYO3_PRINT_CONFIG="0").code == 0


def test_req_8_signature_changes_nothing(run: Callable[..., Ran]) -> None:
    arguments = ("explain", "--facts", facts_path(), "--target", LINUX)
    assert run(*arguments, "--setting", "PYO3_ENVIRONMENT_SIGNATURE=x").stdout == run(*arguments).stdout


def test_req_10_every_field_can_be_stated(run: Callable[..., Ran]) -> None:
    stated = {
        "implementation": "CPython",
        "version": "3.13",
        "shared": False,
        "target_abi": "CPython-abi3-3.11",
        "lib_name": "mypython",
        "lib_dir": "/opt/lib",
        "executable": "/opt/bin/python3",
        "pointer_width": 64,
        "build_flags": ["COUNT_ALLOCS"],
        "python_framework_prefix": "/Library/Frameworks",
        "suppress_build_script_link_lines": True,
    }
    options = []
    for key, value in stated.items():
        text = ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value
        options += ["--set", f"{key}={text}"]
    lines = ["cargo:rustc-link-lib=a", "cargo:rustc-link-lib=b"]
    options += [option for line in lines for option in ("--set", f"extra_build_script_line={line}")]
    ran = run("explain", "--facts", facts_path(), "--target", LINUX, "--format", "json", *options)
    description = described(ran)
    assert description["config"] == {**stated, "extra_build_script_line": lines}
    assert {row["origin"]["source"] for row in description["values"]} == {"attribute"}


@pytest.mark.parametrize("target", [LINUX, "aarch64-apple-darwin", "x86_64-pc-windows-msvc"])
def test_req_32_51_abi3_without_an_interpreter(run: Callable[..., Ran], target: str) -> None:
    options = ("--target", target, "--features", "abi3-py310", "--format", "json", "--setting", "PYO3_NO_PYTHON=1")
    description = described(run("print", *options))
    assert description["config"]["target_abi"] == "CPython-abi3-3.10"
    assert "executable" not in description["config"]


def test_declared_platform(run: Callable[..., Ran]) -> None:
    options = ("--target", "aarch64-apple-darwin", "--python-version", "3.13", "--format", "json")
    config = described(run("print", *options))["config"]
    assert (config["implementation"], config["version"]) == ("CPython", "3.13")
    pypy = described(run("print", *options, "--implementation", "PyPy", "--python-version", "3.11"))["config"]
    assert (pypy["implementation"], pypy["version"]) == ("PyPy", "3.11")


def test_sysconfigdata(run: Callable[..., Ran], tmp_path: pathlib.Path) -> None:
    file = tmp_path / "_sysconfigdata__linux_aarch64-linux-gnu.py"
    values = {
        "VERSION": "3.12",
        "SOABI": "cpython-312-aarch64-linux-gnu",
        "EXT_SUFFIX": ".cpython-312-aarch64-linux-gnu.so",
        "Py_ENABLE_SHARED": 1,
        "LDVERSION": "3.12",
        "SIZEOF_VOID_P": 8,
    }
    file.write_text(f"build_time_vars = {values!r}\n", encoding="utf-8")
    options = ("--sysconfigdata", file, "--target", "aarch64-unknown-linux-gnu", "--format", "json")
    config = described(run("print", *options))["config"]
    assert (config["version"], config["lib_name"], config["pointer_width"]) == ("3.12", "python3.12", 64)


def test_paths_of_an_interpreter(run: Callable[..., Ran]) -> None:
    kept = described(run("print", "--interpreter", sys.executable, "--format", "json"))["config"]
    assert os.path.samefile(kept["executable"], sys.executable)
    left_out = described(run("print", "--interpreter", sys.executable, "--no-paths", "--format", "json"))["config"]
    assert not {"executable", "lib_dir", "python_framework_prefix"} & set(left_out)


def test_host_of_a_cross_build(run: Callable[..., Ran]) -> None:
    options = ("--target", LINUX, "--features", "abi3-py310", "--setting", "PYO3_NO_PYTHON=1", "--format", "json")
    assert described(run("print", *options, "--host", LINUX))["source"] == "default"
    assert described(run("print", *options, "--host", "aarch64-apple-darwin"))["source"] == "cross"


def test_explain_names_origins_and_effects(run: Callable[..., Ran]) -> None:
    options = ("--facts", facts_path(), "--target", LINUX, "--features", "abi3-py310", "--set", "lib_name=own")
    description = described(run("explain", *options, "--format", "json", "--module", "pkg.fast"))
    rows = {row["key"]: row for row in description["values"]}
    assert rows["lib_name"]["origin"]["source"] == "attribute"
    assert rows["shared"]["origin"]["source"] == "toolchain"
    effects = [effect for row in description["values"] for effect in row["causes"]]
    assert {"crate": "pyo3-ffi", "kind": "cfg", "text": "Py_LIMITED_API"} in effects
    assert {"crate": "", "kind": "file name", "text": "fast.abi3.so"} in effects
    assert {"kind", "crate", "text"} == set(description["other"][0])
    text = run("explain", *options)
    assert text.code == 0
    assert "lib_name=own\n  from  attribute" in text.stdout
    embedding = described(run("explain", *options, "--embedding", "--format", "json"))
    linked = {row["key"]: row["causes"] for row in embedding["values"]}["lib_name"]
    assert linked == [{"crate": "pyo3-ffi", "kind": "link", "text": "-lown"}]


def test_diff(run: Callable[..., Ran]) -> None:
    options = ("--facts", facts_path(), "--target", LINUX)
    same = run("diff", *options, "--with")
    assert same == (0, "no differences\n", "")
    ran = run("diff", *options, "--with", "--features", "abi3-py310")
    assert ran.code == 0
    assert "target_abi: CPython-gil_enabled-3.14 -> CPython-abi3-3.10\n" in ran.stdout
    assert "+ cfg Py_LIMITED_API (pyo3, pyo3-ffi, the extension)\n" in ran.stdout
    other = described(
        run("diff", *options, "--format", "json", "--with", "--facts", facts_path("pypy-3.11-linux-x86_64"))
    )
    assert {"key": "implementation", "left": "CPython", "right": "PyPy"} in other["values"]


def test_diff_without_a_second_side(run: Callable[..., Ran]) -> None:
    ran = run("diff", "--facts", facts_path())
    assert ran.code == 1
    assert "diff has no --with, expected options on both sides of it" in ran.stderr


def test_check(run: Callable[..., Ran], tmp_path: pathlib.Path) -> None:
    true = {"schema": 1, "version": list(sys.version_info[:2]), "implementation_name": "cpython"}
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(true), encoding="utf-8")
    options = ("check", "--facts", file, "--interpreter", sys.executable)
    assert run(*options) == (0, f"{sys.executable}: all 2 declared facts hold\n", "")
    file.write_text(json.dumps({**true, "version": [3, 2]}), encoding="utf-8")
    wrong = run(*options)
    assert wrong.code == 1
    assert wrong.stdout.startswith(f"{sys.executable} is not what is declared:\n  version: declared [3, 2], probed [")
    ran = run(*options, "--format", "json")
    assert ran.code == 1
    value = json.loads(ran.stdout)
    jsonschema.validate(value, SCHEMA)
    assert len(value["disagreements"]) == 1


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (("print",), "says which Python is meant"),
        (("check", "--facts", "x"), "check needs --interpreter and --facts"),
        (("guess",), "invalid choice: 'guess'"),
        (("print", "--facts", "absent"), "cannot read the facts"),
        (("print", "--interpreter", "python3", "--facts", "x"), "--interpreter and --facts, expected one"),
        (("print", "--set", "nonsense", "--python-version", "3.13"), "--set is 'nonsense', expected KEY=VALUE"),
        (("print", "--setting", "PYO3_X=1", "--python-version", "3.13"), "the setting is 'PYO3_X=1'"),
        (("print", "--python-version", "3.13", "--pyo3-version", "0.1.0"), "PyO3 0.1.0 is not supported"),
        (("print", "--python-version", "3.13", "--implementation", "Jython"), "Jython"),
    ],
)
def test_errors(run: Callable[..., Ran], arguments: tuple[str, ...], fragment: str) -> None:
    ran = run(*arguments)
    assert ran.code == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith("ERROR: pyo3_config: ")
    assert fragment in ran.stderr


def test_output_and_label_of_an_action(run: Callable[..., Ran], tmp_path: pathlib.Path) -> None:
    output = tmp_path / "explain.json"
    options = ("--label", "//:a", "--facts", facts_path(), "--target", LINUX, "explain", "--format=json", "--no-paths")
    ran = run(*options, "--output", output)
    assert (ran.code, ran.stdout) == (0, "")
    jsonschema.validate(json.loads(output.read_text(encoding="utf-8")), SCHEMA)
    refused = run(*options, "--output", output, "--setting", "X")
    assert refused.stderr.startswith("ERROR: //:a: ")


def test_compiler(run: Callable[..., Ran]) -> None:
    options = ("explain", "--facts", facts_path(), "--target", LINUX, "--rustc")
    assert "cannot run the compiler /no/such/rustc" in run(*options, "/no/such/rustc").stderr
    if rustc := shutil.which("rustc", path=os.environ.get("PATH")):
        assert run(*options, rustc).code == 0
