"""What is compared: which environment is given to the build scripts of which PyO3 version."""

from __future__ import annotations

import dataclasses
import zlib
from typing import TYPE_CHECKING

import diff_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from diff_case import Case, Mode
    from diff_material import Material

EXTENSION_VARIABLE = "PYO3_BUILD_EXTENSION_MODULE"
# Compilers on both sides of each number that a build script of the range compares with.
RUSTCS = (63, 74, 77, 79, 80, 83, 85, 86, 90, 94, 95, 97)


def abi_features(available: Collection[str]) -> list[tuple[str, ...]]:
    """Give the combinations of abi3 and abi3t features that PyO3 distinguishes."""
    single = sorted(each for each in available if each.startswith(("abi3", "abi3t")))
    several = [
        ("abi3", "abi3t"),
        ("abi3-py310", "abi3t-py315"),
        ("abi3-py310", "abi3t"),
        ("abi3", "abi3t-py315"),
        ("abi3-py311", "abi3-py39"),
    ]
    return [(), *((each,) for each in single), *(each for each in several if set(each) <= set(single))]


def _modes(variable: bool) -> list[Mode]:
    """Give the ways to build a program, and to say that an extension module is built."""
    modes: list[Mode] = [
        ("program", (), ()),
        ("feature", ("extension-module",), ()),
    ]
    return [*modes, ("variable", (), ((EXTENSION_VARIABLE, "1"),))] if variable else modes


def all_cases(version: str, available: Collection[str], variables: Collection[str], material: Material) -> list[Case]:
    """Make the cases of a PyO3 version.

    Args:
        version: of PyO3.
        available: features of the crate pyo3.
        variables: the variables that this version reads.
        material: what there is.
    """
    combinations = abi_features(available)
    modes = _modes(EXTENSION_VARIABLE in variables)
    if "extension-module" not in available:
        modes = [each for each in modes if each[0] != "feature"]
    cases: dict[str, Case] = {}
    for number, draft in enumerate(diff_kinds.all_drafts(combinations, modes, material)):
        rustc = RUSTCS[number % len(RUSTCS)]
        case = dataclasses.replace(draft, version=version, name=f"{draft.name} rustc 1.{rustc}", rustc=rustc)
        cases.setdefault(f"{case.kind} {case.name}", case)
    return list(cases.values())


def sample(cases: Iterable[Case], every: int) -> list[Case]:
    """Choose about one of `every` cases, the same ones each time, and at least one of each kind."""
    chosen = []
    kinds = set()
    for case in cases:
        if zlib.crc32(f"{case.version} {case.kind} {case.name}".encode()) % every == 0 or case.kind not in kinds:
            kinds.add(case.kind)
            chosen.append(case)
    return chosen
