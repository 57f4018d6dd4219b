"""The outputs of build scripts, rendered for recorded interpreters and for many targets."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, NamedTuple

import pyo3_build_scripts
import pyo3_config_file
import pyo3_flags
import pyo3_triple
import pyo3_versions
import pytest
from flags_testing import LINUX, RUSTC, RUSTC_SAYS, WINDOWS, RecordedRustc
from pyo3_build_scripts import CrateOutputs, RustcVersion
from pyo3_common import ToolError
from pyo3_testing import TESTS, Result, assert_golden, assert_refused, run_tool

if TYPE_CHECKING:
    from pyo3_interpreter_config import InterpreterConfig


class Case(NamedTuple):
    crate: str
    version: str
    features: str = "-"
    target: str = LINUX
    config: str = ""
    emcc: str = ""


# What the snapshots are of.
CASES = {
    "pyo3-3.14": Case("pyo3", "0.30.1", "default,macros,auto-initialize", config="cpython-3.14-linux-x86_64"),
    "pyo3-3.14-abi3-py310": Case("pyo3", "0.30.1", config="cpython-3.14-linux-x86_64-abi3-py310"),
    "pyo3-3.14d": Case("pyo3", "0.30.1", config="cpython-3.14d-linux-x86_64"),
    "pyo3-ffi-3.14": Case("pyo3-ffi", "0.30.1", config="cpython-3.14-linux-x86_64"),
    "pyo3-ffi-3.14-macos": Case("pyo3-ffi", "0.30.1", "-", "aarch64-apple-darwin", "cpython-3.14-macos-arm64"),
    "pyo3-ffi-3.15-abi3t": Case("pyo3-ffi", "0.30.1", config="cpython-3.15-linux-x86_64-abi3t"),
    "pyo3-ffi-pypy": Case("pyo3-ffi", "0.30.1", config="pypy-3.11-linux-x86_64"),
    "pyo3-ffi-graalpy": Case("pyo3-ffi", "0.30.1", config="graalpy-25.2-linux-x86_64"),
    "pyo3-ffi-windows": Case("pyo3-ffi", "0.30.1", "-", WINDOWS, "cpython-3.13-windows-amd64"),
    "pyo3-ffi-windows-abi3": Case("pyo3-ffi", "0.30.1", "-", WINDOWS, "cpython-3.13-windows-amd64-abi3"),
    "pyo3-ffi-android": Case("pyo3-ffi", "0.30.1", "-", "aarch64-linux-android", "cpython-3.14-linux-aarch64"),
    "pyo3-macros-backend": Case("pyo3-macros-backend", "0.30.1"),
    "libc-linux": Case("libc", "0.2.191", "default,std"),
    "libc-emscripten": Case("libc", "0.2.191", target="wasm32-unknown-emscripten", emcc="5.0.3"),
    "libc-windows": Case("libc", "0.2.191", target=WINDOWS),
    "proc-macro2": Case("proc-macro2", "1.0.107", "default,proc-macro"),
    "quote": Case("quote", "1.0.47", "default,proc-macro"),
}


def config_path(name: str) -> pathlib.Path:
    return TESTS / "config" / "snapshots" / f"{name}.config.txt"


def read_config(name: str) -> InterpreterConfig:
    return parse_config(config_path(name).read_text(encoding="utf-8"))


def parse_config(text: str) -> InterpreterConfig:
    return pyo3_config_file.read(text, pyo3_versions.pyo3_version("0.30.1"))


def outputs(case: Case, rustc: RustcVersion = RUSTC) -> CrateOutputs:
    config = read_config(case.config) if case.config else None
    features = [] if case.features == "-" else case.features.split(",")
    emcc = pyo3_flags.parse_emcc_version(case.emcc) if case.emcc else None
    target = pyo3_triple.parse_triple(case.target)
    return pyo3_build_scripts.crate_outputs(case.crate, case.version, features, rustc, target, config, emcc)


class Tool(RecordedRustc):
    """The tool with a compiler that prints what was recorded, and its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder)
        self.capsys = capsys
        self.outputs = [folder / "flags", folder / "env", folder / "link"]

    def run(self, case: Case, rustc: pathlib.Path | None = None) -> Result:
        arguments: list[object] = ["--rustc", rustc or self.rustc(), "--target", case.target]
        arguments += ["--config", config_path(case.config)] if case.config else []
        arguments += ["--emcc-version", case.emcc] if case.emcc else []
        arguments += ["--crate", case.crate, case.version, case.features, *self.outputs]
        return run_tool(pyo3_flags.main, arguments, self.capsys)


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


