"""The configuration of recorded interpreters, against PyO3's own words for it."""

from __future__ import annotations

import json
import pathlib

import pyo3_config
import pyo3_config_file
import pyo3_facts
import pyo3_versions
import pytest
from configs import LINUX, WINDOWS, install, other_version
from pyo3_testing import TESTS, Result, assert_golden, assert_refused, run_tool
from recorded_facts import facts, facts_path

PYO3 = pyo3_versions.pyo3_version("0.30.1")

# What the snapshots are of: interpreter, target, features.
CASES = {
    "cpython-3.13-linux-x86_64": ("cpython-3.13-linux-x86_64", LINUX, ""),
    "cpython-3.14-linux-x86_64": ("cpython-3.14-linux-x86_64", LINUX, ""),
    "cpython-3.14-linux-x86_64-abi3": ("cpython-3.14-linux-x86_64", LINUX, "abi3"),
    "cpython-3.14-linux-x86_64-abi3-py310": ("cpython-3.14-linux-x86_64", LINUX, "abi3-py310,abi3-py311"),
    "cpython-3.14d-linux-x86_64": ("cpython-3.14d-linux-x86_64", LINUX, ""),
    "cpython-3.15-linux-x86_64": ("cpython-3.15-linux-x86_64", LINUX, ""),
    "cpython-3.15-linux-x86_64-abi3t": ("cpython-3.15-linux-x86_64", LINUX, "abi3,abi3t"),
    "cpython-3.14-linux-aarch64": ("cpython-3.14-linux-aarch64", "aarch64-unknown-linux-gnu", ""),
    "cpython-3.13-linux-musl-x86_64": ("cpython-3.13-linux-musl-x86_64", "x86_64-unknown-linux-musl", ""),
    "cpython-3.13-windows-amd64": ("cpython-3.13-windows-amd64", WINDOWS, ""),
    "cpython-3.13-windows-amd64-abi3": ("cpython-3.13-windows-amd64", WINDOWS, "abi3"),
    "cpython-3.14-macos-arm64": ("sysconfigdata-cpython-3.14-macos-arm64", "aarch64-apple-darwin", ""),
    "cpython-3.14-emscripten-wasm32": ("cpython-3.14-emscripten-wasm32", "wasm32-unknown-emscripten", ""),
    "pypy-3.11-linux-x86_64": ("pypy-3.11-linux-x86_64", LINUX, ""),
    "pypy-3.11-linux-x86_64-abi3": ("pypy-3.11-linux-x86_64", LINUX, "abi3-py39"),
    "graalpy-25.2-linux-x86_64": ("graalpy-25.2-linux-x86_64", LINUX, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_recorded_interpreter(case: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, target, features = CASES[case]
    text, summary = tmp_path / "config.txt", tmp_path / "summary.json"
    arguments = ["--facts", facts_path(name), "--pyo3-version", "0.30.1", "--features", features]
    arguments += ["--target", target, "--output", text, "--json", summary]
    result = run_tool(pyo3_config.main, arguments, capsys)
    assert result.code == 0, result.stderr
    assert_golden("config", f"{case}.config.txt", text.read_text(encoding="utf-8"))
    assert_golden("config", f"{case}.summary.json", summary.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_text_round_trip(case: str) -> None:
    text = (TESTS / "config" / "snapshots" / f"{case}.config.txt").read_text(encoding="utf-8")
    config = pyo3_config_file.read(text, PYO3)
    assert pyo3_config_file.write(config, PYO3) == text
    assert bytes.fromhex(pyo3_config_file.dep_env(config, PYO3)).decode("utf-8") == text


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "config.txt"

    def run(self, of: pyo3_facts.Facts, *more: object, target: str = LINUX, version: str = "0.30.1") -> Result:
        path = self.folder / "facts.json"
        path.write_text(json.dumps(of.to_json_object()), encoding="utf-8")
        arguments = ["--facts", path, "--pyo3-version", version, "--target", target, "--output", self.output, *more]
        return run_tool(pyo3_config.main, arguments, self.capsys)


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_unknown_pyo3(tool: Tool) -> None:
    result = tool.run(facts(), version="0.1.0")
    assert_refused(result, "PyO3 0.1.0 is not supported, expected one of", "0.30.1", outputs=[tool.output])


def test_missing_facts(tool: Tool) -> None:
    arguments = ["--facts", "absent", "--pyo3-version", "0.30.1", "--target", LINUX, "--output", tool.output]
    assert_refused(run_tool(pyo3_config.main, arguments, tool.capsys), "cannot read the facts absent")


@pytest.mark.parametrize("feature", ["abi3-py38", "abi3-py316", "abi3t-py314"])
def test_unknown_feature(tool: Tool, feature: str) -> None:
    result = tool.run(facts(), "--features", feature)
    assert_refused(result, f"PyO3 0.30.1 has no feature '{feature}'", "py315", outputs=[tool.output])


def test_feature_newer_than_the_interpreter(tool: Tool) -> None:
    result = tool.run(other_version(13), "--features", "abi3-py314")
    assert_refused(
        result,
        "abi3-py314 asks for Python 3.14 or newer, the interpreter is 3.13",
        "lower the feature",
        outputs=[tool.output],
    )


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (other_version(8), "the interpreter is Python 3.8, PyO3 0.30.1 supports Python 3.9 to 3.15"),
        (
            facts(
                "pypy-3.11-linux-x86_64",
                version=[3, 10, 0, "final", 0],
                ext_suffix=".so",
                extension_suffixes=[],
            ),
            "the interpreter is PyPy 3.10, PyO3 0.30.1 supports PyPy 3.11 to 3.15",
        ),
        (
            facts("graalpy-25.2-linux-x86_64", graalpy_version=[24, 2]),
            "GraalPy is of version 24.2, PyO3 0.30.1 needs 25.0 or newer",
        ),
    ],
)
def test_interpreter_that_is_too_old(tool: Tool, of: pyo3_facts.Facts, found: str) -> None:
    assert_refused(tool.run(of), found, "choose a newer", outputs=[tool.output])


def test_next_python_is_a_warning(tool: Tool) -> None:
    result = tool.run(other_version(16))
    assert result.code == 0
    assert result.stderr.startswith("WARNING: //pkg:target: support for Python 3.16 is experimental")


def test_python_after_the_next(tool: Tool) -> None:
    result = tool.run(other_version(17))
    assert_refused(
        result,
        "the interpreter is Python 3.17, PyO3 0.30.1 supports Python 3.9 to 3.15",
        "choose an older interpreter or a newer PyO3",
        "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1",
        outputs=[tool.output],
    )
    assert tool.run(other_version(17), "--setting", "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1") == (0, "")


def test_newer_python_with_an_older_stable_abi(tool: Tool) -> None:
    assert tool.run(other_version(17), "--features", "abi3-py310") == (0, "")


def test_free_threaded_python_that_is_too_old(tool: Tool) -> None:
    result = tool.run(facts("cpython-3.13t-linux-x86_64"))
    assert_refused(
        result,
        "a free-threaded Python 3.13, PyO3 0.30.1 supports free-threaded builds from 3.14",
        "choose a newer interpreter",
        outputs=[tool.output],
    )


def test_free_threaded_pypy(tool: Tool) -> None:
    result = tool.run(
        facts(
            "pypy-3.11-linux-x86_64",
            build_flags=["Py_GIL_DISABLED"],
            version=[3, 14, 0, "final", 0],
            ext_suffix=".so",
            extension_suffixes=[],
        )
    )
    assert_refused(result, "free-threaded build of CPython only, the interpreter is PyPy", outputs=[tool.output])


@pytest.mark.parametrize(
    ("name", "warning"),
    [("pypy-3.11-linux-x86_64", "PyPy has no abi3 before PyPy 3.12"), ("graalpy-25.2-linux-x86_64", "GraalPy has no")],
)
def test_stable_abi_of_other_implementations(tool: Tool, name: str, warning: str) -> None:
    result = tool.run(facts(name), "--features", "abi3-py39")
    assert result.code == 0
    assert warning in result.stderr


def test_pointer_width_of_another_target(tool: Tool) -> None:
    result = tool.run(facts(), target="i686-unknown-linux-gnu")
    assert_refused(
        result,
        "the Rust target i686-unknown-linux-gnu has pointers of 32 bits, the Python interpreter of 64",
        "same architecture",
        outputs=[tool.output],
    )


def test_unreadable_target(tool: Tool) -> None:
    assert_refused(tool.run(facts(), target="pdp11"), "cannot read the target triple 'pdp11'", outputs=[tool.output])


def test_stated_values_go_before_facts(tool: Tool) -> None:
    assert tool.run(facts(), "--set", "lib_name=mine", "--set", "shared=false") == (0, "")
    text = tool.output.read_text(encoding="utf-8")
    assert "shared=false\n" in text
    assert "lib_name=mine\n" in text


def test_r10_repeated_extra_lines(tool: Tool) -> None:
    lines = ["extra_build_script_line=cargo:a=1", "extra_build_script_line=cargo:b=2"]
    assert tool.run(facts(), "--set", lines[0], "--set", lines[1]) == (0, "")
    assert tool.output.read_text(encoding="utf-8").splitlines()[-2:] == lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--set", "lib_name"), "--set is 'lib_name', expected KEY=VALUE with a key of PyO3's config file"),
        (("--set", "lib_name=a", "--set", "lib_name=b"), "lib_name is set to 'a' and to 'b', expected one value"),
        (("--set", "ext_suffix=.so"), "the interpreter config of PyO3 0.30.1 has no ext_suffix, expected keys among"),
        (("--set", "version=3"), "the Python version is '3', expected MAJOR.MINOR"),
        (("--setting", "HOME=/"), "the setting is 'HOME=/', expected NAME=VALUE with a name among"),
        (("--config-file", "absent"), "cannot read the PyO3 config file absent"),
        (("--sysconfigdata", "absent"), "cannot read the sysconfigdata absent"),
    ],
)
def test_arguments_that_are_refused(tool: Tool, arguments: tuple[str, ...], message: str) -> None:
    assert_refused(tool.run(facts(), *arguments), message, outputs=[tool.output])


