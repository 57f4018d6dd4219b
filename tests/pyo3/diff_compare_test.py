"""What is counted as different, and what is said of it."""

from __future__ import annotations

import re

import pytest
from diff_case import Case
from diff_compare import Intended, Report, compare, read_intended
from diff_outputs import ScriptOutputs
from diff_run import Result

CASE = Case("0.30.1", "cross", "some target")
EQUAL = Result({"pyo3-ffi": ScriptOutputs(cfgs=("a",))})
OTHER = Result({"pyo3-ffi": ScriptOutputs(cfgs=("b",))})
REFUSED = Result({}, "pyo3-ffi: error: no\nmore")


def test_two_refusals_agree_whatever_they_say() -> None:
    assert compare(REFUSED, Result({}, "something else")) == []


@pytest.mark.parametrize(
    ("real", "computed", "found"),
    [
        (EQUAL, REFUSED, "refused by our tools only: pyo3-ffi: error: no"),
        (REFUSED, EQUAL, "refused by the real scripts only: pyo3-ffi: error: no"),
        (
            Result(
                {}, "pyo3-ffi: Traceback (most recent call last):\n  File x\nTypeError: y\nerror: Python script failed"
            ),
            EQUAL,
            "refused by the real scripts only: pyo3-ffi: TypeError: y",
        ),
        (
            Result({}, "pyo3-ffi: thread 'main' (7) panicked at impl_.rs:1:2:\nassertion failed: z\nnote: w"),
            EQUAL,
            "refused by the real scripts only: pyo3-ffi: assertion failed: z",
        ),
        (Result({}, "pyo3-ffi: "), EQUAL, "refused by the real scripts only: pyo3-ffi: nothing was said"),
        (EQUAL, OTHER, "pyo3-ffi: cfgs: only real ['a'], only computed ['b']"),
        (EQUAL, Result({}), "crates: real ['pyo3-ffi'], computed []"),
    ],
)
def test_difference(real: Result, computed: Result, found: str) -> None:
    assert compare(real, computed) == [found]


def intended(difference: str) -> Intended:
    return Intended("wanted", re.compile(r"0\.30\..*"), re.compile("^cross: "), re.compile(difference))


def test_report_counts_each_case_once() -> None:
    report = Report([intended("only computed")])
    assert report.add(CASE, EQUAL, EQUAL) == []
    assert report.add(CASE, EQUAL, OTHER) == []
    assert len(report.add(Case("0.29.3", "cross", "some target"), EQUAL, OTHER)) == 1
    report.add(CASE, EQUAL, REFUSED)
    report.add(CASE, REFUSED, REFUSED)
    assert report.summary == "5 compared, 2 equal, 2 different, 1 intended"
    assert report.lines() == [
        "1 cases with PyO3 0.29.3: pyo3-ffi: cfgs: only real ['a'], only computed ['b']",
        "    cross: some target [0.29.3]",
        "1 cases with PyO3 0.30.1: refused by our tools only: pyo3-ffi: error: no",
        "    cross: some target [0.30.1]",
        "1 cases, intended: wanted",
    ]
    assert dict(report.wordings) == {("pyo3-ffi: error: no", "pyo3-ffi: error: no"): 1}


def test_a_case_with_another_difference_too_is_different() -> None:
    report = Report([intended("cfgs")])
    outputs = ScriptOutputs(cfgs=("b",), env=("A=1",))
    report.add(CASE, EQUAL, Result({"pyo3-ffi": outputs}))
    assert report.different == 1
    assert list(report.cases) == ["pyo3-ffi: env: only real [], only computed ['A=1']"]


def test_intended_differences_have_reasons() -> None:
    for each in read_intended():
        assert len(each.reason) > 20
