"""The stable ABI: which floor, and what there is without an interpreter; test_rN names requirement N."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_config_file
import pyo3_versions
import pytest
from configs import NEW, OLD, VERSIONS, WINDOWS, Interpreters, asked, other_version, resolve
from pyo3_common import ToolError
from pyo3_facts import Facts, TooOldError
from pyo3_resolve import Origin
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib


@pytest.mark.parametrize("version", VERSIONS)
def test_r49_lowest_floor_wins(version: str) -> None:
    resolved = resolve(version, "abi3-py312", "abi3-py310", "abi3", facts=facts("cpython-3.13-linux-x86_64"))
    assert resolved.config.target_abi.version == (3, 10)
    key = "abi3" if version <= OLD else "target_abi"
    assert resolved.origins[key] == Origin("feature", "the feature abi3-py310")
    assert resolved.config.version == (3, 13)


@pytest.mark.parametrize("version", VERSIONS)
def test_r49_floor_above_the_interpreter(version: str) -> None:
    with pytest.raises(ToolError, match=r"abi3-py312 asks for Python 3\.12 or newer, the interpreter is 3\.11: lower"):
        resolve(version, "abi3-py312", facts=other_version(11))


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_no_python(version: str) -> None:
    resolved = resolve(version, "abi3-py39", environment={"PYO3_NO_PYTHON": "1"}, facts=facts())
    config = resolved.config
    assert (config.version, config.target_abi.kind, config.lib_name, resolved.source) == (
        (3, 9),
        "abi3",
        None,
        "default",
    )
    windows = resolve(version, "abi3-py39", environment={"PYO3_NO_PYTHON": "1"}, target=WINDOWS, host=WINDOWS)
    assert windows.config.lib_name == "python3"


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_no_python_needs_a_floor(version: str) -> None:
    with pytest.raises(ToolError, match="no feature says the oldest Python: enable one of abi3-py"):
        resolve(version, "abi3", environment={"PYO3_NO_PYTHON": "1"})


@pytest.mark.parametrize("version", VERSIONS)
def test_r51_broken_or_old_interpreter_is_a_warning(tmp_path: pathlib.Path, version: str) -> None:
    interpreters = Interpreters(tmp_path)
    broken = interpreters.add("broken", "?")
    old = interpreters.add("old", "Python 3.8.0", other_version(8))
    for path in (broken, old):
        resolved = asked(interpreters, version, "abi3-py39", PYO3_PYTHON=path)
        assert (resolved.config.version, resolved.source) == ((3, 9), "default")
        assert any("configured without a working Python interpreter: " in notice for notice in resolved.notices)
    with pytest.raises(ToolError, match="is broken"):
        resolve(version, ask=interpreters.ask, environment={"PYO3_PYTHON": broken}, program=True)


def test_interpreter_that_is_too_old_is_no_missing_one() -> None:
    def ask(path: str) -> Facts:
        raise TooOldError(f"{path} is of Python 2.7")

    with pytest.raises(ToolError, match=r"/python is of Python 2\.7"):
        resolve(NEW, "abi3-py39", ask=ask, environment={"PYO3_PYTHON": "/python"})


def test_r51_abi3t_without_an_interpreter() -> None:
    config = resolve(NEW, "abi3t-py315", environment={"PYO3_NO_PYTHON": "1"}).config
    assert str(config.target_abi) == "CPython-abi3t-3.15"


def test_floor_of_a_feature_that_does_not_exist() -> None:
    with pytest.raises(ToolError, match=r"PyO3 0\.28\.3 has no feature 'abi3t', expected one of abi3, abi3-py310"):
        resolve(OLD, "abi3t", facts=facts())


@pytest.mark.parametrize("version", VERSIONS)
def test_abi3_of_a_free_threaded_python(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    config = resolve(version, "abi3-py310", facts=other_version(14, "t")).config
    if version == "0.22.6":
        assert config.target_abi.kind == "abi3"
    else:
        assert (config.target_abi.kind, config.target_abi.version) == ("free_threaded", (3, 14))
    if version <= OLD:
        assert "abi3=true" in pyo3_config_file.write(config, pyo3)


def test_bare_abi3_of_a_python_that_is_too_new() -> None:
    made = {each: resolve(each, "abi3", facts=other_version(17)).config.target_abi.version for each in VERSIONS}
    newest = {"0.26.0": (3, 14), "0.27.2": (3, 14), "0.28.3": (3, 14), "0.29.3": (3, 15), "0.30.1": (3, 15)}
    assert made == {each: newest.get(each, (3, 17)) for each in VERSIONS}


def test_forward_compatibility_was_abi3_before_29() -> None:
    environment = {"PYO3_USE_ABI3_FORWARD_COMPATIBILITY": "1"}
    assert resolve(OLD, facts=other_version(17), environment=environment).config.abi3
    assert not resolve(NEW, facts=other_version(17), environment=environment).config.abi3
