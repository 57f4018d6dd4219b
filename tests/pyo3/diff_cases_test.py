"""The cases: complete where it matters, unique, and the same each time."""

from __future__ import annotations

from collections import Counter

import pytest
from diff_case import Case
from diff_cases import EXTENSION_VARIABLE, RUSTCS, abi_features, all_cases, sample
from diff_interpreters import HOST, Interpreter, Sysconfigdata
from diff_material import Material

NAMES = ("cpython-3.12.1-linux-x86_64", "cpython-3.10.13-linux-x86_64", "by-hand-linux-3.17")
AVAILABLE = ("abi3", "abi3-py310", "abi3-py39", "abi3t", "auto-initialize", "extension-module", "macros")


@pytest.fixture
def material() -> Material:
    interpreters = [Interpreter(name, f"/{name}/bin/python", HOST) for name in NAMES]
    windows = Interpreter("cpython-3.13.2-windows-amd64", "/windows/bin/python", "x86_64-pc-windows-msvc")
    return Material(
        interpreters=[*interpreters, windows],
        sysconfigdata=[Sysconfigdata("macos", "/macos/lib", "aarch64-apple-darwin", "3.14")],
        config_files={"plain": "/plain.txt"},
        search_paths={"python3": "/python3"},
        odd_lib_dirs={"empty": "/empty"},
    )


def test_abi_features_and_what_they_can_be_combined_to() -> None:
    assert abi_features(AVAILABLE) == [
        (),
        ("abi3",),
        ("abi3-py310",),
        ("abi3-py39",),
        ("abi3t",),
        ("abi3", "abi3t"),
        ("abi3-py310", "abi3t"),
    ]


def test_names_are_unique_and_every_kind_is_there(material: Material) -> None:
    cases = all_cases("0.30.1", AVAILABLE, (EXTENSION_VARIABLE,), material)
    assert max(Counter((case.kind, case.name) for case in cases).values()) == 1
    assert {case.kind for case in cases} == {
        "config_file", "cross", "interpreter", "lib_dir", "no_python", "search", "switch", "sysconfigdata"
    }  # fmt: skip
    assert {case.version for case in cases} == {"0.30.1"}
    assert {case.rustc for case in cases} == set(RUSTCS)


@pytest.mark.parametrize(
    ("available", "variables", "modes"),
    [
        (AVAILABLE, (EXTENSION_VARIABLE,), {"program", "feature", "variable"}),
        (AVAILABLE, (), {"program", "feature"}),
        (("abi3",), (EXTENSION_VARIABLE,), {"program", "variable"}),
    ],
)
def test_extension_modules_are_asked_for_as_the_version_allows(
    material: Material, available: tuple[str, ...], variables: tuple[str, ...], modes: set[str]
) -> None:
    cases = all_cases("0.30.1", available, variables, material)
    found = {case.name.split()[2] for case in cases if case.kind == "interpreter"}
    assert found == modes


def test_an_interpreter_is_configured_for_its_own_platform(material: Material) -> None:
    cases = all_cases("0.30.1", AVAILABLE, (), material)
    windows = [case for case in cases if case.kind == "interpreter" and "windows" in case.name]
    assert {(case.host, case.target) for case in windows} == {("x86_64-pc-windows-msvc",) * 2}
    assert {dict(case.environment)["PYO3_PYTHON"] for case in windows} == {"/windows/bin/python"}


def test_a_sample_is_the_same_each_time_and_has_every_kind() -> None:
    cases = [Case("0.30.1", "a", str(number)) for number in range(1000)] + [Case("0.30.1", "b", "only")]
    chosen = sample(cases, 10)
    assert chosen == sample(cases, 10)
    assert 50 < len(chosen) < 200
    assert {case.kind for case in chosen} == {"a", "b"}
