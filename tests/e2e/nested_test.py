"""The pure parts of nested.py."""

from __future__ import annotations

from pathlib import Path

import nested
import pytest

_SUMMARY = "INFO: Elapsed time: 2s\nINFO: 9 processes: 4 disk cache hit, 3 internal, 2 linux-sandbox.\nINFO: Build\n"


def test_process_counts() -> None:
    assert nested.process_counts(_SUMMARY) == {"disk cache hit": 4, "internal": 3, "linux-sandbox": 2}


def test_process_counts_of_the_last_build() -> None:
    assert nested.process_counts(_SUMMARY + "INFO: 1 process: 1 internal.\n") == {"internal": 1}


def test_process_counts_without_a_summary() -> None:
    assert nested.process_counts("ERROR: no such package\n") == {}


def test_kept_environment() -> None:
    kept = {"CARGO_HOME": "/c", "HOME": "/h", "PATH": "/bin", "PIP_CERT": "/p", "https_proxy": "u"}
    left = {"PYTHONPATH": "/x", "RUNFILES_DIR": "/r", "TEST_TMPDIR": "/t", "MYPATH": "/m"}
    assert nested.kept_environment({**kept, **left}) == kept


def test_repeatable_quotes() -> None:
    line = nested.repeatable(Path("/a b"), {"HOME": "/h"}, ["bazel", "build", "//:x y"])
    assert line == "cd '/a b' && env -i HOME=/h bazel build '//:x y'"


def test_missing_ignores_the_kind_of_whitespace() -> None:
    result = nested.Result(1, "", "one\n  two  three", "bazel")
    assert result.missing(["one two", "two three", "four"]) == ["four"]


@pytest.mark.parametrize(
    ("environment", "found"),
    [({"BAZEL_REAL": "/opt/bazel", "PATH": "/nowhere"}, "/opt/bazel"), ({"PATH": "/nowhere"}, None)],
)
def test_find_bazel(environment: dict[str, str], found: str | None) -> None:
    assert nested.find_bazel(environment) == found