@pytest.mark.parametrize("name", CASES)
def test_rendered_files(name: str, tool: Tool) -> None:
    result = tool.run(CASES[name])
    assert result == (0, "")
    for path in tool.outputs:
        assert_golden("flags", f"{name}.{path.name}.txt", path.read_text(encoding="utf-8"))


def test_several_crates_in_one_run(tool: Tool) -> None:
    arguments: list[object] = ["--rustc", tool.rustc(), "--target", LINUX]
    for crate, version in (("libc", "0.2.191"), ("quote", "1.0.47")):
        arguments += ["--crate", crate, version, "-", *(tool.folder / f"{crate}.{kind}" for kind in "fel")]
    assert run_tool(pyo3_flags.main, arguments, tool.capsys).code == 0
    assert "--cfg=linux_time_bits64\n" in (tool.folder / "libc.f").read_text(encoding="utf-8")
    assert (tool.folder / "quote.f").read_text(encoding="utf-8") == "--check-cfg=cfg(no_diagnostic_namespace)\n"


def test_render_has_one_argument_a_line() -> None:
    rendered = pyo3_flags.render(CrateOutputs(("a", 'b="c"'), ("cfg(a)",), (("K", "v w"),), ("-lx", "-ly")))
    assert rendered == ('--check-cfg=cfg(a)\n--cfg=a\n--cfg=b="c"\n', "K=v w\n", "-lx\n-ly\n")
    assert pyo3_flags.render(CrateOutputs()) == ("", "", "")


@pytest.mark.parametrize(
    ("target", "cfgs"),
    [
        ("x86_64-unknown-linux-gnu", ["linux_time_bits64"]),
        ("i686-unknown-linux-gnu", []),
        ("x86_64-unknown-linux-gnux32", []),
        ("x86_64-unknown-linux-musl", ["linux_time_bits64"]),
        ("i686-unknown-linux-musl", []),
        ("loongarch64-unknown-linux-musl", ["linux_time_bits64", "musl_v1_2"]),
        ("riscv32gc-unknown-linux-musl", ["linux_time_bits64", "musl32_time64", "musl_v1_2"]),
        ("armv7-unknown-linux-ohos", ["linux_time_bits64", "musl32_time64", "musl_v1_2"]),
        ("powerpc64le-unknown-linux-gnu", ["libc_elfv2", "linux_time_bits64"]),
        ("powerpc64-unknown-linux-gnu", ["linux_time_bits64"]),
        ("x86_64-unknown-freebsd", ["freebsd12"]),
        ("aarch64-apple-darwin", []),
        ("wasm32-unknown-emscripten", []),
        ("x86_64-pc-windows-msvc", []),
    ],
)
def test_libc(target: str, cfgs: list[str]) -> None:
    assert list(outputs(Case("libc", "0.2.191", target=target)).cfgs) == cfgs


@pytest.mark.parametrize(
    ("emcc", "count"), [("3.1.41", 4), ("3.1.42", 3), ("4.0.12", 2), ("5.0.5", 1), ("6.0.1", 0), ("6.0.5-git", 0)]
)
def test_libc_of_emscripten(emcc: str, count: int) -> None:
    assert len(outputs(Case("libc", "0.2.191", target="wasm32-unknown-emscripten", emcc=emcc)).cfgs) == count


