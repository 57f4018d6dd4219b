"""The report of `tools/bazel doctor`."""

from __future__ import annotations

import os
from pathlib import Path

import distro_provision
import pytest
from distro_choice import Choice
from distro_doctor import Check, describe, distro_checks, format_report, report
from distro_provision import root_folder
from distro_testing import make_program


def test_format_report() -> None:
    met, unmet = Check("Python", "3.11.7"), Check("programs", "not met", "install x")
    assert format_report("distro", [met]) == "mode: distro\nok      Python: 3.11.7\nBazel can run here."
    assert format_report("none", [met, unmet]).splitlines() == [
        "mode: none",
        "ok      Python: 3.11.7",
        "MISSING programs: not met",
        "          to do: install x",
        "Bazel cannot run here: 1 need(s) not met.",
    ]


def test_describe() -> None:
    assert describe(Choice("system", "/b", "why")) == "system (/b): why"
    assert describe(Choice("distro", None, "why")) == "distro (Debian packages): why"


def test_report_of_a_system_bazel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bazel = make_program(tmp_path, "bazel", "echo bazel 7.7.1")
    env = {"HOME": str(tmp_path), "PATH": str(bazel.parent), "RULES_PYO3_BAZEL": "system"}
    assert report(env, tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"mode: system ({bazel}): bazel on PATH, Bazel 7.7.1"
    assert lines[-1] == "Bazel can run here."


def test_report_without_any(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    env = {"HOME": str(tmp_path), "PATH": str(tmp_path), "RULES_PYO3_BAZEL": "system"}
    assert report(env, tmp_path) == 1
    out = capsys.readouterr().out
    assert out.startswith("mode: none\n")
    assert "MISSING Bazel: none usable\n          to do: RULES_PYO3_BAZEL=system, but no usable Bazel was found" in out


def test_report_of_a_wrong_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report({"HOME": str(tmp_path), "RULES_PYO3_BAZEL": "x"}, tmp_path) == 1
    assert "to do: RULES_PYO3_BAZEL is 'x'; expected distro, system" in capsys.readouterr().out


def _checks(env: dict[str, str]) -> dict[str, Check]:
    return {check.name: check for check in distro_checks(env)}


def test_missing_programs_and_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    env = {"HOME": str(tmp_path)}
    remedy = _checks(env)["programs"].remedy
    assert remedy == "missing programs; install mmdebstrap, bubblewrap, uidmap with your system's package manager"
    make_program(tmp_path, "bwrap", "echo refused >&2; exit 1")
    remedy = _checks(env)["entering a root"].remedy
    assert remedy is not None
    assert "does not let bubblewrap enter a root folder (refused). Ways out: put Bazel 7.0 or newer on PATH" in remedy


def test_programs_that_root_installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path, "apt-get", "true")
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    check = _checks({"HOME": str(tmp_path)})["programs"]
    assert (check.found, check.remedy) == ("mmdebstrap, bubblewrap: to be installed by the first run", None)


def test_root_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"HOME": str(tmp_path)}
    monkeypatch.setattr(distro_provision, "NEEDED_BYTES", 0)
    assert _checks(env)["root"].found == f"{root_folder(env)}, to be provisioned by the first run"
    monkeypatch.setattr(distro_provision, "NEEDED_BYTES", 10**18)
    remedy = _checks(env)["root"].remedy
    assert remedy is not None
    assert "GB are free in" in remedy


def test_root_that_is_there(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    root = root_folder(env)
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").write_text("Package: rustc\nVersion: 1.97.1\n")
    assert _checks(env)["root"].found == f"{root} (rustc 1.97.1)"
    other = root.parent / ("0" * 16)
    other.mkdir()
    assert _checks(env)["root"].found.endswith(f"to delete when unused: {other}")


def test_settings(tmp_path: Path) -> None:
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo/config.toml").touch()
    assert str(tmp_path / ".cargo/config.toml") in _checks({"HOME": str(tmp_path)})["cargo and pip settings"].found
    assert not _checks({})["cache"].found.startswith("/")
