"""Running scripts as Cargo does, with shell scripts in their place."""

from __future__ import annotations

import pathlib

import pytest
from diff_case import Case
from diff_outputs import ScriptOutputs
from diff_programs import Programs
from diff_run import Result, Surroundings, make_surroundings, run_case

TARGET = "aarch64-apple-darwin"
FEATURES: dict[str, dict[str, tuple[str, ...]]] = {
    "pyo3": {"abi3-py39": ("pyo3-ffi/abi3-py39",)},
    "pyo3-ffi": {"abi3-py39": ()},
    "pyo3-macros-backend": {},
}
HEX = b"version=3.12\n".hex()


@pytest.fixture
def surroundings(tmp_path: pathlib.Path) -> Surroundings:
    folder = tmp_path / "work"
    folder.mkdir()
    rustc = tmp_path / "rustc"
    rustc.write_text(
        """#!/bin/sh
echo 'target_os="'$4'"'
echo 'target_family="unix"'
echo 'target_family="b"'
echo debug
"""
    )
    rustc.chmod(0o755)
    return make_surroundings(folder, str(rustc), (95,), (TARGET, "x86_64-unknown-linux-gnu"))


def programs(tmp_path: pathlib.Path, **scripts: str) -> Programs:
    paths = {}
    for name, script in scripts.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        paths[name.replace("_", "-")] = str(path)
    return Programs("0.30.1", paths, {}, FEATURES)


CASE = Case(
    "0.30.1", "cross", "n", ("abi3-py39",), target=TARGET, environment=(("PYO3_CROSS", "1"), ("PATH", "/some/path"))
)


def test_environment_is_the_one_of_cargo(tmp_path: pathlib.Path, surroundings: Surroundings) -> None:
    cargo = ("CARGO_CFG_TARGET_OS", "CARGO_CFG_TARGET_FAMILY", "CARGO_FEATURE_ABI3_PY39")
    names = ("HOST", "TARGET", *cargo, "PYO3_CROSS", "PATH")
    show = "; ".join(f"echo {name}=${name}" for name in (*names, "DEP_PYTHON_PYO3_CONFIG"))
    ran = run_case(
        CASE,
        programs(
            tmp_path,
            pyo3_ffi=f"{show}; $RUSTC --version; echo cargo:PYO3_CONFIG={HEX}",
            pyo3_macros_backend="echo $TARGET",
            pyo3="echo $DEP_PYTHON_PYO3_CONFIG",
        ),
        surroundings,
    )
    assert ran.refusal is None
    assert ran.outputs["pyo3-ffi"].other == (
        "HOST=x86_64-unknown-linux-gnu",
        f"TARGET={TARGET}",
        f"CARGO_CFG_TARGET_OS={TARGET}",
        "CARGO_CFG_TARGET_FAMILY=unix,b",
        "CARGO_FEATURE_ABI3_PY39=1",
        "PYO3_CROSS=1",
        "PATH=/some/path",
        "DEP_PYTHON_PYO3_CONFIG=",
        "rustc 1.95.0 (0123456789 2026-01-01)",
    )
    assert ran.outputs["pyo3-ffi"].config == "version=3.12\n"
    assert ran.outputs["pyo3-macros-backend"].other == ("x86_64-unknown-linux-gnu",)
    assert ran.outputs["pyo3"].other == (HEX,)
    assert sorted(path.name for path in surroundings.folder.iterdir()) == ["rustc-95"]


def test_the_first_failure_is_the_refusal(tmp_path: pathlib.Path, surroundings: Surroundings) -> None:
    ran = run_case(CASE, programs(tmp_path, pyo3_ffi="echo no >&2; exit 1", pyo3="exit 2"), surroundings)
    assert ran == Result({}, "pyo3-ffi: no")


def test_a_printed_configuration_is_an_answer(tmp_path: pathlib.Path, surroundings: Surroundings) -> None:
    marker = "-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --"
    script = f"printf '\\n{marker}\\nversion=3.12\\nshared=true\\n\\nnote: unset it\\n'; exit 101"
    ran = run_case(CASE, programs(tmp_path, pyo3_ffi=script), surroundings)
    assert ran == Result({"pyo3-ffi": ScriptOutputs(config="version=3.12\nshared=true\n")})