@pytest.mark.parametrize(
    ("minor", "channel", "features", "cfgs"),
    [
        (95, "stable", "proc-macro", "wrap_proc_macro proc_macro_span_location proc_macro_span_file"),
        (95, "nightly", "proc-macro", "wrap_proc_macro proc_macro_span proc_macro_span_location proc_macro_span_file"),
        (87, "stable", "proc-macro", "wrap_proc_macro"),
        (78, "stable", "-", "no_literal_byte_character no_literal_c_string"),
        (95, "stable", "span-locations", "span_locations"),
        (95, "stable", "-", ""),
    ],
)
def test_proc_macro2(minor: int, channel: str, features: str, cfgs: str) -> None:
    rustc = RustcVersion(minor, channel, LINUX)
    assert " ".join(outputs(Case("proc-macro2", "1.0.107", features), rustc).cfgs) == cfgs


def test_check_cfgs_need_a_compiler_that_knows_them() -> None:
    old = RustcVersion(76, "stable", LINUX)
    for crate, version in (("libc", "0.2.191"), ("proc-macro2", "1.0.107"), ("quote", "1.0.47")):
        assert outputs(Case(crate, version), old).check_cfgs == ()
    assert outputs(Case("quote", "1.0.47"), old).cfgs == ("no_diagnostic_namespace",)


def test_feature_cfgs_follow_the_compiler() -> None:
    case = Case("pyo3", "0.30.1", config="cpython-3.14-linux-x86_64")
    assert "cfg_select" in outputs(case).cfgs
    old = outputs(case, RustcVersion(85, "stable", LINUX))
    assert not {"cfg_select", "from_bytes_with_nul_error"} & set(old.cfgs)
    assert old.check_cfgs == outputs(case).check_cfgs


@pytest.mark.parametrize(
    ("target", "lib_name", "cfgs", "link_args"),
    [
        (WINDOWS, "python314t_d", ["pyo3_use_raw_dylib", 'pyo3_dll="python314t_d"'], []),
        (WINDOWS, "python316", ["pyo3_use_raw_dylib", 'pyo3_dll="python316"'], []),
        (WINDOWS, "python312t", [], ["-lpythonXY:python312t"]),
        (WINDOWS, "libpython3.14", [], ["-lpythonXY:libpython3.14"]),
        (LINUX, "python3.14", [], []),
        ("aarch64-linux-android", "python3.14", [], ["-lpython3.14"]),
        ("aarch64-apple-ios", "python3.14", [], ["-lpython3.14"]),
        ("powerpc64-ibm-aix", "python3.14", [], ["-lpython3.14"]),
        ("x86_64-pc-cygwin", "python3.14", [], ["-lpython3.14"]),
    ],
)
def test_linking(target: str, lib_name: str, cfgs: list[str], link_args: list[str]) -> None:
    text = config_path("cpython-3.14-linux-x86_64").read_text(encoding="utf-8")
    found = _ffi_outputs(text.replace("lib_name=python3.14", f"lib_name={lib_name}"), target)
    assert [cfg for cfg in found.cfgs if cfg.startswith("pyo3_")] == cfgs
    assert list(found.link_args) == link_args


def _ffi_outputs(config: str, target: str) -> CrateOutputs:
    triple = pyo3_triple.parse_triple(target)
    return pyo3_build_scripts.crate_outputs("pyo3-ffi", "0.30.1", [], RUSTC, triple, parse_config(config))


def test_linking_a_static_library() -> None:
    text = config_path("cpython-3.13-linux-musl-x86_64").read_text(encoding="utf-8")
    assert _ffi_outputs(text, "aarch64-linux-android").link_args == ("-lstatic=python3.13",)


def test_linking_can_be_suppressed() -> None:
    text = config_path("cpython-3.14-linux-x86_64").read_text(encoding="utf-8")
    suppressed = text.replace("link_lines=false", "link_lines=true")
    assert _ffi_outputs(suppressed, "aarch64-linux-android").link_args == ()


