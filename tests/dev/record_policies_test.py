"""Recording the policies of platforms, from a small wheel in auditwheel's form."""

from __future__ import annotations

import json
import pathlib
import zipfile
from typing import Any

import pyo3_common
import pytest
import record_policies
from dev_common import DevError


def policy(name: str, libraries: list[str], versions: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "aliases": [],
        "priority": 1,
        "lib_whitelist": libraries,
        "symbol_versions": {"x86_64": versions},
        "blacklist": {},
        **more,
    }


NOTHING = policy("linux", [], {})
OLD = policy(
    "manylinux_2_9",
    ["libc.so.6"],
    {"GLIBC": ["2.2.5", "2.9"], "CXXABI": ["TM_1"], "ZLIB": []},
    aliases=["manylinux9"],
    blacklist={"libz.so.1": ["inner", "outer"]},
)
NEW = policy(
    "manylinux_2_17",
    ["libz.so.1", "libc.so.6"],
    {"GLIBC": ["2.9", "2.17"], "CXXABI": ["1.3", "TM_1"], "ZLIB": ["1.2"]},
    blacklist={"libz.so.1": ["inner"]},
)
MUSL = policy("musllinux_1_2", ["libc.so"], {})


@pytest.fixture
def root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("BUILD_WORKSPACE_DIRECTORY", str(tmp_path))
    return tmp_path


def make_wheel(folder: pathlib.Path) -> pathlib.Path:
    path = folder / "auditwheel-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("auditwheel/policy/manylinux-policy.json", json.dumps([NOTHING, NEW, OLD]))
        wheel.writestr("auditwheel/policy/musllinux-policy.json", json.dumps([NOTHING, MUSL]))
    return path


def test_table(root: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record_policies.main([str(make_wheel(root))]) == 0
    assert capsys.readouterr().out == f"wrote {record_policies.TABLE}: 2.9, 2.17\n"
    assert json.loads((root / record_policies.TABLE).read_text(encoding="utf-8")) == {
        "schema": 1,
        "origin": "auditwheel 1.2.3, auditwheel/policy/*.json",
        "manylinux": {
            "aliases": {"2.9": "manylinux9"},
            "internal": {"libz.so.1": {"inner": "2.17", "outer": "2.9"}},
            "libraries": {"libc.so.6": "2.9", "libz.so.1": "2.17"},
            "versions": {
                "2.9": {"x86_64": "CXXABI_TM_1 GLIBC_2.9 ZLIB"},
                "2.17": {"x86_64": "CXXABI_1.3 CXXABI_TM_1 GLIBC_2.17 ZLIB_1.2"},
            },
        },
        "musllinux": {
            "aliases": {},
            "internal": {},
            "libraries": {"libc.so": "1.2"},
            "versions": {"1.2": {"x86_64": ""}},
        },
    }


def test_what_is_not_auditwheels_stays(root: pathlib.Path) -> None:
    path = root / record_policies.TABLE
    path.parent.mkdir(parents=True)
    path.write_text(pyo3_common.to_json({"musl": {"since_1_2": ["a"]}, "origin": "another"}), encoding="utf-8")
    assert record_policies.main([str(make_wheel(root))]) == 0
    table = json.loads(path.read_text(encoding="utf-8"))
    assert (table["musl"], table["origin"][:10]) == ({"since_1_2": ["a"]}, "auditwheel")


def test_lists_that_do_not_only_grow() -> None:
    with pytest.raises(DevError, match=r"libc\.so\.6 is in no list from 2\.17 on; expected: lists that grow"):
        record_policies.policy_table([OLD, {**NEW, "lib_whitelist": []}], [])
    again = {**NEW, "blacklist": {"libz.so.1": ["late"]}}
    with pytest.raises(DevError, match=r"late of libz\.so\.1 is allowed and forbidden in turns"):
        record_policies.policy_table([OLD, again], [])


def test_bad_calls(root: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record_policies.main([]) == 1
    assert "there are 0 arguments; expected: the wheel of auditwheel" in capsys.readouterr().err
    for name in ("other.txt", "other-1.0-py3-none-any.whl"):
        path = root / name
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("file", "")
        assert record_policies.main([str(path)]) == 1
        assert "expected: a wheel of auditwheel; `pip download --no-deps auditwheel`" in capsys.readouterr().err
    (root / "auditwheel-1-py3-none-any.whl").write_bytes(b"PK")
    assert record_policies.main([str(root / "auditwheel-1-py3-none-any.whl")]) == 1
    assert "not a zip file" in capsys.readouterr().err
