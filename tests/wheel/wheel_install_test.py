"""Installing wheels: into environments and folders, with pip, and trying them as pyo3_wheel_test does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyo3_installers
import pyo3_wheel_install
import pyo3_wheel_try
import pytest
from pyo3_common import ToolError
from pyo3_installers import clean_environment, find_uv, make_venv, pip_command, python_of, uv_command
from pyo3_testing import LABEL, assert_refused, run_tool
from pyo3_wheel_archive import Entry, write_archive
from pyo3_wheel_contents import render_wheel

CLEAN = clean_environment(os.environ)
UV = os.environ.get("UV") or find_uv(CLEAN)
NEEDS_PIP = pytest.mark.skipif(pyo3_installers.find_pip(sys.executable, CLEAN) is None, reason="this Python has no pip")


def wheel(folder: Path, name: str = "pkg", requires: str = "") -> Path:
    """Make a folder with a wheel of one module."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
    metadata += f"Requires-Dist: {requires}\n" if requires else ""
    entries = [
        Entry(f"{name}.py", data=b"VALUE = 3\n"),
        Entry(f"{info}/METADATA", data=metadata.encode()),
        Entry(f"{info}/WHEEL", data=render_wheel(["py3-none-any"], purelib=True).encode()),
    ]
    (folder / f"{name}.wheel").mkdir()
    write_archive(str(folder / f"{name}.wheel" / f"{name}-1.0-py3-none-any.whl"), entries, info)
    return folder / f"{name}.wheel"


def install(folder: Path, *options: str, environment: dict[str, str] | None = None) -> str:
    arguments = ["--label", LABEL, "--wheel", "runfile", *options]
    return pyo3_wheel_install.install(arguments, environment or dict(os.environ), lambda _: str(folder))


