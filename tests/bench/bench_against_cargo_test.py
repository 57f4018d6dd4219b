"""The edits that are timed, and the cargo project."""

import pathlib

import bench_against_cargo
import bench_workspace
import pytest
from bench_cargo import CargoProject
from bench_run import BenchError

LOCK = """\
[[package]]
name = "pyo3-ffi"
version = "0.1.0"

[[package]]
name = "pyo3"
version = "0.30.1"

[[package]]
name = "pyo3_crates"
version = "0.0.0"
"""


def test_each_edit_changes_the_same_line_again(tmp_path: pathlib.Path) -> None:
    files = [tmp_path / "a.rs", tmp_path / "b.rs"]
    for file in files:
        file.write_text("let x = (a + b).to_string();", encoding="utf-8")
    editor = bench_against_cargo.Editor(*files)
    for number in (1, 2):
        editor.edit()
        texts = {file.read_text(encoding="utf-8") for file in files}
        assert texts == {f"let x = (a + b + {number}).to_string();"}


def test_edit_of_a_source_without_the_line_says_so() -> None:
    with pytest.raises(BenchError, match=r"expected one `\(a \+ b\)`"):
        bench_against_cargo.edited("fn main() {}", 1)


def test_locked_version() -> None:
    assert bench_workspace.locked_version(LOCK, "pyo3") == "0.30.1"
    with pytest.raises(BenchError, match="no crate syn"):
        bench_workspace.locked_version(LOCK, "syn")


def test_cargo_project_has_the_crates_that_bazel_uses(tmp_path: pathlib.Path) -> None:
    (tmp_path / "Cargo.lock").write_text(LOCK, encoding="utf-8")
    (tmp_path / "lib.rs").write_text("// code", encoding="utf-8")
    project = CargoProject(tmp_path / "cargo", tmp_path / "lib.rs", tmp_path / "vendor")
    texts = {
        str(path.relative_to(project.folder)): path.read_text(encoding="utf-8")
        for path in project.folder.rglob("*")
        if path.is_file()
    }
    assert sorted(texts) == [".cargo/config.toml", "Cargo.lock", "Cargo.toml", "pyproject.toml", "src/lib.rs"]
    assert 'pyo3 = "=0.30.1"' in texts["Cargo.toml"]
    assert 'name = "my_ext"\nversion = "0.1.0"' in texts["Cargo.lock"]
    assert f'directory = "{tmp_path / "vendor"}"' in texts[".cargo/config.toml"]
    assert project.source.read_text(encoding="utf-8") == "// code"
