"""The probe: recorded values of interpreters of many platforms, and the interpreter that runs the test."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

import pyo3_common
import pyo3_facts
import pyo3_probe
import pytest
from pyo3_testing import assert_golden

TESTDATA = pathlib.Path(__file__).parent / "testdata"
RECORDED = sorted(path.stem for path in TESTDATA.glob("*.json"))


def collected(name: str) -> dict[str, Any]:
    """Feed a recording to the probe."""
    recorded = json.loads((TESTDATA / f"{name}.json").read_text(encoding="utf-8"))
    if "dump" in recorded:
        return from_dump(recorded["dump"])
    return from_sysconfigdata(recorded["build_time_vars"])


def from_dump(dump: dict[str, Any]) -> dict[str, Any]:
    return pyo3_probe.collect(
        sys_facts={
            "version_info": dump["sys"]["version_info"],
            "abiflags": dump["sys"]["abiflags"],
            "platform": dump["sys"]["platform"],
            "implementation_name": dump["implementation"]["name"],
            "implementation_version": dump["implementation"]["version"],
            "cache_tag": dump["implementation"]["cache_tag"],
        },
        config=dump["sysconfig"]["vars"],
        get_platform=dump["sysconfig"]["get_platform"],
        system=dump["platform"]["system"],
        python_implementation=dump["platform"]["python_implementation"],
        extension_suffixes=dump["importlib"]["extension_suffixes"],
        pointer_width=dump["pointer_width"],
        conda=False,
    )


def from_sysconfigdata(config: dict[str, Any]) -> dict[str, Any]:
    """macOS was recorded as its _sysconfigdata only; the rest is what that interpreter is known to say."""
    return pyo3_probe.collect(
        sys_facts={
            "version_info": [3, 14, 3, "final", 0],
            "abiflags": "",
            "platform": "darwin",
            "implementation_name": "cpython",
            "implementation_version": [3, 14, 3, "final", 0],
            "cache_tag": "cpython-314",
        },
        config=config,
        get_platform=f"macosx-{config['MACOSX_DEPLOYMENT_TARGET']}-arm64",
        system="Darwin",
        python_implementation="CPython",
        extension_suffixes=[config["EXT_SUFFIX"], ".abi3.so", ".so"],
        pointer_width=config["SIZEOF_VOID_P"] * 8,
        conda=False,
    )


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_interpreter(name: str) -> None:
    facts = pyo3_facts.parse_facts(collected(name), name)
    assert_golden("probe", f"{name}.facts.json", pyo3_common.to_json(facts.to_json_object()))


def test_this_interpreter() -> None:
    printed = subprocess.run(
        [sys.executable, "-I", "-B", pyo3_probe.__file__], capture_output=True, check=True, encoding="utf-8"
    ).stdout
    assert json.loads(printed) == json.loads(json.dumps(pyo3_probe.read_interpreter()))
    facts = pyo3_facts.parse_facts(json.loads(printed), "this interpreter")
    assert facts.version == tuple(sys.version_info)
    assert facts.implementation_name == sys.implementation.name


def _variant(config: dict[str, Any], system: str = "Linux", conda: bool = False) -> dict[str, Any]:
    sys_facts = {
        "version_info": (3, 12, 0, "final", 0),
        "abiflags": None,
        "platform": "linux",
        "implementation_name": "cpython",
        "implementation_version": (3, 12, 0, "final", 0),
        "cache_tag": "cpython-312",
    }
    return pyo3_probe.collect(sys_facts, config, "linux-x86_64", system, "CPython", [], 64, conda)


@pytest.mark.parametrize(
    ("config", "system", "conda", "shared"),
    [
        ({"Py_ENABLE_SHARED": 0}, "Linux", False, False),
        ({"Py_ENABLE_SHARED": 1}, "Linux", False, True),
        ({"Py_ENABLE_SHARED": 0}, "Linux", True, True),
        ({"Py_ENABLE_SHARED": 0, "PYTHONFRAMEWORK": "Python"}, "Darwin", False, True),
        ({}, "Windows", False, True),
    ],
)
def test_shared_follows_pyo3s_formula(config: dict[str, Any], system: str, conda: bool, shared: bool) -> None:
    assert _variant(config, system, conda)["shared"] is shared


@pytest.mark.parametrize(
    ("config", "debug"),
    [
        ({"Py_DEBUG": 1}, True),
        ({"Py_DEBUG": 0, "EXT_SUFFIX": "_d.cp313-win_amd64.pyd"}, False),
        ({"EXT_SUFFIX": "_d.cp312-win_amd64.pyd"}, True),
        ({"EXT_SUFFIX": ".cp312-win_amd64.pyd"}, False),
        ({}, False),
    ],
)
def test_debug_follows_pyo3s_formula(config: dict[str, Any], debug: bool) -> None:
    assert _variant(config)["debug"] is debug


def test_build_flags_given_as_text_or_number() -> None:
    flags = {"Py_DEBUG": "1", "Py_GIL_DISABLED": 1, "Py_TRACE_REFS": 0, "COUNT_ALLOCS": "0"}
    assert _variant(flags)["build_flags"] == ["Py_DEBUG", "Py_GIL_DISABLED"]


def test_link_libraries_are_named_once_and_of_files_nothing_is_kept() -> None:
    config = {"MODLIBS": "-lm  -lz -lm Modules/_hacl/libHacl_Hash_SHA2.a \\ -l", "LIBS": "-ldl", "SYSLIBS": "-lm"}
    assert _variant(config)["link_libraries"] == ["-lm", "-lz", "-ldl"]
    assert _variant({"LIBS": "-ldl  -framework CoreFoundation"}, "Darwin")["link_libraries"] == ["-ldl"]
    assert _variant({})["link_libraries"] == []


def test_too_old_an_interpreter_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (2, 7, 18, "final", 0))
    assert pyo3_probe.main([]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": "Python 2.7 is too old, expected 3.7 or newer",
        "schema": 1,
    }
