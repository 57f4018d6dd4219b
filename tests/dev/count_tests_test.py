"""The closing line of a run of all tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import count_tests
import pytest

if TYPE_CHECKING:
    from pathlib import Path

_REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="2">
<testcase classname="t" name="test_a" time="0.1" />
<testcase classname="t" name="test_b[3.13t]"><skipped type="pytest.skip" message="no python3.13t">t.py:1: x</skipped>
</testcase></testsuite></testsuites>
"""


def _configured(label: str) -> dict[str, Any]:
    return {"id": {"targetConfigured": {"label": label}}, "configured": {"testSize": "SMALL"}}


def _summary(label: str, status: str) -> dict[str, Any]:
    return {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}


def _left_out(label: str) -> dict[str, Any]:
    return {"id": {"targetCompleted": {"label": label}}, "aborted": {"reason": "SKIPPED"}}


def _result(label: str, report: Path) -> dict[str, Any]:
    outputs = [{"name": "test.log", "uri": "file:///log"}, {"name": "test.xml", "uri": report.as_uri()}]
    return {"id": {"testResult": {"label": label}}, "testResult": {"testActionOutput": outputs}}


def _run(tmp_path: Path, *events: dict[str, Any]) -> int:
    file = tmp_path / "events"
    file.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return count_tests.main([str(file)])


def test_all_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = ["//:a", "//:b"]
    events = [_configured(label) for label in labels] + [_summary("//:a", "PASSED"), _summary("//:b", "FLAKY")]
    assert _run(tmp_path, {"id": {"started": {}}}, *events) == 0
    assert capsys.readouterr().out == "2 passed, 0 failed\n"


def test_what_did_not_run_has_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [_configured("//:a"), _configured("//:b"), _summary("//:a", "PASSED"), _summary("//:c", "FAILED")]
    assert _run(tmp_path, *events) == 1
    assert capsys.readouterr().out == "1 passed, 2 failed\n"


def test_nothing_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path) == 1
    assert capsys.readouterr().out == "0 passed, 0 failed\n"


def test_skipped_are_named_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "a report.xml"
    report.write_text(_REPORT, encoding="utf-8")
    ran = [_configured("//:a"), _summary("//:a", "PASSED"), _result("//:a", report)]
    assert _run(tmp_path, *ran, _configured("//:w"), _left_out("//:w")) == 0
    assert capsys.readouterr().out == (
        "skipped: //:w: not for this machine\n"
        "skipped: //:a test_b[3.13t]: no python3.13t\n"
        "1 passed, 0 failed, 2 skipped\n"
    )


def test_report_that_is_cut_off() -> None:
    assert count_tests.skipped_cases(_REPORT[:200]) == []
