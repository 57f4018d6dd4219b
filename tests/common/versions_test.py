"""The tables of PyO3 versions."""

from __future__ import annotations

import json
import pathlib

import pyo3_common
import pyo3_versions
import pytest
from pyo3_common import ToolError
from pyo3_versions import ABI3_GENERATION, TARGET_ABI_GENERATION

VERSIONS = pyo3_versions.supported_versions()
FOLDER = pathlib.Path(pyo3_versions.__file__).parent


def table(version: str) -> dict[str, object]:
    value: dict[str, object] = json.loads((FOLDER / f"pyo3_versions/{version}.json").read_text(encoding="utf-8"))
    return value


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_loads(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    assert pyo3.version == version
    assert pyo3.python_min <= pyo3.abi3_min <= pyo3.abi3_max < pyo3.checked_cfgs_max
    assert pyo3.cfgs_from <= pyo3.python_min
    assert {"pyo3", "pyo3-ffi"} <= pyo3.crates_with_build_script
    assert set(pyo3.always_cfgs) | pyo3.cfg_crates <= pyo3.crates_with_build_script
    assert set(pyo3.forward_compatibility) <= set(pyo3.variables)
    assert set(pyo3.python) <= set(pyo3.implementations)
    for oldest, newest in pyo3.python.values():
        assert pyo3.python_min <= oldest <= newest
    hash(pyo3.config_keys)


@pytest.mark.parametrize("version", VERSIONS)
def test_stable_abi_features_exist(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    for minor in range(pyo3.abi3_min[1], pyo3.abi3_max[1] + 1):
        assert f"abi3-py3{minor}" in pyo3.features
    assert (pyo3.abi3t_min is not None) == ("abi3t" in pyo3.features)


@pytest.mark.parametrize("version", VERSIONS)
def test_generation(version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    assert pyo3.generation == (ABI3_GENERATION if version < "0.29" else TARGET_ABI_GENERATION)
    assert [key for key in ("abi3", "target_abi") if key in pyo3.config_keys] == [pyo3.generation]
    assert ("pyo3-build-config" in pyo3.crates_with_build_script) == (pyo3.generation == ABI3_GENERATION)
    assert pyo3.macros_read_config == (pyo3.generation == ABI3_GENERATION)


@pytest.mark.parametrize("version", VERSIONS)
def test_schema_accepts(version: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((FOLDER / "schemas/pyo3_version.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(table(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_canonical(version: str) -> None:
    text = (FOLDER / f"pyo3_versions/{version}.json").read_text(encoding="utf-8")
    assert text == pyo3_common.to_json(table(version))


def test_oldest_first() -> None:
    assert VERSIONS[0] == "0.22.6"
    assert VERSIONS[-1] == "0.30.1"


def test_unknown_version() -> None:
    with pytest.raises(ToolError, match=r"PyO3 0\.1\.0 is not supported, expected one of .*0\.30\.1: pin one"):
        pyo3_versions.pyo3_version("0.1.0")


def test_table_with_a_gap() -> None:
    gap = {name: value for name, value in table("0.30.1").items() if name not in ("msrv", "rpath")}
    with pytest.raises(ToolError, match=r"the table of PyO3 0\.30\.1 has no rpath, msrv, expected every field of"):
        pyo3_versions.parse(gap)
