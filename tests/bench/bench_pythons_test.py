"""The cases of `pythons`, its workspace, and its wording."""

import pathlib

import bench_pythons
import pytest
from bench_pythons import Case
from bench_run import BenchError

MODULE = """\
module(name = "quickstart")

pyo3 = use_extension("@rules_pyo3//rules:extensions.bzl", "pyo3")
pyo3.system_python(
    name = "python",
    interpreter = "python3",
)
use_repo(pyo3, "python")

register_toolchains("@python//:toolchain")
"""


def test_every_side_builds_for_one_two_and_three_pythons() -> None:
    cases = bench_pythons.cases()
    assert len(set(cases)) == len(cases)
    for abi in ("abi3", "version"):
        assert {case for case in cases if case.abi == abi and case.side != "maturin"} == {
            Case(side, abi, count) for side in ("ours", "cargo") for count in (1, 2, 3)
        }
    assert [case.pythons for case in cases if case[:2] == ("maturin", "abi3")] == [1]
    assert [case.pythons for case in cases if case[:2] == ("maturin", "version")] == [1, 2, 3]


def test_each_run_has_what_decides_and_turns_round() -> None:
    ordered = bench_pythons.order(2)
    first, second = ordered[:4], ordered[4:8]
    assert set(first) == set(bench_pythons.DECIDING)
    assert second == first[::-1]
    assert set(ordered[8:]) == set(bench_pythons.cases()) - set(first)
    assert len(ordered) == len(bench_pythons.cases()) + 4


def test_targets_are_those_of_the_first_pythons() -> None:
    assert bench_pythons.targets("abi3", 2) == ["//abi3:my_ext.cp313", "//abi3:my_ext.cp314"]


def test_module_file_has_all_pythons_instead_of_one() -> None:
    text = bench_pythons.module_text(MODULE)
    assert text.startswith('module(name = "quickstart")\n')
    assert text.count("use_extension(") == 1
    assert 'name = "python",' not in text
    for python in ("13", "14", "15"):
        assert f'    name = "python_cp3{python}",\n    interpreter = "python3.{python}",\n' in text
        assert f'register_toolchains("@python_cp3{python}//:toolchain")' in text


def test_another_module_file_is_refused() -> None:
    with pytest.raises(BenchError, match=r"expected `pyo3\.system_python\(`"):
        bench_pythons.module_text("module()")


def test_workspace_has_a_package_for_each_abi(tmp_path: pathlib.Path) -> None:
    quickstart = tmp_path / "examples/quickstart"
    (quickstart / "src").mkdir(parents=True)
    for name, text in {"MODULE.bazel": MODULE, ".bazelrc": "# flags", "src/lib.rs": "// code"}.items():
        (quickstart / name).write_text(text, encoding="utf-8")
    folder = bench_pythons.make_workspace(tmp_path)
    assert folder.parent == quickstart.parent, "the path of rules_pyo3 in MODULE.bazel is relative"
    assert (folder / ".bazelrc").read_text(encoding="utf-8") == "# flags"
    for package, abi in {"abi3": "abi3-py310", "version": "auto"}.items():
        build = (folder / package / "BUILD.bazel").read_text(encoding="utf-8")
        assert f'abi = "{abi}",' in build
        assert 'pythons = ["3.13", "3.14", "3.15"],' in build
        assert (folder / package / "src/lib.rs").is_file()


def test_case_is_described() -> None:
    assert bench_pythons.describe(Case("ours", "abi3", 1), [1.0]) == "abi3, 1 Python, ours: 1.00 s"
    assert bench_pythons.describe(Case("cargo", "version", 3), [2, 1.5]) == "version, 3 Pythons, cargo: 2.00, 1.50 s"


def test_closing_line_takes_the_right_cases() -> None:
    times = {case: [100.0] for case in bench_pythons.cases()}
    times[Case("ours", "abi3", 1)] = [10.0]
    times[Case("ours", "abi3", 3)] = [11.0]
    times[Case("ours", "version", 3)] = [14.0]
    times[Case("maturin", "version", 3)] = [20.0]
    line = "pythons: abi3 three for one ratio 1.10, version-specific against maturin ratio 0.70"
    assert bench_pythons.closing(times) == line
