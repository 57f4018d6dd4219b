"""The contract of facts.json: its schema, and what the validating constructor refuses."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pyo3_common
import pyo3_facts
import pytest
from pyo3_common import ToolError
from pyo3_testing import TESTS

SNAPSHOTS = sorted((TESTS / "probe" / "snapshots").glob("*.facts.json"))
# Recorded facts may lack these.
OPTIONAL = {"link_libraries"}
SCHEMAS = pathlib.Path(pyo3_common.__file__).parent / "schemas"


def facts_object(name: str = "cpython-3.14-linux-x86_64") -> dict[str, Any]:
    text = (TESTS / "probe" / "snapshots" / f"{name}.facts.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.name)
def test_round_trip(path: pathlib.Path) -> None:
    text = path.read_text(encoding="utf-8")
    facts = pyo3_facts.parse_facts(json.loads(text), path.name)
    assert pyo3_common.to_json(facts.to_json_object()) == text


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.name)
def test_schema_accepts(path: pathlib.Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "facts.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)


def test_schema_has_the_keys_of_the_contract() -> None:
    schema = json.loads((SCHEMAS / "facts.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(schema["required"]) | OPTIONAL == pyo3_facts.fact_names() | {"schema"}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("key", sorted(pyo3_facts.fact_names() - OPTIONAL))
def test_every_key_is_required(key: str) -> None:
    facts = facts_object()
    del facts[key]
    with pytest.raises(ToolError, match=f"here: the key `{key}` is missing, expected .*Use an interpreter"):
        pyo3_facts.parse_facts(facts, "here")


def test_facts_without_optional_keys_stay_as_they_are() -> None:
    older = {key: value for key, value in facts_object().items() if key not in OPTIONAL}
    facts = pyo3_facts.parse_facts(older, "here")
    assert facts.link_libraries is None
    assert json.loads(pyo3_common.to_json(facts.to_json_object())) == older


@pytest.mark.parametrize("key", sorted(pyo3_facts.fact_names()))
def test_every_key_has_a_type(key: str) -> None:
    with pytest.raises(ToolError, match=f"here: `{key}` is {{'a': 1}}, expected "):
        pyo3_facts.parse_facts({**facts_object(), key: {"a": 1}}, "here")


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"surplus": 1}, "unknown keys surplus, expected abiflags"),
    ({"implementation": "Jython"}, "`implementation` is 'Jython', expected one of CPython, GraalVM"),
    ({"implementation_name": "pypy"}, "expected `implementation_name` 'cpython'"),
    ({"graalpy_version": [25, 0]}, "`graalpy_version` is .25, 0. for CPython".replace(".25, 0.", r"\(25, 0\)")),
    ({"pointer_width": 8}, "`pointer_width` is 8, expected 32 or 64"),
    ({"pointer_width": True}, "`pointer_width` is True, expected a number of bits"),
    ({"ext_suffix": "so"}, "`ext_suffix` is 'so', expected a suffix that starts with '.'"),
    ({"ext_suffix": "./so"}, "expected a suffix that starts with '.'"),
    ({"ext_suffix": ".abi4.so"}, "'.abi4.so', which is not in `extension_suffixes`"),
    ({"version": [3, 13, 0, "final", 0]}, "is of version 314, `version` is .3, 13.*expected a suffix of version 313"),
    ({"version": [3, 14]}, "`version` is .3, 14., expected .major, minor"),
    ({"build_flags": ["Py_GIL_DISABLED"]}, "expected Py_GIL_DISABLED exactly when the suffix has a 't'"),
    ({"build_flags": ["NDEBUG"]}, "`build_flags` is .'NDEBUG'., expected a sorted choice of COUNT_ALLOCS"),
    ({"build_flags": ["Py_REF_DEBUG", "COUNT_ALLOCS"]}, "expected a sorted choice"),
    ({"build_flags": ["Py_DEBUG"]}, "`build_flags` has Py_DEBUG, `debug` is false, expected `debug` true"),
    ({"abiflags": "t"}, "`abiflags` is 't', expected Py_GIL_DISABLED among"),
    ({"debug": True}, "`debug` is true, expected `debug` exactly when the suffix has a 'd'"),
]


@pytest.mark.parametrize(("changed", "message"), CONTRADICTIONS, ids=lambda value: str(value)[:40])
def test_contradictions(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        pyo3_facts.parse_facts({**facts_object(), **changed}, "here")


@pytest.mark.parametrize(
    ("name", "version"),
    [("pypy-3.11-linux-x86_64", [3, 12, 0, "final", 0]), ("graalpy-25.2-linux-x86_64", [3, 11, 0, "final", 0])],
)
def test_version_of_other_implementations(name: str, version: list[Any]) -> None:
    with pytest.raises(ToolError, match="expected a suffix of version"):
        pyo3_facts.parse_facts({**facts_object(name), "version": version}, "here")


def test_debug_suffix_of_windows() -> None:
    suffix = "_d.cp313-win_amd64.pyd"
    changed = {"ext_suffix": suffix, "extension_suffixes": [suffix], "debug": True}
    facts = pyo3_facts.parse_facts({**facts_object("cpython-3.13-windows-amd64"), **changed}, "here")
    assert facts.debug


PATHS: dict[str, Any] = {
    "executable": "/python",
    "base_prefix": None,
    "lib_dir": "/lib",
    "python_framework_prefix": "None",
}


def test_paths_are_read_and_not_written() -> None:
    plain = pyo3_facts.parse_facts(facts_object(), "here")
    facts = pyo3_facts.parse_facts({**facts_object(), "paths": PATHS}, "here")
    assert facts.paths == pyo3_facts.Paths(**PATHS)
    assert plain.paths is None
    assert facts.to_json_object() == plain.to_json_object()


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ("/python", "here: `paths` is '/python', expected strings or nulls of executable, base_prefix, lib_dir"),
        ({**PATHS, "more": "x"}, "expected strings or nulls of"),
        ({**PATHS, "lib_dir": 1}, "expected strings or nulls of"),
        ({**PATHS, "executable": None}, "here: `paths` has the executable None, expected a path"),
    ],
)
def test_paths_that_are_refused(paths: Any, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        pyo3_facts.parse_facts({**facts_object(), "paths": paths}, "here")
