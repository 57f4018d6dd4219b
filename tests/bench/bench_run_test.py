"""Commands: what they print, and how a failure is told."""

import pathlib
import sys

import bench_run
import pytest


def test_output_and_variables(tmp_path: pathlib.Path) -> None:
    code = "import os; print(os.environ['WORD'], os.getcwd())"
    assert bench_run.run([sys.executable, "-c", code], tmp_path, WORD="x") == f"x {tmp_path.resolve()}\n"


def test_failure_tells_command_folder_and_output(tmp_path: pathlib.Path) -> None:
    with pytest.raises(bench_run.BenchError, match=rf"sys\.exit.*` in {tmp_path} failed:\nbroken"):
        bench_run.run([sys.executable, "-c", "import sys; sys.exit('broken')"], tmp_path)


def test_time_is_taken() -> None:
    assert 0 <= bench_run.timed(lambda: None) < 60
