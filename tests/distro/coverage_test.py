"""The stand-in for Bazel's coverage tools."""

from __future__ import annotations

import subprocess
from pathlib import Path

from distro_common import MODULES

_JOIN = str(MODULES / "remote_coverage_tools/join_lcov.sh")


def _record(source: str, line: int) -> str:
    return f"SF:{source}\nDA:{line},1\nend_of_record\n"


def test_reports_of_one_test(tmp_path: Path) -> None:
    folder = tmp_path / "coverage/below"
    folder.mkdir(parents=True)
    (tmp_path / "coverage/a.dat").write_text("TN:\n" + _record("src/lib.rs", 1) + _record("std/core.rs", 2))
    (folder / "b.dat").write_text(_record("src/lib.rs", 3))
    (folder / "c.profraw").write_text("binary")
    (tmp_path / "manifest").write_text("src/lib.rs\nsrc/other.rs\n")
    options = [f"--coverage_dir={tmp_path / 'coverage'}", f"--source_file_manifest={tmp_path / 'manifest'}"]
    options += ["--filter_sources=/usr/lib/.+", f"--output_file={tmp_path / 'out.dat'}"]
    subprocess.run(["bash", _JOIN, *options], check=True)
    assert (tmp_path / "out.dat").read_text() == _record("src/lib.rs", 1) + _record("src/lib.rs", 3)


def test_reports_of_all_tests(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(_record(f"{name}.rs", 1))
    (tmp_path / "reports").write_text(f"{tmp_path / 'a'}\n{tmp_path / 'missing'}\n{tmp_path / 'b'}\n")
    options = [f"--reports_file={tmp_path / 'reports'}", f"--output_file={tmp_path / 'out.dat'}"]
    subprocess.run(["bash", _JOIN, *options], check=True)
    assert (tmp_path / "out.dat").read_text() == _record("a.rs", 1) + _record("b.rs", 1)


def test_no_report(tmp_path: Path) -> None:
    options = [f"--coverage_dir={tmp_path}", f"--output_file={tmp_path / 'out.dat'}"]
    subprocess.run(["bash", _JOIN, *options], check=True)
    assert (tmp_path / "out.dat").read_text() == ""
