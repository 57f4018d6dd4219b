"""The comparison itself: it must see every kind of difference."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from diff_outputs import ScriptOutputs, comparable_config, differences, read_outputs

CONFIG = "version=3.12\nbuild_flags=Py_REF_DEBUG,Py_DEBUG\n"
LINES = (
    "cargo:rerun-if-env-changed=PYO3_PYTHON",
    "cargo:rustc-check-cfg=cfg(b)",
    "cargo:rustc-cfg=b",
    'cargo::rustc-cfg=a="1"',
    "cargo:rustc-cfg=b",
    "cargo:rustc-link-arg=-z",
    "cargo:rustc-link-lib=static=python3.12",
    "cargo:rustc-link-lib=m",
    "cargo:rustc-link-search=native=/lib",
    "cargo:rustc-env=A=b=c",
    "cargo:warning=careful",
    f"cargo:PYO3_CONFIG={CONFIG.encode('utf-8').hex()}",
    "cargo:OTHER=1",
    "",
    "not for Cargo",
)


def test_reads_what_a_script_prints() -> None:
    assert read_outputs(LINES) == ScriptOutputs(
        cfgs=('a="1"', "b"),
        check_cfgs=("cfg(b)",),
        env=("A=b=c",),
        link_lines=(
            "rustc-link-arg=-z",
            "rustc-link-lib=static=python3.12",
            "rustc-link-lib=m",
            "rustc-link-search=native=/lib",
        ),
        config="version=3.12\nbuild_flags=Py_DEBUG,Py_REF_DEBUG\n",
        metadata=("OTHER=1",),
        other=("not for Cargo",),
    )


def test_order_of_build_flags_does_not_count() -> None:
    assert comparable_config("build_flags=b,a\nlib_name=b,a\n") == "build_flags=a,b\nlib_name=b,a\n"


def test_agreement() -> None:
    assert differences(read_outputs(LINES), read_outputs([*LINES, "cargo:warning=again"])) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"cfgs": ("b",)}, "cfgs: only real ['a=\"1\"'], only computed []"),
        ({"check_cfgs": ()}, "check-cfgs: only real ['cfg(b)'], only computed []"),
        ({"env": ("A=b",)}, "env: only real ['A=b=c'], only computed ['A=b']"),
        ({"metadata": ("OTHER=1", "THIRD=3")}, "metadata: only real [], only computed ['THIRD=3']"),
        ({"other": ()}, "other lines: only real ['not for Cargo'], only computed []"),
        ({"config": "version=3.12\n"}, "config: only real ['build_flags=Py_DEBUG,Py_REF_DEBUG'], only computed []"),
        ({"config": None}, "config: only real ['build_flags=Py_DEBUG,Py_REF_DEBUG', 'version=3.12'], only computed []"),
    ],
)
def test_difference(changed: dict[str, Any], found: str) -> None:
    real = read_outputs(LINES)
    assert differences(real, dataclasses.replace(real, **changed)) == [found]


def test_order_of_libraries_counts() -> None:
    one = read_outputs(["cargo:rustc-link-lib=a", "cargo:rustc-link-lib=b"])
    other = read_outputs(["cargo:rustc-link-lib=b", "cargo:rustc-link-lib=a"])
    (found,) = differences(one, other)
    assert found.startswith("link lines: order: real ['rustc-link-lib=a', ")
