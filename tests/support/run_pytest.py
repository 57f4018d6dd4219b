"""Runs pytest on the files that it is given, as Bazel expects of a test: `run_pytest.py FILE...`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def pytest_arguments(files: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Turn the variables that Bazel sets for a test into options of pytest.

    https://bazel.build/reference/test-encyclopedia#initial-conditions
    """
    options = ["-c", "pyproject.toml", "--noconftest", "-p", "no:cacheprovider", "-rs"]
    if "XML_OUTPUT_FILE" in environment:
        options.append(f"--junitxml={environment['XML_OUTPUT_FILE']}")
    if "TEST_TMPDIR" in environment:
        options.append(f"--basetemp={environment['TEST_TMPDIR']}/pytest")
    if environment.get("TESTBRIDGE_TEST_ONLY"):
        options.extend(["-k", environment["TESTBRIDGE_TEST_ONLY"]])
    return [*options, *files]


def main(argv: Sequence[str] | None = None) -> int:
    """Return pytest's exit code; 5 when it found no test."""
    files = sys.argv[1:] if argv is None else argv
    return int(pytest.main(pytest_arguments(files, os.environ)))


if __name__ == "__main__":
    sys.exit(main())
