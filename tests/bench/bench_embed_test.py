"""What the benchmark `embed` counts."""

import pathlib

import bench_embed
import pytest
from bench_run import BenchError

ACTIONS = """\
action 'Compiling Rust rlib pyo3'
    --crate-name=pyo3 \\
action 'Compiling Rust rlib pyo3_ffi'
    --crate-name=pyo3_ffi \\
action 'Compiling Rust rlib pyo3-macros'
    --crate-name=pyo3-macros \\
"""

CARGO = """\
   Compiling pyo3-ffi v0.30.1
   Compiling pyo3 v0.30.1
   Compiling my_ext v0.1.0 (/tmp/pyo3 v)
    Finished `release` profile [optimized] target(s) in 20.70s
   Compiling pyo3 v0.30.1
"""


def test_our_compilations_are_those_of_pyo3_itself() -> None:
    assert bench_embed.pyo3_compilations(ACTIONS) == 1
    assert bench_embed.pyo3_compilations(ACTIONS + ACTIONS) == 2
    with pytest.raises(BenchError, match="shows no compilation of pyo3"):
        bench_embed.pyo3_compilations("")


def test_compilations_of_cargo_are_those_of_pyo3_itself() -> None:
    assert bench_embed.cargo_compilations(CARGO) == 2
    with pytest.raises(BenchError, match="cargo has not said"):
        bench_embed.cargo_compilations("   Compiling pyo3-ffi v0.30.1\n")


def test_package_of_cargo_has_library_and_program(tmp_path: pathlib.Path) -> None:
    example, vendor = tmp_path / "example", tmp_path / "crates/vendor"
    for folder in (example / "src", vendor):
        folder.mkdir(parents=True)
    (example / "src/vectors.rs").write_text("// vectors\n", encoding="utf-8")
    (example / "src/profile_vectors.rs").write_text("// profile\n", encoding="utf-8")
    lock = 'name = "pyo3"\nversion = "0.30.1"\n\n[[package]]\nname = "pyo3_crates"\nversion = "0.0.0"\n'
    (vendor.parent / "Cargo.lock").write_text(lock, encoding="utf-8")
    folder = bench_embed.make_project(tmp_path / "cargo", example, vendor).folder
    manifest = (folder / "Cargo.toml").read_text(encoding="utf-8")
    assert 'pyo3 = "=0.30.1"' in manifest
    assert 'crate-type = ["cdylib", "rlib"]' in manifest
    assert (folder / "src/lib.rs").read_text(encoding="utf-8") == "// vectors\n"
    assert (folder / "src/bin/profile_vectors.rs").read_text(encoding="utf-8") == "// profile\n"
