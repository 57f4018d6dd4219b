"""The run itself: terminal, signals and exit codes through real bubblewrap."""

from __future__ import annotations

import os
import pty
import signal
import sys
from pathlib import Path

import pytest
from distro_testing import python_command, real_bwrap, start_python, wait_for

_ARGUMENTS = ["--die-with-parent", "--ro-bind", "/", "/", "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
for _folder in {"/tmp", os.environ.get("TEST_TMPDIR", "/tmp")}:
    _ARGUMENTS += ["--bind", _folder, _folder]


def _code(*command: str, arguments: list[str] = _ARGUMENTS) -> str:
    bwrap, namespace = real_bwrap()
    return (
        "from distro_run import run_in_root; "
        f"sys.exit(run_in_root({bwrap!r}, {[*namespace, *arguments]!r}, {list(command)!r}))"
    )


@pytest.mark.parametrize(("shell", "code"), [("exit 0", 0), ("exit 37", 37), ("kill -KILL $$", 137)])
def test_exit_code(shell: str, code: int) -> None:
    with start_python(_code("/bin/sh", "-c", shell)) as process:
        assert process.wait(30) == code


def test_standard_streams() -> None:
    with start_python(_code("/bin/sh", "-c", "cat; echo error >&2")) as process:
        assert process.communicate("input", timeout=30) == ("input", "error\n")


def test_bwrap_that_fails() -> None:
    with start_python(_code("true", arguments=["--ro-bind", "/nonexistent", "/mnt"])) as process:
        assert "/nonexistent" in process.communicate(timeout=30)[1]
        assert process.returncode == 1


# Not a shell: it would inherit the ignored SIGINT for good, where Bazel sets its own handler.
_PROGRAM = """
import pathlib, signal, sys, time
seen = []
signal.signal({number}, lambda *_: {action})
pathlib.Path({ready!r}).touch()
time.sleep({seconds})
sys.exit(60 + len(seen) if sys.stdin.isatty() else 1)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_command(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready"
    program = _PROGRAM.format(number=int(number), action=f"sys.exit({50 + number})", ready=str(ready), seconds=30)
    with start_python(_code(sys.executable, "-c", program)) as process:
        wait_for(ready)
        os.kill(process.pid, number)
        assert process.wait(20) == 50 + number


def test_default_action_of_a_signal(tmp_path: Path) -> None:
    with start_python(_code("/bin/sh", "-c", f"touch {tmp_path / 'ready'}; exec sleep 30")) as process:
        wait_for(tmp_path / "ready")
        process.terminate()
        assert process.wait(20) == 128 + signal.SIGTERM


def test_interrupt_from_the_terminal_arrives_once(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    program = _PROGRAM.format(number=int(signal.SIGINT), action="seen.append(1)", ready=str(ready), seconds=1)
    command = python_command(_code(sys.executable, "-c", program))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    wait_for(ready)
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 61
    os.close(terminal)
