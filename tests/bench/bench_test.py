"""The benchmark's own arithmetic and edits."""

import bench
import pytest


def test_closing_line_gives_medians_and_their_ratio() -> None:
    assert bench.closing_line("cold", [3.0, 1.0, 2.0], [4.0, 5.0, 4.5]) == "cold: ours 2.00 s, cargo 4.50 s, ratio 0.44"


def test_each_edit_changes_the_same_line_again() -> None:
    first = bench.edited("let x = (a + b).to_string();", 1)
    assert first == "let x = (a + b + 1).to_string();"
    assert bench.edited(first, 22) == "let x = (a + b + 22).to_string();"


def test_edit_of_a_source_without_the_line_says_so() -> None:
    with pytest.raises(ValueError, match=r"expected one `\(a \+ b\)`"):
        bench.edited("fn main() {}", 1)


def test_locked_version() -> None:
    lock = '[[package]]\nname = "pyo3-ffi"\nversion = "0.1.0"\n\n[[package]]\nname = "pyo3"\nversion = "0.30.1"\n'
    assert bench.locked_version(lock, "pyo3") == "0.30.1"
    with pytest.raises(ValueError, match="no crate syn"):
        bench.locked_version(lock, "syn")
