"""PyO3's variables as one value."""

from __future__ import annotations

import dataclasses

import pyo3_settings
import pyo3_versions
import pytest
from configs import NEW, OLD, VERSIONS
from pyo3_common import ToolError
from pyo3_settings import VARIABLES, Settings


def notices(version: str, **environment: str) -> tuple[str, ...]:
    return pyo3_settings.notices(Settings.from_environment(environment), pyo3_versions.pyo3_version(version))


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_has_its_field(name: str) -> None:
    settings = Settings.from_environment({name: "value", "UNRELATED": "x"})
    assert settings.to_environment() == {name: "value"}
    assert list(dataclasses.asdict(settings).values()).count("value") == 1
    assert pyo3_settings.parse([f"{name}=old", f"{name}=value"]) == settings


@pytest.mark.parametrize("version", VERSIONS)
def test_r66_every_variable_that_pyo3_reads_is_known(version: str) -> None:
    assert set(pyo3_versions.pyo3_version(version).variables) <= set(VARIABLES)


@pytest.mark.parametrize("assignment", ["PYO3_PYTHON", "PYO3_PYTHONS=x", "=x"])
def test_setting_that_is_none(assignment: str) -> None:
    with pytest.raises(ToolError, match=f"the setting is '{assignment}', expected NAME=VALUE with a name among CONDA_"):
        pyo3_settings.parse([assignment])


def test_set_to_nothing_is_set() -> None:
    settings = Settings.from_environment({"PYO3_NO_PYTHON": "", "PYO3_CROSS": ""})
    assert settings.no_python == ""
    assert settings.asks_for_cross


def test_extension_module_by_feature_or_variable() -> None:
    by_variable = Settings.from_environment({"PYO3_BUILD_EXTENSION_MODULE": "0"})
    for version in VERSIONS:
        pyo3 = pyo3_versions.pyo3_version(version)
        assert by_variable.extension_module([], pyo3) == (version >= "0.26")
        assert Settings().extension_module(["extension-module"], pyo3)
        assert not Settings().extension_module(["abi3"], pyo3)


def test_forward_compatibility() -> None:
    old = Settings.from_environment({"PYO3_USE_ABI3_FORWARD_COMPATIBILITY": "1"})
    new = Settings.from_environment({"PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY": "1"})
    accepted = [(each.forward_compatible(pyo3_versions.pyo3_version(OLD))) for each in (old, new)]
    assert accepted == [True, False]
    assert all(each.forward_compatible(pyo3_versions.pyo3_version(NEW)) for each in (old, new))
    assert not Settings(use_abi3_forward_compatibility="true").forward_compatible(pyo3_versions.pyo3_version(NEW))


@pytest.mark.parametrize(("value", "expected"), [(None, None), ("1", True), ("0", False), ("", False)])
def test_raw_dylib(value: str | None, expected: bool | None) -> None:
    assert Settings(use_raw_dylib=value).raw_dylib is expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, False), ("1", True), (" True ", True), ("0", False), ("", False)]
)
def test_no_std(value: str | None, expected: bool) -> None:
    assert Settings(wip_no_std=value).no_std is expected


@pytest.mark.parametrize(
    ("version", "environment", "notice"),
    [
        (NEW, {"PYTHON_SYS_EXECUTABLE": "x"}, "PYTHON_SYS_EXECUTABLE is the old name of PYO3_PYTHON, which wins"),
        (NEW, {"PYO3_CROSS_INCLUDE_DIR": "x"}, "PYO3_CROSS_INCLUDE_DIR is without effect"),
        (NEW, {"PYO3_MINGW_DLLTOOL": "x"}, "PYO3_MINGW_DLLTOOL is for the import library"),
        (NEW, {"ZIG_COMMAND": "x"}, "ZIG_COMMAND is for the import library"),
        (NEW, {"VIRTUAL_ENV": "x", "CONDA_PREFIX": "y"}, "VIRTUAL_ENV and CONDA_PREFIX are both set"),
        (NEW, {"PYO3_USE_ABI3_FORWARD_COMPATIBILITY": "1"}, "is the old name in PyO3 0.30.1: set PYO3_USE_STABLE_ABI_"),
        (
            OLD,
            {"PYO3_USE_RAW_DYLIB": "1", "PYO3_WIP_NO_STD": "1"},
            "PyO3 0.28.3 does not read PYO3_USE_RAW_DYLIB, PYO3",
        ),
        ("0.25.1", {"PYO3_BUILD_EXTENSION_MODULE": "1"}, "PyO3 0.25.1 does not read PYO3_BUILD_EXTENSION_MODULE"),
    ],
)
def test_notices(version: str, environment: dict[str, str], notice: str) -> None:
    (found,) = notices(version, **environment)
    assert notice in found


def test_no_notice_without_reason() -> None:
    assert notices(NEW, PYO3_PYTHON="x", PATH="/bin", PYO3_CROSS="1", PYO3_USE_RAW_DYLIB="1") == ()
