"""File names and wheel tags of recorded interpreters."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pyo3_common
import pyo3_tag
import pyo3_triple
import pytest
from packaging import tags
from pyo3_common import ToolError
from pyo3_testing import TESTS, Result, assert_golden, assert_refused, run_tool
from recorded_facts import facts, facts_path

SCHEMAS = pathlib.Path(pyo3_common.__file__).parent / "schemas"
MACOS = "sysconfigdata-cpython-3.14-macos-arm64"
# What the snapshots are of: the configuration and the facts that it is of, where their names differ.
CASES = {
    "cpython-3.13-linux-musl-x86_64": "",
    "cpython-3.13-linux-x86_64": "",
    "cpython-3.13-windows-amd64": "",
    "cpython-3.14-emscripten-wasm32": "",
    "cpython-3.14-linux-aarch64": "",
    "cpython-3.14-linux-x86_64": "",
    "cpython-3.14-macos-arm64": MACOS,
    "cpython-3.14d-linux-x86_64": "",
    "cpython-3.15-linux-x86_64": "",
    "graalpy-25.2-linux-x86_64": "",
    "pypy-3.11-linux-x86_64": "",
}


def of_case(name: str) -> str:
    """Name the facts of a case."""
    return CASES.get(name) or name


def config_path(name: str) -> pathlib.Path:
    return TESTS / "config" / "snapshots" / f"{name}.config.txt"


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "tag.json"

    def run(self, name: str, file_name: str, *more: str, config: str = "", module: str = "pkg.fast") -> Result:
        arguments = ["--facts", facts_path(of_case(name)), "--config", config_path(config or name), "--module", module]
        arguments += ["--pyo3-version", "0.30.1"]
        arguments += ["--file-name", file_name, "--output", self.output, *more]
        return run_tool(pyo3_tag.main, arguments, self.capsys)


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


@pytest.mark.parametrize("name", CASES)
def test_recorded_interpreter(name: str, tool: Tool) -> None:
    assert tool.run(name, "fast" + facts(of_case(name)).ext_suffix) == (0, "")
    text = tool.output.read_text(encoding="utf-8")
    assert_golden("tag", f"{name}.tag.json", text)
    parts = json.loads(text)["wheel_tag"]
    assert len(tags.parse_tag(f"{parts['python']}-{parts['abi']}-{parts['platform']}")) == 1


@pytest.mark.parametrize("name", CASES)
def test_schema_accepts(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "tag.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    snapshot = TESTS / "tag" / "snapshots" / f"{name}.tag.json"
    jsonschema.validate(json.loads(snapshot.read_text(encoding="utf-8")), schema)


def test_schema_has_the_keys_that_are_written() -> None:
    schema = json.loads((SCHEMAS / "tag.schema.json").read_text(encoding="utf-8"))
    written = pyo3_tag.extension_tag("m", facts("cpython-3.14-linux-x86_64")).to_json_object()
    assert set(schema["properties"]) == set(schema["required"]) == set(written)
    assert set(schema["properties"]["wheel_tag"]["required"]) == set(written["wheel_tag"])


@pytest.mark.parametrize(
    ("name", "changed", "tag"),
    [
        ("cpython-3.13t-linux-x86_64", {}, "cp313-cp313t-linux_x86_64"),
        ("cpython-3.14d-linux-x86_64", {}, "cp314-cp314d-linux_x86_64"),
        ("cpython-3.13-windows-amd64", {"platform": "win32"}, "cp313-cp313-win32"),
        (MACOS, {"platform": "macosx-10.13-x86_64"}, "cp314-cp314-macosx_10_13_x86_64"),
        (MACOS, {"platform": "macosx-15.7-universal2"}, "cp314-cp314-macosx_15_0_universal2"),
        ("cpython-3.14-linux-x86_64", {"platform": "ios-13.0-arm64-iphoneos"}, "cp314-cp314-ios_13_0_arm64_iphoneos"),
        ("pypy-3.11-linux-x86_64", {}, "pp311-pypy311_pp80-linux_x86_64"),
        ("pypy-3.11-linux-x86_64", {"ext_suffix": ".so", "extension_suffixes": []}, "pp311-none-linux_x86_64"),
        ("graalpy-25.2-linux-x86_64", {}, "graalpy312-graalpy250_312_native-linux_x86_64"),
    ],
)
def test_wheel_tag(name: str, changed: dict[str, Any], tag: str) -> None:
    assert str(pyo3_tag.extension_tag("m", facts(name, **changed)).wheel_tag) == tag


@pytest.mark.parametrize(
    ("target", "platform"),
    [("aarch64-apple-darwin", "macosx_11_0_arm64"), ("x86_64-apple-darwin", "macosx_11_0_x86_64")],
)
def test_universal_python_takes_the_arch_of_the_target(target: str, platform: str) -> None:
    universal = facts(MACOS, platform="macosx-11.0-universal2")
    tag = pyo3_tag.extension_tag("m", universal, pyo3_triple.parse_triple(target))
    assert tag.wheel_tag.platform == platform


def test_another_file_name(tool: Tool) -> None:
    assert_refused(
        tool.run("cpython-3.14-linux-x86_64", "fast.so"),
        "is named fast.so, this interpreter imports fast.cpython-314-x86_64-linux-gnu.so",
        "correct the toolchain's declared ext_suffix to '.cpython-314-x86_64-linux-gnu.so'",
        outputs=[tool.output],
    )


@pytest.mark.parametrize("module", ["", "not-a-name", "a..b", "1st", "a/b"])
def test_bad_module_name(module: str, tool: Tool) -> None:
    result = tool.run("cpython-3.14-linux-x86_64", "x.so", module=module)
    assert_refused(result, f"the module name is {module!r}, expected Python identifiers", outputs=[tool.output])


@pytest.mark.parametrize(
    ("config", "described"),
    [
        ("cpython-3.13-linux-x86_64", "CPython 3.13"),
        ("cpython-3.14d-linux-x86_64", "CPython 3.14 debug"),
        ("pypy-3.11-linux-x86_64", "PyPy 3.11"),
    ],
)
def test_configuration_of_another_interpreter(config: str, described: str, tool: Tool) -> None:
    result = tool.run("cpython-3.14-linux-x86_64", "x.so", config=config)
    assert_refused(
        result,
        f"the PyO3 configuration is for {described}, the facts are of CPython 3.14",
        "make both from the same interpreter",
        outputs=[tool.output],
    )


def test_stable_abi_keeps_the_name_of_the_interpreter(tool: Tool) -> None:
    name = "cpython-3.14-linux-x86_64"
    assert tool.run(name, "fast.cpython-314-x86_64-linux-gnu.so", config=f"{name}-abi3-py310").code == 0
    assert json.loads(tool.output.read_text(encoding="utf-8"))["wheel_tag"]["abi"] == "cp314"


@pytest.mark.parametrize(("abi3", "code"), [("true", 0), ("false", 1)])
def test_only_a_stable_abi_can_be_older_than_the_interpreter(abi3: str, code: int, tool: Tool) -> None:
    config = tool.folder / "older.txt"
    config.write_text(f"implementation=CPython\nversion=3.9\nabi3={abi3}\n", encoding="utf-8")
    more = ("--config", str(config), "--pyo3-version", "0.28.3")
    result = tool.run("cpython-3.14-linux-x86_64", "fast.cpython-314-x86_64-linux-gnu.so", *more)
    assert result.code == code
    assert code == 0 or "the PyO3 configuration is for CPython 3.9, the facts are of CPython 3.14: " in result.stderr


@pytest.mark.parametrize("platform", ["macosx-11-arm64", "macosx"])
def test_unreadable_platform_of_macos(platform: str) -> None:
    with pytest.raises(ToolError, match=f"`platform` is '{platform}', expected macosx-MAJOR.MINOR-ARCH"):
        pyo3_tag.extension_tag("m", facts(MACOS, platform=platform))


def test_tag_that_is_several() -> None:
    with pytest.raises(ToolError, match=r"is read as cp314-none-any, cp315-none-any, expected one tag"):
        pyo3_tag.parsed_back(tags.Tag("cp314.cp315", "none", "any"))


def test_odd_platform() -> None:
    odd = facts("cpython-3.14-linux-x86_64", platform="linux-x86_64.other")
    assert pyo3_tag.extension_tag("m", odd).wheel_tag.platform == "linux_x86_64_other"


def test_missing_configuration(tool: Tool) -> None:
    result = tool.run("cpython-3.14-linux-x86_64", "x.so", config="absent")
    assert_refused(result, "cannot read the PyO3 config file", outputs=[tool.output])


def test_unreadable_target(tool: Tool) -> None:
    result = tool.run("cpython-3.14-linux-x86_64", "x.so", "--target", "pdp11")
    assert_refused(result, "cannot read the target triple 'pdp11'", outputs=[tool.output])
