"""Tests of what `pyo3_config` says about a configuration, without the command line."""

from __future__ import annotations

from typing import Any

import pyo3_abi
import pyo3_explain
import pyo3_versions
import pytest
from configs import LINUX
from pyo3_explain import Effect, Subject
from pyo3_interpreter_config import InterpreterConfig
from pyo3_outputs import CrateOutputs
from pyo3_resolve import Origin, Resolved

NEW = pyo3_versions.pyo3_version("0.30.1")
OLD = pyo3_versions.pyo3_version("0.22.6")


def config(kind: str = pyo3_abi.GIL_ENABLED, minor: int = 13, **changed: Any) -> InterpreterConfig:
    values: dict[str, Any] = {
        "implementation": "CPython",
        "version": (3, 13),
        "shared": True,
        "target_abi": pyo3_abi.PythonAbi("CPython", kind, (3, minor), False),
        "lib_name": "python3.13",
        "pointer_width": 64,
        "build_flags": frozenset(),
        **changed,
    }
    return InterpreterConfig(**values)


def subject(of: InterpreterConfig, *effects: Effect, pyo3: pyo3_versions.PyO3Version = NEW) -> Subject:
    origins = {"version": Origin("interpreter", "/opt/python3"), "shared": Origin("attribute", "--set")}
    return Subject(pyo3, ("macros", "abi3"), LINUX, Resolved(of, origins, ("be careful",), "interpreter"), effects)


def test_req_7_fields_in_the_order_of_pyo3() -> None:
    everything = config(
        lib_dir="/opt/lib",
        executable="/opt/python3",
        build_flags=frozenset(("Py_DEBUG", "Py_REF_DEBUG")),
        suppress_build_script_link_lines=True,
        extra_build_script_lines=("cargo:a=b,c", "cargo:d"),
    )
    values = pyo3_explain.values(everything, NEW)
    assert list(values) == [key for key in NEW.config_keys if key in values]
    assert values["build_flags"] == ["Py_DEBUG", "Py_REF_DEBUG"]
    assert values["extra_build_script_line"] == ["cargo:a=b,c", "cargo:d"]
    assert (values["shared"], values["pointer_width"], values["lib_dir"]) == (True, 64, "/opt/lib")
    assert values["target_abi"] == "CPython-gil_enabled-3.13"
    old = pyo3_explain.values(config(pyo3_abi.ABI3, 9), OLD)
    assert (old["abi3"], old["version"]) == (True, "3.9")
    assert "target_abi" not in old


@pytest.mark.parametrize(
    ("kind", "text", "new", "old"),
    [
        ("cfg", "Py_3_9", ("target_abi",), ("version",)),
        ("cfg", "Py_LIMITED_API", ("target_abi",), ("abi3",)),
        ("cfg", "PyPy", ("implementation",), ("implementation",)),
        ("cfg", 'py_sys_config="Py_DEBUG"', ("build_flags",), ("build_flags",)),
        ("cfg", "Py_GIL_DISABLED", ("build_flags",), ("build_flags",)),
        ("cfg", 'pyo3_dll="python313"', ("lib_name",), ("lib_name",)),
        ("cfg", "rustc_has_once_lock", (), ()),
        ("check-cfg", "cfg(Py_3_9)", (), ()),
        ("link", "-lpython3.13", ("lib_name", "shared"), ("lib_name", "shared")),
        ("link", "-Wl,-rpath,/opt/lib", ("lib_dir",), ("lib_dir",)),
        ("link", "-undefined", (), ()),
        ("link search", "native=/opt/lib", ("lib_dir",), ("lib_dir",)),
        ("extra line", "cargo:a", ("extra_build_script_line",), ("extra_build_script_line",)),
        ("file name", "my_ext.so", ("implementation", "version", "build_flags"), None),
    ],
)
def test_causes(kind: str, text: str, new: tuple[str, ...], old: tuple[str, ...] | None) -> None:
    full = config(lib_dir="/opt/lib", extra_build_script_lines=("cargo:a",))
    for pyo3, keys in ((NEW, new), (OLD, new if old is None else old)):
        assert pyo3_explain.causes(Effect(kind, "pyo3-ffi", text), pyo3_explain.values(full, pyo3)) == keys


def test_every_output_is_shown() -> None:
    outputs = CrateOutputs(
        cfgs=("a",),
        check_cfgs=("cfg(a)",),
        env=(("NAME", "value"),),
        link_args=("-lb",),
        link_search=("native=/c",),
        cdylib_link_args=("-undefined",),
        extra_lines=("cargo:d",),
    )
    effects = pyo3_explain.crate_effects("pyo3", outputs)
    texts = ["a", "cfg(a)", "NAME=value", "-lb", "-undefined", "native=/c", "cargo:d"]
    assert [effect.text for effect in effects] == texts
    assert {effect.kind for effect in effects} <= set(pyo3_explain.KINDS)


def test_explained() -> None:
    effects = (
        Effect("cfg", "pyo3-ffi", "Py_3_13"),
        Effect("cfg", "pyo3", "newest"),
        Effect("check-cfg", "pyo3", "cfg(x)"),
    )
    description = pyo3_explain.explained(subject(config(), *effects))
    assert (description["command"], description["source"], description["notices"]) == (
        "explain",
        "interpreter",
        ["be careful"],
    )
    rows = {row["key"]: row for row in description["values"]}
    assert list(rows) == list(description["config"])
    assert rows["version"]["origin"] == {"source": "interpreter", "detail": "/opt/python3"}
    assert rows["pointer_width"]["origin"] == {"source": "default", "detail": ""}
    assert rows["target_abi"]["causes"] == [{"crate": "pyo3-ffi", "kind": "cfg", "text": "Py_3_13"}]
    text = pyo3_explain.text(description)
    assert text.startswith(
        f"PyO3 0.30.1 for {LINUX}, features: abi3, macros\n\nimplementation=CPython\n  from  default\n"
    )
    assert "\ntarget_abi=CPython-gil_enabled-3.13\n  from  default\n  gives cfg Py_3_13 (pyo3-ffi)\n" in text
    assert text.endswith("\nof the PyO3 version, the compiler and the target:\n  gives cfg newest (pyo3)\n")


def test_compared() -> None:
    left = pyo3_explain.explained(subject(config(), Effect("cfg", "", "Py_3_13"), Effect("cfg", "", "same")))
    right = pyo3_explain.explained(
        subject(config(lib_name=None, shared=False), Effect("cfg", "", "same"), Effect("link", "x", "-l"))
    )
    assert pyo3_explain.text(pyo3_explain.compared(left, left)) == "no differences\n"
    assert pyo3_explain.text(pyo3_explain.compared(left, right)) == (
        "shared: true -> false\nlib_name: python3.13 -> (not set)\n- cfg Py_3_13 (the extension)\n+ link -l (x)\n"
    )


def test_checked() -> None:
    good, bad = pyo3_explain.checked("python3", [], 7), pyo3_explain.checked("python3", ["shared: wrong"], 7)
    assert pyo3_explain.text(good) == "python3: all 7 declared facts hold\n"
    assert pyo3_explain.text(bad) == "python3 is not what is declared:\n  shared: wrong\n"
