"""The pipelined compilation of crates, with the real compiler."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyo3_build_scripts
import pyo3_compile
import pyo3_triple
import pytest
from pyo3_common import ToolError

_TARGET = "x86_64-unknown-linux-gnu"

needs_rustc = pytest.mark.skipif(not shutil.which("rustc"), reason="rustc is not installed")


def _entry(folder: Path, name: str, source: str, deps: dict[str, str]) -> dict[str, Any]:
    (folder / f"{name}.rs").write_text(source, encoding="utf-8")
    return {
        "build_script": None,
        "arguments": [str(folder / f"{name}.rs"), f"--crate-name={name}", "--edition=2021"],
        "deps": deps,
        "environment": {"GREETING": "from ${pwd}", "PATH": "/usr/bin:/bin"},
        "name": name,
        "output": str(folder / f"lib{name}.rlib"),
    }


def _run(folder: Path, entries: list[dict[str, Any]]) -> int:
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"crates": entries, "schema": 1}), encoding="utf-8")
    return pyo3_compile.main(
        ["--label", "//:x", "--rustc", shutil.which("rustc") or "", "--target", _TARGET, "--plan", str(plan)]
    )


@needs_rustc
def test_a_chain_becomes_libraries_and_leaves_no_metadata_files(tmp_path: Path) -> None:
    entries = [
        _entry(tmp_path, "top", "pub fn two() -> u8 { renamed::one() + 1 }", {"renamed": "bottom"}),
        _entry(tmp_path, "bottom", 'pub fn one() -> u8 { 1 } pub const G: &str = env!("GREETING");', {}),
    ]
    assert _run(tmp_path, entries) == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in {".rlib", ".rmeta"}) == [
        "libbottom.rlib",
        "libtop.rlib",
    ]


@needs_rustc
def test_an_error_of_the_compiler_is_told_once_with_its_crate(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    entries = [
        _entry(tmp_path, "bottom", 'pub fn one() -> u8 { "no number" }', {}),
        _entry(tmp_path, "top", "pub fn two() -> u8 { bottom::one() }", {"bottom": "bottom"}),
    ]
    assert _run(tmp_path, entries) == 1
    message = capfd.readouterr().err
    assert message.startswith("ERROR: //:x: crate bottom: rustc failed:")
    assert "mismatched types" in message
    assert "Traceback" not in message


@needs_rustc
def test_equal_bytes_from_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = []
    for name in ("here", "somewhere/else"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        assert _run(Path(), [_entry(Path(), "bottom", "pub fn one() -> &'static str { file!() }", {})]) == 0
        contents.append((folder / "libbottom.rlib").read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize("deps", [{"a": "a"}, {"missing": "missing"}])
def test_circles_and_holes_are_named(deps: dict[str, str]) -> None:
    entry: dict[str, Any] = {"build_script": None, "arguments": [], "environment": {}, "output": "a.rlib"}
    with pytest.raises(ToolError, match="the crates a wait for each other or for a crate that is not"):
        pyo3_compile.parse_plan({"crates": [{**entry, "name": "a", "deps": deps}]})


def test_a_crate_starts_when_the_metadata_of_its_dependencies_is_there() -> None:
    entry: dict[str, Any] = {"build_script": None, "arguments": [], "environment": {}, "output": "x.rlib"}
    crates = pyo3_compile.parse_plan(
        {"crates": [{**entry, "name": "b", "deps": {"a": "a"}}, {**entry, "name": "a", "deps": {}}]}
    )
    seen: list[str] = []
    b_started = threading.Event()

    def start(crate: pyo3_compile.Crate, on_metadata: Callable[[], None]) -> None:
        seen.append(f"{crate.name} starts")
        on_metadata()
        if crate.name == "a":
            # It is still generating code while b compiles.
            assert b_started.wait(timeout=30)
            seen.append("a ends")
        else:
            b_started.set()

    pyo3_compile.Pipeline(crates, start).run()
    assert seen == ["a starts", "b starts", "a ends"]


def test_lines_of_the_compiler() -> None:
    assert pyo3_compile.announces_metadata('{"$message_type":"artifact","artifact":"x","emit":"metadata"}')
    assert not pyo3_compile.announces_metadata('{"$message_type":"artifact","artifact":"x","emit":"link"}')
    assert pyo3_compile.rendered('{"$message_type":"diagnostic","rendered":"error: no\\n"}') == "error: no\n"
    assert pyo3_compile.rendered("plain words\n") == "plain words\n"


_RUSTC = pyo3_build_scripts.parse_rustc_version("release: 1.97.1\nhost: x86_64-unknown-linux-gnu\n")


def test_the_answers_of_build_scripts_are_computed(tmp_path: Path) -> None:
    script = {"features": ["proc-macro"], "version": "1.0.107"}
    with_script, without = (pyo3_compile.Crate("proc-macro2", [], each, {}, {}, "libx.rlib") for each in (script, None))
    target = pyo3_triple.parse_triple(_TARGET)
    crate = pyo3_compile.with_build_script(with_script, _RUSTC, target, str(tmp_path))
    assert "--cfg=wrap_proc_macro" in crate.arguments
    assert pyo3_compile.with_build_script(without, _RUSTC, target, str(tmp_path)) == without


@pytest.mark.parametrize("no_std", [False, True])
def test_a_crate_without_the_standard_library(no_std: bool, tmp_path: Path) -> None:
    script = {"features": [], "version": "0.30.1"}
    crate = pyo3_compile.Crate("pyo3-macros-backend", [], script, {}, {}, "libx.rlib")
    target = pyo3_triple.parse_triple(_TARGET)
    changed = pyo3_compile.with_build_script(crate, _RUSTC, target, str(tmp_path), no_std=no_std)
    assert ("--cfg=wip_feature_std" in changed.arguments) == (not no_std)


_READS_OUT_DIR = """\
pub const CONFIG: &str = include_str!(concat!(env!("OUT_DIR"), "/pyo3-build-config-file.txt"));
pub const FOLDER: &str = env!("OUT_DIR");
"""


@needs_rustc
def test_equal_bytes_where_a_build_script_writes_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = []
    for name in ("here", "somewhere/else"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        Path("src").mkdir()
        entry = _entry(Path("src"), "pyo3-build-config", _READS_OUT_DIR, {})
        entry["arguments"][1] = "--crate-name=pyo3_build_config"
        entry["build_script"] = {"features": ["abi3", "abi3-py310", "resolve-config"], "version": "0.28.3"}
        assert _run(Path(), [entry]) == 0
        contents.append(Path("src/libpyo3-build-config.rlib").read_bytes())
        assert sorted(path.name for path in Path("src").iterdir()) == [
            "libpyo3-build-config.rlib",
            "pyo3-build-config.rs",
        ]
    assert contents[0] == contents[1]
    assert b"version=3.10" in contents[0]
