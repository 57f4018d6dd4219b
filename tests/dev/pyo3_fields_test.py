"""What is derived from PyO3's sources, what is reported when it is not there, and which functions changed."""

from __future__ import annotations

import json
from pathlib import Path

import pyo3_excerpts
import pyo3_fields
import pyo3_source
import pytest
from pyo3_source import Sources

_NO_NEEDS: dict[str, list[str]] = {"build": [], "normal": []}

OLD = {
    "abi3_max": [3, 9],
    "abi3_min": [3, 5],
    "abi3t_min": None,
    "always_cfgs": {},
    "build_flags": ["Py_DEBUG", "Py_SPECIAL"],
    "cfg_crates": ["pyo3", "pyo3-ffi"],
    "cfgs_from": [3, 4],
    "check_cfg_rustc": 81,
    "checked_cfgs_max": [3, 12],
    "config_keys": ["version", "abi3", "lib_name", "extra_line"],
    "crates_with_build_script": ["pyo3", "pyo3-build-config", "pyo3-ffi"],
    "cross_lib_dir_warning": False,
    "dependencies": {
        "pyo3": _NO_NEEDS,
        "pyo3-build-config": _NO_NEEDS,
        "pyo3-ffi": {"build": ["pyo3-build-config"], "normal": []},
        "pyo3-macros": _NO_NEEDS,
        "pyo3-macros-backend": {"build": [], "normal": ["pyo3-build-config"]},
    },
    "emscripten_link_args_below": None,
    "expected_cfgs": ["Py_GIL_DISABLED", "has_one"],
    "feature_cfgs": {"has_one": 61},
    "feature_cfgs_checked": False,
    "features": ["abi3", "abi3-py310", "abi3-py35", "full"],
    "forward_compatibility": ["PYO3_USE_OLD_FORWARD_COMPATIBILITY"],
    "free_threaded_min": [3, 12],
    "generation": "abi3",
    "graalpy_min": [22, 3],
    "implementations": ["CPython", "GraalVM"],
    "linking_oses": ["android", "windows"],
    "links": {"pyo3-ffi": "python"},
    "macros_read_config": True,
    "msrv": "1.50",
    "py_sys_config_values": ["Py_DEBUG", "Py_SPECIAL"],
    "python": {"CPython": {"max": [3, 11], "min": [3, 5]}, "GraalVM": {"max": [3, 11], "min": [3, 9]}},
    "python_min": [3, 5],
    "raw_dylib_names": [],
    "rpath": "framework",
    "variables": ["PYO3_ANSWER", "PYO3_SIGN", "PYO3_USE_OLD_FORWARD_COMPATIBILITY"],
}

NEW = {
    "abi3_max": [3, 24],
    "abi3_min": [3, 20],
    "abi3t_min": [3, 22],
    "always_cfgs": {"pyo3": ["usually"]},
    "build_flags": ["Py_DEBUG"],
    "cfg_crates": ["pyo3-ffi"],
    "cfgs_from": [3, 20],
    "check_cfg_rustc": 0,
    "checked_cfgs_max": [3, 25],
    "config_keys": ["version", "target_abi"],
    "crates_with_build_script": ["pyo3", "pyo3-ffi"],
    "cross_lib_dir_warning": True,
    "dependencies": dict.fromkeys(pyo3_source.CRATES, _NO_NEEDS),
    "emscripten_link_args_below": 97,
    "expected_cfgs": ["Py_GIL_DISABLED"],
    "feature_cfgs": {"has_two": 99, "has_three": 101},
    "feature_cfgs_checked": True,
    "features": ["abi3", "abi3-py320", "abi3t", "abi3t-py322"],
    "forward_compatibility": [],
    "free_threaded_min": [3, 23],
    "generation": "target_abi",
    "graalpy_min": [30, 1],
    "implementations": ["CPython", "GraalVM"],
    "linking_oses": ["ios"],
    "links": {"pyo3": "pyo3-python", "pyo3-ffi": "python"},
    "macros_read_config": False,
    "msrv": "1.90",
    "py_sys_config_values": ["Py_DEBUG"],
    "python": {"CPython": {"max": [3, 23], "min": [3, 20]}},
    "python_min": [3, 20],
    "raw_dylib_names": ["python-other", "python3", "python3_x"],
    "rpath": "libpython",
    "variables": ["PYO3_CROSS_LIB_DIR"],
}


