"""Runs a command as a child that behaves like the caller itself: same terminal, signals and exit code."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence

_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_SI_USER = 0  # sent by a process with kill(2); the terminal's own signals reach the whole process group


def _start(arguments: list[str], info: int) -> int:
    """Starts bubblewrap with signals as a program expects them; its process id."""
    child = os.fork()
    if child:
        return child
    try:
        # bubblewrap stays as Bazel's parent, and must not end before it when the terminal interrupts both.
        # Bazel installs its own handlers, and so gives what it runs the defaults back.
        for number in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.set_inheritable(info, True)
        os.execv(arguments[0], arguments)
    finally:
        os._exit(127)


def _program_pid(info: int) -> int | None:
    """The process id of the program in the root, from what bubblewrap writes to its --info-fd."""
    with os.fdopen(info, encoding="utf-8") as file:
        text = file.read()
    return int(json.loads(text)["child-pid"]) if text.strip() else None


def run_in_root(bwrap: str, arguments: Sequence[str], command: Sequence[str]) -> int:
    """Runs `command` under bubblewrap and waits for it; its exit code, 128 + n where signal n ended it.

    bubblewrap does not pass signals on, so those sent to this process alone go to the command.
    """
    watched = {*_FORWARDED, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    read_end, write_end = os.pipe()
    child = _start([bwrap, "--info-fd", str(write_end), *arguments, "--", *command], write_end)
    os.close(write_end)
    program = _program_pid(read_end)
    while True:
        received = signal.sigwaitinfo(watched)
        if received.si_signo != signal.SIGCHLD:
            if received.si_code == _SI_USER and program:
                os.kill(program, received.si_signo)
            continue
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
