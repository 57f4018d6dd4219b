"""Counts Bazel's own test results: `count_tests.py BUILD_EVENTS` prints `N passed, N failed[, N skipped]`.

BUILD_EVENTS is what --build_event_json_file wrote, one event a line (Bazel: build_event_stream.proto, TestSummary).
Passed and failed are targets; one that could not be built or was left out after a failure counts as failed. Skipped are
targets that do not fit the machine, and single tests of other targets: each is named first, with its reason.
"""

import json
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_PASSED = {"PASSED", "FLAKY"}


def counts(events: Iterable[dict[str, Any]]) -> tuple[int, int, list[str]]:
    """Give the numbers of passed and failed test targets, and the labels of the skipped ones.

    Args:
        events: decoded build events.
    """
    expected: set[str] = set()
    verdicts: dict[str, str] = {}
    for event in events:
        name = event.get("id", {})
        if "configured" in event and "testSize" in event["configured"]:
            expected.add(name["targetConfigured"]["label"])
        if "testSummary" in event:
            verdicts[name["testSummary"]["label"]] = event["testSummary"]["overallStatus"]
        if event.get("aborted", {}).get("reason") == "SKIPPED":
            label = name.get("targetCompleted", name.get("configuredLabel", {})).get("label", "")
            if label:
                verdicts[label] = "SKIPPED"
    passed = sum(verdict in _PASSED for verdict in verdicts.values())
    skipped = sorted(label for label, verdict in verdicts.items() if verdict == "SKIPPED")
    return passed, len(expected | verdicts.keys()) - passed - len(skipped), skipped


def reports(events: Iterable[dict[str, Any]]) -> list[tuple[str, Path]]:
    """Give the labels of tests that ran, with the report that each wrote (TestResult, JUnit's XML)."""
    found = []
    for event in events:
        for output in event.get("testResult", {}).get("testActionOutput", []):
            if output.get("name") == "test.xml":
                path = urllib.request.url2pathname(urllib.parse.urlsplit(output["uri"]).path)
                found.append((event["id"]["testResult"]["label"], Path(path)))
    return found


def skipped_cases(report: str) -> list[str]:
    """Give the tests that a report says were skipped, as `NAME: REASON`; none where it is cut off by a failure."""
    try:
        cases = ElementTree.fromstring(report).iter("testcase")
    except ElementTree.ParseError:
        return []
    marks = [(case.get("name"), case.find("skipped")) for case in cases]
    return [f"{name}: {mark.get('message')}" for name, mark in marks if mark is not None]


def closing_line(passed: int, failed: int, skipped: int) -> str:
    """Word the counts."""
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main(argv: Sequence[str]) -> int:
    """Print what was skipped, and the counts; 1 when nothing passed or something failed."""
    lines = Path(argv[0]).read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.strip()]
    passed, failed, targets = counts(events)
    skipped = [f"{label}: not for this machine" for label in targets]
    for label, report in reports(events):
        skipped += [f"{label} {case}" for case in skipped_cases(report.read_text(encoding="utf-8", errors="replace"))]
    for line in skipped:
        print("skipped:", line)
    print(closing_line(passed, failed, len(skipped)))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
