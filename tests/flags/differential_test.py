"""The comparison itself: it must see every kind of difference."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

import differential
import pyo3_config_file
import pyo3_versions
import pytest
from pyo3_build_scripts import CrateOutputs
from pyo3_testing import TESTS

CONFIG = pyo3_config_file.read(
    (TESTS / "config" / "snapshots" / "cpython-3.14d-linux-x86_64.config.txt").read_text(encoding="utf-8"),
    pyo3_versions.pyo3_version("0.30.1"),
)
OUTPUTS = CrateOutputs(("a", 'b="c"'), ("cfg(a)",), (("K", "V"),), ("-lx",))
# As Cargo 1.95 writes them, shortened.
MESSAGES: list[dict[str, Any]] = [
    {
        "reason": "build-script-executed",
        "package_id": "registry+https://example.org/index#pyo3-ffi@0.30.1",
        "linked_libs": ["x"],
        "linked_paths": [],
        "cfgs": ['b="c"', "a"],
        "env": [["K", "V"]],
        "out_dir": "out",
    },
    {
        "reason": "build-script-executed",
        "package_id": "registry+https://example.org/index#target-lexicon@0.13.5",
        "linked_libs": [],
        "linked_paths": [],
        "cfgs": [],
        "env": [],
        "out_dir": "out",
    },
    {
        "reason": "compiler-artifact",
        "package_id": "registry+https://example.org/index#pyo3-ffi@0.30.1",
        "features": ["default"],
    },
    {"reason": "build-finished", "success": True},
]


def real_script() -> differential.BuildScript:
    text = "\n".join(json.dumps(message) for message in MESSAGES)
    config = (
        pyo3_config_file.write(CONFIG, pyo3_versions.pyo3_version("0.30.1"))
        .replace("Py_DEBUG,Py_REF_DEBUG", "Py_REF_DEBUG,Py_DEBUG")
        .replace("pointer_width", "lib_dir=/lib\nexecutable=/python\npointer_width")
    )
    printed = f"cargo:rustc-check-cfg=cfg(a)\ncargo:PYO3_CONFIG={config.encode('utf-8').hex()}\nother\n"
    (script,) = differential.read_messages(text, {"out": printed})
    return script


def test_reads_what_cargo_says() -> None:
    script = real_script()
    assert (script.crate, script.version, script.features) == ("pyo3-ffi", "0.30.1", ("default",))
    assert script.check_cfgs == ("cfg(a)",)


def test_agreement() -> None:
    assert differential.differences(real_script(), OUTPUTS, CONFIG) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"cfgs": ("a",)}, "cfgs: only real ['b=\"c\"'], only computed []"),
        ({"cfgs": ("a", 'b="c"', "d")}, "cfgs: only real [], only computed ['d']"),
        ({"check_cfgs": ()}, "check-cfgs: only real ['cfg(a)'], only computed []"),
        ({"env": ()}, "env: only real [('K', 'V')], only computed []"),
        ({"link_args": ("-ly",)}, "link arguments: only real ['-lx'], only computed ['-ly']"),
    ],
)
def test_difference_in_outputs(changed: dict[str, Any], found: str) -> None:
    computed = dataclasses.replace(OUTPUTS, **changed)
    assert differential.differences(real_script(), computed, CONFIG) == [f"pyo3-ffi 0.30.1: {found}"]


@pytest.mark.parametrize("changed", [{"lib_name": "python3"}, {"shared": False}, {"build_flags": frozenset()}])
def test_difference_in_the_configuration(changed: dict[str, Any]) -> None:
    found = differential.differences(real_script(), OUTPUTS, dataclasses.replace(CONFIG, **changed))
    assert len(found) == 1
    assert found[0].startswith("pyo3-ffi 0.30.1: config: real ['implementation=CPython'")


def test_project_pins_the_locked_pyo3(tmp_path: pathlib.Path) -> None:
    lock = tmp_path / "locked"
    lock.write_text('[[package]]\nname = "pyo3"\nversion = "0.30.1"\n', encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    assert differential.write_project(folder, "vendor", str(lock), ["abi3,abi3t"]) == "0.30.1"
    assert 'pyo3 = "=0.30.1"' in (folder / "Cargo.toml").read_text(encoding="utf-8")
    assert 'abi3t = ["pyo3/abi3t"]' in (folder / "Cargo.toml").read_text(encoding="utf-8")
    assert (folder / "Cargo.lock").read_text(encoding="utf-8") == lock.read_text(encoding="utf-8")
