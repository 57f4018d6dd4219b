"""The lock files of crates: which versions are locked, what is refused, and that nothing is half-written."""

from __future__ import annotations

import pathlib
import sys

import dev_common
import lock_crates
import pytest
from dev_common import DevError


def test_all_locked_versions_by_default() -> None:
    assert lock_crates.chosen_versions([], ["0.30.1", "0.29.0"]) == ["0.29.0", "0.30.1"]


def test_versions_are_sorted_by_number() -> None:
    assert lock_crates.chosen_versions(["0.30.1", "0.9.0"], []) == ["0.9.0", "0.30.1"]


def test_wanted_versions_only() -> None:
    assert lock_crates.chosen_versions(["0.31.0"], ["0.30.1"]) == ["0.31.0"]


def test_no_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUILD_WORKSPACE_DIRECTORY", str(tmp_path))
    assert lock_crates.main(["newest"]) == 1
    error = capsys.readouterr().err
    assert error.startswith('ERROR: //tools/dev:lock_crates: "newest" is no version; expected: X.Y.Z')


def test_output_of_a_client() -> None:
    assert dev_common.run_client([sys.executable, "-c", "print('Grüße')"]) == "Grüße\n"


def test_client_that_fails() -> None:
    with pytest.raises(DevError, match=r"ended with code 3; expected: 0"):
        dev_common.run_client([sys.executable, "-c", "raise SystemExit(3)"])


def test_client_that_is_not_there() -> None:
    with pytest.raises(DevError, match=r"`no-such-client` does not run \(No such file or directory\); .*install it"):
        dev_common.run_client(["no-such-client"])


def test_write_replaces_and_leaves_nothing_else(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "new" / "Cargo.lock"
    dev_common.write(path, "old\n")
    dev_common.write(path, "new\n")
    assert path.read_bytes() == b"new\n"
    assert list(path.parent.iterdir()) == [path]
