"""Lines in Cargo's own words, and the rendered files of crates and extensions."""

from __future__ import annotations

import pathlib

import pyo3_config_file
import pyo3_flags
import pytest
from flags_testing import LINUX, WINDOWS, RecordedRustc, interpreter
from pyo3_outputs import CrateOutputs, interpreted
from pyo3_testing import Result, assert_refused, run_tool
from pyo3_versions import pyo3_version


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cargo:rustc-cfg=mine", CrateOutputs(cfgs=("mine",))),
        ("cargo::rustc-check-cfg=cfg(mine)", CrateOutputs(check_cfgs=("cfg(mine)",))),
        ("cargo:rustc-env=NAME=a=b", CrateOutputs(env=(("NAME", "a=b"),))),
        ("cargo:rustc-link-lib=static=z", CrateOutputs(link_args=("-lstatic=z",))),
        ("cargo:rustc-link-search=native=/opt", CrateOutputs(link_search=("native=/opt",))),
        ("cargo:rustc-link-arg=-Wl,-z,now", CrateOutputs(link_args=("-Wl,-z,now",))),
        ("cargo:rustc-cdylib-link-arg=-s", CrateOutputs(cdylib_link_args=("-s",))),
        ("cargo::rustc-link-arg-cdylib=-s", CrateOutputs(cdylib_link_args=("-s",))),
        ("cargo:rustc-flags=-l foo -L/opt", CrateOutputs(link_args=("-lfoo",), link_search=("/opt",))),
        ("cargo:warning=old", CrateOutputs(warnings=("old",))),
        ("cargo:rerun-if-changed=x", CrateOutputs()),
        ("any text", CrateOutputs()),
    ],
)
def test_lines_for_cargo(line: str, expected: CrateOutputs) -> None:
    assert interpreted(CrateOutputs(extra_lines=(line,))) == expected


def test_order_of_linker_arguments() -> None:
    lines = ("cargo:rustc-link-arg=-b", "cargo:rustc-link-lib=m")
    result = interpreted(CrateOutputs(link_args=("-lpython3.12", "-Wl,-rpath,/lib"), extra_lines=lines))
    assert result.link_args == ("-lpython3.12", "-lm", "-b", "-Wl,-rpath,/lib")


def test_rendered_link_file() -> None:
    result = CrateOutputs(link_args=("-lx", "-Wl,-rpath,/lib dir"), link_search=("native=/opt",))
    assert pyo3_flags.render(result)[2] == "-Lnative=/opt\n-lx\n-Clink-arg=-Wl,-rpath,/lib dir\n"


class Run(RecordedRustc):
    """The tool for one version of PyO3, its files in a folder."""

    def __init__(self, folder: pathlib.Path, version: str, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder)
        self.version, self.capsys = version, capsys
        self.config = folder / "config.txt"
        config = interpreter(kind="abi3", version=(3, 10), lib_name="python3")
        self.config.write_text(pyo3_config_file.write(config, pyo3_version(version)), encoding="utf-8")

    def __call__(self, *arguments: object, target: str = LINUX) -> Result:
        return run_tool(pyo3_flags.main, ["--rustc", self.rustc(), "--target", target, *arguments], self.capsys)

    def crate(self, name: str, features: str = "-") -> list[object]:
        paths = [self.folder / f"{name}.{kind}" for kind in ("flags", "env", "link")]
        return ["--config", self.config, "--crate", name, self.version, features, *paths]

    def lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("version", "variables"), [("0.25.1", 1), ("0.30.1", 0)])
def test_r52_files_for_extensions(
    version: str, variables: int, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path, version, capsys)
    files = [tmp_path / name for name in ("flags", "checked", "env")]
    assert run(*run.crate("pyo3"), "--extension", version, *files) == (0, "")
    assert "--cfg=Py_LIMITED_API" in run.lines("flags")
    assert all(line.startswith("--cfg=") for line in run.lines("flags"))
    assert set(run.lines("flags")) < set(run.lines("checked"))
    assert "--check-cfg=cfg(Py_LIMITED_API)" in run.lines("checked")
    assert len(run.lines("env")) == variables
    assert run.lines("env") == run.lines("pyo3.env")


def test_folders_of_generated_files(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path, "0.22.6", capsys)
    arguments = run.crate("pyo3-build-config", "resolve-config")
    assert run(*arguments, "--out-dir", "pyo3-build-config", tmp_path / "out") == (0, "")
    assert (tmp_path / "out" / "pyo3-build-config-file.txt").read_bytes() == run.config.read_bytes()
    assert (tmp_path / "out" / "pyo3-build-config.txt").read_bytes() == b""


def test_switches(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path, "0.30.1", capsys)
    assert run(*run.crate("pyo3"), "--no-std") == (0, "")
    assert "--cfg=wip_feature_std" not in run.lines("pyo3.flags")
    assert run(*run.crate("pyo3-ffi"), "--raw-dylib", "0", target=WINDOWS) == (0, "")
    assert run.lines("pyo3-ffi.link") == ["-lpythonXY:python3"]
    run.config.write_text(run.config.read_text(encoding="utf-8").replace("=python3\n", "=mine\n"), encoding="utf-8")
    result = run(*run.crate("pyo3-ffi"), "--raw-dylib", "1", target=WINDOWS)
    assert result.code == 0
    assert result.stderr.startswith("WARNING: //pkg:target: PYO3_USE_RAW_DYLIB is set to 1")


def test_refused_requests(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path, "0.28.3", capsys)
    result = run(*run.crate("pyo3-ffi"), "--out-dir", "rustversion", tmp_path / "out")
    assert_refused(result, "--out-dir names rustversion, expected crates that --crate names too")
    result = run("--extension", "0.28.3", *(tmp_path / name for name in ("f", "c", "e")))
    assert_refused(result, "--extension depends on the Python interpreter, expected --config")
