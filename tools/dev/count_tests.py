"""Counts Bazel's own test results: `count_tests.py BUILD_EVENTS` prints `N passed, N failed[, N skipped]`.

BUILD_EVENTS is what --build_event_json_file wrote, one event a line (Bazel: build_event_stream.proto, TestSummary).
A target that could not be built or was left out after a failure counts as failed.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_PASSED = {"PASSED", "FLAKY"}


def counts(events: Iterable[dict[str, Any]]) -> tuple[int, int, int]:
    """Give the numbers of passed, failed and skipped test targets.

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
    skipped = sum(verdict == "SKIPPED" for verdict in verdicts.values())
    return passed, len(expected | verdicts.keys()) - passed - skipped, skipped


def closing_line(passed: int, failed: int, skipped: int) -> str:
    """Word the counts."""
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def main(argv: Sequence[str]) -> int:
    """Print the counts; 1 when nothing passed or something failed."""
    lines = Path(argv[0]).read_text(encoding="utf-8").splitlines()
    numbers = counts(json.loads(line) for line in lines if line.strip())
    print(closing_line(*numbers))
    return 0 if numbers[0] and not numbers[1] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