@pytest.mark.parametrize(
    ("sources", "expected"), [(pyo3_excerpts.old(), OLD), (pyo3_excerpts.new(), NEW)], ids=["old", "new"]
)
def test_all_fields(sources: Sources, expected: dict[str, object]) -> None:
    derived = pyo3_fields.derive(sources)
    assert derived.fields == expected
    assert not derived.missing


def test_no_source_at_all() -> None:
    derived = pyo3_fields.derive(Sources({name: pyo3_excerpts.package(name) for name in pyo3_source.CRATES}, {}))
    assert set(derived.fields) | set(derived.missing) == set(pyo3_fields.FIELDS)
    assert derived.missing["msrv"] == "pyo3/Cargo.toml, rust-version: `rust-version` is not there"
    assert derived.missing["abi3_min"] == "pyo3/Cargo.toml, features: features `abi3-py3*` is not there"
    assert derived.missing["graalpy_min"].endswith("from_interpreter: pyo3-build-config/src/impl_.rs is not there")


@pytest.mark.parametrize(
    ("file", "text", "replacement", "missing"),
    [
        ("pyo3-ffi/build.rs", "SUPPORTED_VERSIONS", "OTHER", {"python"}),
        ("pyo3-ffi/build.rs", "PY_3_23;", "next();", {"free_threaded_min"}),
        ("pyo3-ffi/build.rs", "matches!", "contains!", {"raw_dylib_names"}),
        ("pyo3-build-config/src/impl_.rs", "write_line!", "line!", {"config_keys", "generation"}),
        ("pyo3-build-config/src/impl_.rs", "target_abi", "abi", {"generation"}),
        ("pyo3-build-config/src/impl_.rs", "impl FromStr", "impl Parse", {"implementations", "python"}),
        ("pyo3-build-config/src/impl_.rs", "_ABI3T", "_T", {"abi3t_min"}),
        ("pyo3-build-config/src/lib.rs", "print_feature_cfg(", "feature(", {"feature_cfgs"}),
        ("pyo3-build-config/src/lib.rs", "_MAX_MINOR + 1", "_MAX_MINOR", {"checked_cfgs_max"}),
    ],
)
def test_what_reads_otherwise_is_reported(file: str, text: str, replacement: str, missing: set[str]) -> None:
    sources = pyo3_excerpts.new()
    assert text in sources.text(file)
    changed = Sources(sources.packages, {**sources.texts, file: sources.text(file).replace(text, replacement)})
    assert set(pyo3_fields.derive(changed).missing) == missing


def test_no_free_threaded_build() -> None:
    sources = pyo3_excerpts.old()
    texts = {name: text.replace("cfg(Py_GIL_DISABLED)", "cfg(PyPy)") for name, text in sources.texts.items()}
    assert pyo3_fields.derive(Sources(sources.packages, texts)).fields["free_threaded_min"] is None


def test_no_rpath() -> None:
    sources = pyo3_excerpts.old()
    texts = {**sources.texts, "pyo3/build.rs": "fn main() {}"}
    assert pyo3_fields.derive(Sources(sources.packages, texts)).fields["rpath"] is None


def test_every_derived_field_is_in_the_schema() -> None:
    schema = json.loads(Path("tools/common/schemas/pyo3_version.schema.json").read_text(encoding="utf-8"))
    assert {*pyo3_fields.FIELDS, "schema", "version"} <= set(schema["properties"]) == set(schema["required"])


def test_changed_functions() -> None:
    file = "pyo3/build.rs"
    old = Sources({}, {file: "fn kept() { 1 }\nfn changed() { 1 }\nfn gone() {}", "pyo3-ffi/build.rs": "fn main() {}"})
    new = Sources({}, {file: "fn changed() { 2 }\nfn kept() {\n    1\n}\nfn added() {}"})
    assert pyo3_source.changed_functions(old, new) == [
        "pyo3-ffi/build.rs, main: gone",
        "pyo3/build.rs, added: new",
        "pyo3/build.rs, changed: changed",
        "pyo3/build.rs, gone: gone",
    ]
