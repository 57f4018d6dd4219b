"""The build scripts of PyO3's own crates, in every version."""

from __future__ import annotations

import json

import pyo3_facts
import pyo3_resolve
import pyo3_triple
import pytest
from flags_testing import LINUX, RUSTC, VERSIONS, extension_outputs, interpreter, outputs
from pyo3_build_scripts import CrateOutputs, RustcVersion, expansion_environment
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig
from pyo3_testing import TESTS, assert_golden
from pyo3_versions import PyO3Version, pyo3_version

READING_MACROS = [version for version in VERSIONS if pyo3_version(version).macros_read_config]


def _interpreters(pyo3: PyO3Version) -> dict[str, InterpreterConfig]:
    newest = pyo3.python["CPython"][1]
    found = {
        "CPython": interpreter(version=newest),
        "CPython, abi3": interpreter(kind="abi3", version=pyo3.abi3_min),
        "CPython, debug": interpreter(version=newest, build_flags=["Py_DEBUG", "Py_REF_DEBUG"]),
        "PyPy": interpreter("PyPy", version=pyo3.python["PyPy"][0]),
        "GraalPy": interpreter("GraalVM", version=pyo3.python["GraalVM"][0]),
    }
    free_threaded = "free_threaded" if pyo3.free_threaded_min else "gil_enabled"
    found["CPython, free-threaded"] = interpreter(kind=free_threaded, version=newest, build_flags=["Py_GIL_DISABLED"])
    if pyo3.abi3t_min:
        found["CPython, abi3t"] = interpreter(kind="abi3t", version=pyo3.abi3t_min, build_flags=["Py_GIL_DISABLED"])
        found["RustPython"] = interpreter("RustPython", "abi3t", pyo3.abi3t_min, build_flags=["Py_GIL_DISABLED"])
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_cfgs_of_every_version(version: str) -> None:
    pyo3 = pyo3_version(version)
    shown = {}
    if "pyo3-macros-backend" in pyo3.crates_with_build_script:
        shown["pyo3-macros-backend"] = outputs("pyo3-macros-backend", version)
    for name, config in _interpreters(pyo3).items():
        shown[f"pyo3-ffi for {name}"] = outputs("pyo3-ffi", version, config)
        shown[f"an extension for {name}"] = extension_outputs(version, config)
    text = "".join(f"{title}:\n  {' '.join(each.cfgs)}\n" for title, each in shown.items())
    registered = shown["pyo3-ffi for CPython"].check_cfgs
    text += "cfgs that pyo3-ffi registers:\n" + "".join(f"  {each}\n" for each in registered)
    assert_golden("flags", f"scripts-{version}.txt", text)


@pytest.mark.parametrize("version", VERSIONS)
def test_r01_one_probe_gives_cfgs_and_linker_arguments(version: str) -> None:
    recorded = TESTS / "probe" / "snapshots" / "cpython-3.13-linux-x86_64.facts.json"
    facts = pyo3_facts.parse_facts(json.loads(recorded.read_text(encoding="utf-8")), "recorded")
    linux = pyo3_triple.parse_triple(LINUX)
    request = pyo3_resolve.Request(pyo3_version(version), frozenset(), target=linux, host=linux, facts=facts)
    config = pyo3_resolve.resolve(request).config
    program = outputs("pyo3-ffi", version, config, extension_module=False)
    assert program.link_args == ("-lpython3.13",)
    assert "Py_3_13" in program.cfgs
    assert "Py_3_14" not in program.cfgs


@pytest.mark.parametrize("version", VERSIONS)
def test_r40_all_crates_follow_the_python(version: str) -> None:
    old, new = interpreter(version=(3, 11)), interpreter(version=(3, 12))
    for crate in ("pyo3", "pyo3-ffi"):
        assert set(outputs(crate, version, new).cfgs) - set(outputs(crate, version, old).cfgs) == {"Py_3_12"}
    follows = expansion_environment(version, old) != expansion_environment(version, new)
    assert follows == pyo3_version(version).macros_read_config


@pytest.mark.parametrize("version", VERSIONS)
def test_r52_limited_api_reaches_user_crates(version: str) -> None:
    limited = extension_outputs(version, interpreter(kind="abi3", version=(3, 10)))
    assert "Py_LIMITED_API" in limited.cfgs
    assert "cfg(Py_LIMITED_API)" in limited.check_cfgs
    assert "Py_LIMITED_API" not in extension_outputs(version, interpreter()).cfgs
    assert [cfg for cfg in limited.cfgs if cfg.startswith("Py_3_")][-1] == "Py_3_10"


@pytest.mark.parametrize("version", VERSIONS)
def test_extensions_know_every_cfg_that_they_get(version: str) -> None:
    unknown = set()
    for config in _interpreters(pyo3_version(version)).values():
        result = extension_outputs(version, config)
        values = next(each for each in result.check_cfgs if each.startswith("cfg(py_sys_config"))
        for cfg in result.cfgs:
            _, equals, value = cfg.partition("=")
            if not (value in values if equals else f"cfg({cfg})" in result.check_cfgs):
                unknown.add(cfg)
    # So does PyO3's own script.
    assert unknown == ({"Py_3_6", 'py_sys_config="Py_GIL_DISABLED"'} if version == "0.22.6" else set())