def test_linking_of_pypy_for_windows() -> None:
    text = config_path("pypy-3.11-linux-x86_64").read_text(encoding="utf-8")
    known = _ffi_outputs(text.replace("pypy3.11-c", "libpypy3.11-c"), WINDOWS)
    assert 'pyo3_dll="libpypy3.11-c"' in known.cfgs
    unknown = _ffi_outputs(text.replace("3.11", "3.16").replace("pypy3.16-c", "libpypy3.16-c"), WINDOWS)
    assert unknown.link_args == ("-lpythonXY:python316",)


def test_linking_without_a_library() -> None:
    text = config_path("cpython-3.14-linux-x86_64").read_text(encoding="utf-8")
    with pytest.raises(ToolError, match="aarch64-apple-ios links to libpython, the PyO3 config file has no lib_name"):
        _ffi_outputs(text.replace("lib_name=python3.14\n", ""), "aarch64-apple-ios")


@pytest.mark.parametrize(
    ("case", "fragments"),
    [
        (
            Case("serde", "1.0.0"),
            ["build script of the crate 'serde' is unknown", "libc, memoffset, proc-macro2, pyo3, pyo3-build-config"],
        ),
        (Case("libc", "0.2.1"), ["build script of libc 0.2.1 is unknown, expected version 0.2.191", "Cargo.lock"]),
        (Case("pyo3-ffi", "0.1.0"), ["PyO3 0.1.0 is not supported, expected one of"]),
        (Case("pyo3", "0.30.1"), ["pyo3 depends on the Python interpreter, expected --config"]),
        (Case("libc", "0.2.191", target="pdp11"), ["cannot read the target triple 'pdp11'"]),
        (Case("libc", "0.2.191", emcc="five"), ["the Emscripten version is 'five', expected X.Y.Z"]),
        (Case("pyo3", "0.30.1", config="absent"), ["cannot read the PyO3 config file"]),
        (
            Case("pyo3", "0.30.1", "auto-initialize", config="cpython-3.13-linux-musl-x86_64"),
            ["auto-initialize is on", "only a static library", "turn the feature off"],
        ),
    ],
)
def test_refused(case: Case, fragments: list[str], tool: Tool) -> None:
    assert_refused(tool.run(case), *fragments, outputs=tool.outputs)


def test_nothing_is_written_when_one_crate_is_refused(tool: Tool) -> None:
    arguments: list[object] = ["--rustc", tool.rustc(), "--target", LINUX]
    arguments += ["--crate", "libc", "0.2.191", "-", *tool.outputs]
    arguments += ["--crate", "serde", "1.0.0", "-", *(tool.folder / name for name in ("f", "e", "l"))]
    assert_refused(run_tool(pyo3_flags.main, arguments, tool.capsys), "'serde'", outputs=tool.outputs)


def test_missing_rustc(tool: Tool) -> None:
    result = tool.run(CASES["quote"], tool.folder / "absent")
    assert_refused(result, "cannot run the compiler", "No such file", outputs=tool.outputs)


def test_failing_rustc(tool: Tool) -> None:
    result = tool.run(CASES["quote"], tool.rustc(code=9))
    assert_refused(result, "-vV` exited with code 9", "check the Rust toolchain", outputs=tool.outputs)


def test_program_that_is_no_rustc(tool: Tool) -> None:
    result = tool.run(CASES["quote"], tool.rustc("gcc 16\n"))
    assert_refused(result, "`rustc -vV` printed 'gcc 16", "expected lines `release: 1.N.P`", outputs=tool.outputs)


@pytest.mark.parametrize(
    ("release", "minor", "channel"),
    [
        ("1.95.0", 95, "stable"),
        ("1.98.0-nightly", 98, "nightly"),
        ("1.97.0-beta.3", 97, "beta"),
        ("1.99.0-dev", 99, "dev"),
    ],
)
def test_rustc_version(release: str, minor: int, channel: str) -> None:
    text = RUSTC_SAYS.replace("release: 1.95.0", f"release: {release}")
    assert pyo3_build_scripts.parse_rustc_version(text) == RustcVersion(minor, channel, LINUX, 0, (2026, 4, 14))
