"""What the benchmarks conclude, and what they read."""

import bench_figures
import pytest
from bench_figures import Actions
from bench_run import BenchError

OUTPUT = """\
INFO: Found 3 targets...
INFO: Elapsed time: 279.029s, Critical Path: 234.58s
INFO: 433 processes: 388 internal, 45 linux-sandbox.
INFO: Build completed successfully, 433 total actions
"""

SUMMARY = """\
762 total actions.

Mnemonics:
  PyO3CompilerCrates: 3
  Rustc: 24
  Symlink: 510

Configurations:
  k8-opt-ST-53a45a884b44: 127
"""


def test_cargo_line_gives_medians_and_their_ratio() -> None:
    line = bench_figures.cargo_line("cold", [3.0, 1.0, 2.0], [4.0, 5.0, 4.5])
    assert line == "cold: ours 2.00 s, cargo 4.50 s, ratio 0.44"


def test_embed_line_tells_how_often_pyo3_was_compiled() -> None:
    line = bench_figures.embed_line((1, 2), [3.0, 1.0, 2.0], [4.0, 5.0, 4.5])
    assert line == "embed: pyo3 compiled ours 1, cargo 2; ours 2.00 s, cargo 4.50 s, ratio 0.44"


def test_wheel_line_has_the_ratio_of_each_run() -> None:
    line = bench_figures.wheel_line("wheel", "zip", [3.0, 1.0, 2.0], [2.0, 1.0, 4.0])
    assert line == "wheel: ours 2.00 s, zip 2.00 s, ratio 1.00"


def test_paired_ratio_compares_within_a_run() -> None:
    """A machine that was twice as slow in the second run changes nothing."""
    assert bench_figures.paired_ratio([1.0, 2.0, 1.1], [2.0, 4.0, 2.0]) == 0.5


def test_pythons_line() -> None:
    line = bench_figures.pythons_line([10.0, 20.0], [11.0, 22.0], [30.0, 33.0], [60.0, 66.0])
    assert line == "pythons: abi3 three for one ratio 1.10, version-specific against maturin ratio 0.50"


def test_gates_line_gives_signed_percents() -> None:
    line = bench_figures.gates_line([(10.2, 10.0), (20.4, 20.0), (9.0, 10.0)], [(29.7, 30.0)])
    assert line == "gates: wall +2.0 %, CPU -1.0 %"


def test_actions_are_read_of_a_summary() -> None:
    assert bench_figures.read_actions(OUTPUT) == Actions(433, 45)


def test_processes_are_what_was_started() -> None:
    output = OUTPUT.replace("388 internal", "2 disk cache hit, 430 internal, 1 processwrapper-sandbox")
    assert bench_figures.read_actions(output) == Actions(433, 46)


def test_a_build_without_work_has_one_action() -> None:
    output = "INFO: 1 process: 1 internal.\nINFO: Build completed successfully, 1 total action\n"
    assert bench_figures.read_actions(output) == Actions(1, 0)


def test_output_without_a_summary_says_so() -> None:
    with pytest.raises(BenchError, match="no numbers of processes and actions; adapt tests/bench:\nnothing"):
        bench_figures.read_actions("nothing")


def test_mnemonics_are_counted() -> None:
    assert bench_figures.read_mnemonics(SUMMARY) == {"PyO3CompilerCrates": 3, "Rustc": 24, "Symlink": 510}


def test_cpu_times_are_read_behind_a_name_with_blanks_and_parentheses() -> None:
    stat = "42 (java) x (y) S 1 42 42 0 -1 4194560 100 200 3 4 500 250 3000 1000 20 0 60 0 12345 1 2"
    assert bench_figures.process_cpu(stat, 100) == (7.5, 40.0)