@pytest.mark.parametrize("version", VERSIONS)
def test_old_compilers_get_no_check_cfgs(version: str) -> None:
    minor = pyo3_version(version).check_cfg_rustc
    old = RustcVersion(max(minor - 1, 0), "stable", LINUX)
    checked = outputs("pyo3", version, interpreter(), rustc=old).check_cfgs
    assert bool(checked) == (minor == 0)
    assert outputs("pyo3", version, interpreter(), rustc=RustcVersion(minor, "stable", LINUX)).check_cfgs


@pytest.mark.parametrize("version", VERSIONS)
def test_feature_cfgs_start_with_their_compiler(version: str) -> None:
    for name, minor in pyo3_version(version).feature_cfgs.items():
        before, since = (
            outputs("pyo3-ffi", version, interpreter(), rustc=RustcVersion(number, "stable", LINUX)).cfgs
            for number in (minor - 1, minor)
        )
        assert name in since
        assert name not in before


def test_no_std() -> None:
    for crate in ("pyo3", "pyo3-macros-backend"):
        usual, no_std = (outputs(crate, "0.30.1", interpreter(), no_std=switch) for switch in (False, True))
        assert set(usual.cfgs) - set(no_std.cfgs) == {"wip_feature_std"}
        assert usual.check_cfgs == no_std.check_cfgs
    # Older versions do not have the switch.
    assert outputs("pyo3", "0.29.3", interpreter(), no_std=True) == outputs("pyo3", "0.29.3", interpreter())


@pytest.mark.parametrize("version", VERSIONS)
def test_auto_initialize_needs_a_shared_library(version: str) -> None:
    static = interpreter(shared=False)
    with pytest.raises(ToolError, match="auto-initialize is on, the Python interpreter has only a static library"):
        outputs("pyo3", version, static, features=["auto-initialize"])
    assert outputs("pyo3-ffi", version, static, features=["auto-initialize"])


@pytest.mark.parametrize("version", VERSIONS)
def test_pythons_without_cfgs(version: str) -> None:
    major, minor = pyo3_version(version).python_min
    for crate in ("pyo3", "pyo3-ffi"):
        with pytest.raises(
            ToolError, match=rf"is for Python 3\.{minor - 1}, PyO3 {version} has cfgs from 3\.{minor} on"
        ):
            outputs(crate, version, interpreter(version=(major, minor - 1)))


@pytest.mark.parametrize("version", VERSIONS)
def test_config_is_handed_to_build_scripts_of_dependents(version: str) -> None:
    crates = {crate for crate in ("pyo3", "pyo3-ffi") if outputs(crate, version, interpreter()).metadata}
    assert crates == set(pyo3_version(version).links)
    ((name, value),) = outputs("pyo3-ffi", version, interpreter()).metadata
    assert name == "PYO3_CONFIG"
    assert bytes.fromhex(value).startswith(b"implementation=CPython\nversion=3.12\n")


@pytest.mark.parametrize("version", [version for version in VERSIONS if "pyo3" in pyo3_version(version).links])
def test_config_of_pyo3_is_completed(version: str) -> None:
    config = interpreter(kind="abi3t", version=(3, 15))
    for crate, flags in (("pyo3-ffi", b""), ("pyo3", b"Py_GIL_DISABLED")):
        ((_, value),) = outputs(crate, version, config).metadata
        assert b"\nbuild_flags=" + flags + b"\n" in bytes.fromhex(value)


@pytest.mark.parametrize("version", READING_MACROS)
def test_macros_find_the_config(version: str) -> None:
    ((name, value),) = expansion_environment(version, interpreter(kind="abi3", version=(3, 9)))
    assert name == "DEP_PYTHON_PYO3_CONFIG"
    assert b"\nabi3=true\n" in bytes.fromhex(value)
    made = dict(outputs("pyo3-build-config", version, interpreter(), features=["resolve-config"]).out_files)
    assert sorted(made) == ["pyo3-build-config-file.txt", "pyo3-build-config.txt"]
    assert "\nlib_name=python3.12\n" in made["pyo3-build-config-file.txt"]
    assert made["pyo3-build-config.txt"] == ""


@pytest.mark.parametrize(
    ("features", "lines"),
    [
        ([], ["version=3.14", "abi3=false"]),
        (["abi3"], ["version=3.14", "abi3=true"]),
        (["abi3", "abi3-py311", "abi3-py39"], ["version=3.9", "abi3=true"]),
    ],
)
def test_macros_without_a_python(features: list[str], lines: list[str]) -> None:
    made = outputs("pyo3-build-config", "0.28.3", features=["resolve-config", *features])
    text = dict(made.out_files)["pyo3-build-config-file.txt"]
    assert set(lines) < set(text.splitlines())


def test_macros_that_need_no_config() -> None:
    assert expansion_environment("0.30.1", interpreter()) == ()
    assert outputs("pyo3-build-config", "0.28.3", interpreter()) == CrateOutputs()
    with pytest.raises(ToolError, match=r"pyo3-build-config 0\.30\.1 has no build script, expected one of pyo3, "):
        outputs("pyo3-build-config", "0.30.1", interpreter())
    with pytest.raises(ToolError, match=r"pyo3-macros-backend 0\.29\.3 has no build script"):
        outputs("pyo3-macros-backend", "0.29.3", rustc=RUSTC)