def test_origins(tool: Tool, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "origins.json"
    arguments = ["--features", "abi3-py310", "--set", "lib_name=mine", "--set", "extra_build_script_line=x"]
    assert tool.run(facts(), *arguments, "--origins", path) == (0, "")
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["schema"], written["source"], written["notices"]) == (1, "toolchain", [])
    told = {key: (each["value"], each["source"]) for key, each in written["values"].items()}
    assert told["lib_name"] == ("mine", "attribute")
    assert told["extra_build_script_line"] == (["x"], "attribute")
    assert told["target_abi"] == ("CPython-abi3-3.10", "feature")
    assert told["version"] == ("3.14", "toolchain")


def test_without_facts(tool: Tool, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "given.txt"
    file.write_text("version=3.12\nlib_dir=/mine\nunknown=1\n", encoding="utf-8")
    sysconfigdata = install(tmp_path / "usr")
    cases = [
        (("--config-file", file), "lib_dir=/mine\n"),
        (("--sysconfigdata", sysconfigdata), "lib_name=python3.14\n"),
        (("--cross-lib-dir", tmp_path / "usr"), f"lib_dir={tmp_path / 'usr'}\n"),
        (("--set", "version=3.12"), "target_abi=CPython-gil_enabled-3.12\n"),
    ]
    for arguments, line in cases:
        command = ["--pyo3-version", "0.30.1", "--target", LINUX, "--output", tool.output, *arguments]
        result = run_tool(pyo3_config.main, command, tool.capsys)
        assert result.code == 0, result.stderr
        assert ("key 'unknown'" in result.stderr) == (arguments[0] == "--config-file")
        assert line in tool.output.read_text(encoding="utf-8")
    assert "/usr/lib" not in tool.output.read_text(encoding="utf-8")


def test_old_version_of_pyo3(tool: Tool) -> None:
    assert tool.run(facts(), "--features", "abi3-py39", version="0.28.3") == (0, "")
    assert "version=3.9\nshared=" in tool.output.read_text(encoding="utf-8")