def imported(python: str, environment: dict[str, str]) -> str:
    command = [python, "-c", "import pkg; print(pkg.__file__, pkg.VALUE)"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@NEEDS_PIP
def test_into_an_environment_and_again(tmp_path: Path) -> None:
    python = make_venv(str(tmp_path / "venv"), CLEAN)
    folder = wheel(tmp_path, requires="nothing-that-exists")
    for _ in range(2):
        said = install(folder, "--venv", "venv", environment={**os.environ, "BUILD_WORKING_DIRECTORY": str(tmp_path)})
    assert said == f"pkg-1.0-py3-none-any.whl is installed in {tmp_path / 'venv'}"
    assert imported(python, CLEAN).startswith(str(tmp_path / "venv"))


@NEEDS_PIP
def test_into_a_folder(tmp_path: Path) -> None:
    install(wheel(tmp_path), "--target", str(tmp_path / "here"))
    said = imported(sys.executable, {**CLEAN, "PYTHONPATH": str(tmp_path / "here")})
    assert said == f"{tmp_path / 'here' / 'pkg.py'} 3\n"


@pytest.mark.parametrize("options", [[], ["--venv", "a", "--target", "b"]])
def test_one_place(tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(ToolError, match="there has to be one of --venv DIR and --target DIR"):
        install(wheel(tmp_path), *options)


def test_no_environment(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="has no bin/python, expected a virtual environment: make one with"):
        install(wheel(tmp_path), "--venv", str(tmp_path))


def test_neither_pip_nor_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Machines of developers have one.
    monkeypatch.setattr(pyo3_installers, "find_pip", lambda *_: None)
    with pytest.raises(ToolError, match="has no pip, and there is no uv on PATH; expected one of them"):
        install(wheel(tmp_path), "--target", str(tmp_path / "x"), environment={"PATH": str(tmp_path)})


def test_program_outside_bazel(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("runfiles")
    result = run_tool(pyo3_wheel_install.main, ["--wheel", "no/such/runfile", "--target", "x"], capsys)
    assert_refused(result, "no/such/runfile")


def test_clean_environment() -> None:
    kept = clean_environment(
        {"PATH": "/bin", "PIPEWORKS": "1", "PIP_INDEX_URL": "x", "PYTHONPATH": "x", "UV_INDEX": "x"}
    )
    assert {"PATH", "PIPEWORKS"} <= {*kept}
    assert not {"PIP_INDEX_URL", "PYTHONPATH", "UV_INDEX"} & {*kept}


def test_commands() -> None:
    assert pip_command(["pip"], "a.whl")[-3:] == ["--no-deps", "--force-reinstall", "a.whl"]
    assert "--find-links" in pip_command(["pip"], "a.whl", links="links")
    assert uv_command("uv", "python", "a.whl", target="x")[-4:] == ["--target", "x", "--reinstall", "a.whl"]


def attempt(folder: Path, test: str, *options: str) -> list[str]:
    (folder / "first_test.py").write_text(test, encoding="utf-8")
    arguments = ["--wheel", str(folder / "pkg.wheel"), "--test", str(folder / "first_test.py"), "--installer", "pip"]
    return [*arguments, *options]


@NEEDS_PIP
def test_tests_see_what_is_installed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wheel(tmp_path, requires="other")
    wheel(tmp_path, "other")
    (tmp_path / "helper.py").write_text("WANTED = 3\n", encoding="utf-8")
    test = "import helper, other, pkg, sys\nassert pkg.VALUE == helper.WANTED and pkg.__file__.startswith(sys.prefix)\n"
    more = ["--data", str(tmp_path / "helper.py"), "--other-wheel", str(tmp_path / "other.wheel")]
    assert pyo3_wheel_try.main(["--label", LABEL, *attempt(tmp_path, test + "print('done')\n", *more)]) == 0
    assert capfd.readouterr().out.endswith("first_test.py with the wheel that pip installed:\ndone\n")


@NEEDS_PIP
def test_failing_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel(tmp_path)
    code = pyo3_wheel_try.main(["--label", LABEL, *attempt(tmp_path, "import sys\nprint('bad')\nsys.exit(3)\n")])
    assert code == 1
    said = "first_test.py with the wheel that pip installed ended with code 3; expected 0. It printed:\nbad\n"
    assert capsys.readouterr().err == f"ERROR: {LABEL}: {said}"


@NEEDS_PIP
def test_requirement_that_is_not_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel(tmp_path, requires="other")
    result = run_tool(pyo3_wheel_try.main, attempt(tmp_path, ""), capsys)
    assert_refused(result, "pip installing pkg-1.0-py3-none-any.whl ended with code 1", "other")


def test_two_files_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel(tmp_path)
    arguments = attempt(tmp_path, "", "--data", str(tmp_path / "first_test.py"))
    assert_refused(run_tool(pyo3_wheel_try.main, arguments, capsys), "two of the files are named first_test.py")


def test_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wheel(tmp_path)
    arguments = ["--wheel", tmp_path / "pkg.wheel", "--test", tmp_path / "x.py", "--installer", "uv"]
    assert pyo3_wheel_try.main(["--label", LABEL, *map(str, arguments)]) == 0
    assert "there is no uv on PATH: left out" in capsys.readouterr().out


@pytest.mark.skipif(UV is None, reason="there is no uv")
def test_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    wheel(tmp_path, requires="other")
    wheel(tmp_path, "other")
    more = ["--other-wheel", str(tmp_path / "other.wheel"), "--installer", "uv", "--uv", str(UV)]
    assert pyo3_wheel_try.main(["--label", LABEL, *attempt(tmp_path, "import other, pkg\nprint('done')\n", *more)]) == 0
    assert capfd.readouterr().out.endswith("first_test.py with the wheel that uv installed:\ndone\n")


def test_python_of_windows(tmp_path: Path) -> None:
    (tmp_path / "Scripts").mkdir()
    (tmp_path / "Scripts" / "python.exe").touch()
    assert python_of(str(tmp_path)).endswith("python.exe")
