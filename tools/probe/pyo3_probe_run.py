"""Runs the probe with an interpreter, checks what it prints and writes facts.json."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_facts
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KEPT_VARIABLES = ("PATH", "SYSTEMROOT")
_QUOTED_LINES = 8
_SECONDS_TO_DIE = 5


def run_probe(interpreter: str, probe: str, timeout: float, paths: bool = False) -> str:
    """Run the probe isolated, in an environment that holds nothing of Python's, and give its output.

    Args:
        interpreter: path of the interpreter.
        probe: path of pyo3_probe.py.
        timeout: seconds after which the interpreter and its children are killed.
        paths: whether to ask where on the machine it is, too.

    Raises:
        ToolError: the interpreter is missing, not executable, hanging, failing, or prints no UTF-8.
    """
    _check_executable(interpreter)
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"
    command = [os.path.abspath(interpreter), "-I", "-B", probe, *(["--paths"] if paths else [])]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(
            f"the Python interpreter {interpreter} does not run here ({error.strerror}), expected a program for this "
            "machine: choose another interpreter, or declare its facts instead of probing"
        ) from error
    stdout, stderr = _wait(process, interpreter, timeout)
    if process.returncode != 0:
        raise _failure(interpreter, process.returncode, stdout, stderr)
    try:
        return stdout.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolError(
            f"the Python interpreter {interpreter} printed bytes that are not UTF-8 (at {error.start}): "
            f"{pyo3_common.excerpt(stdout.decode('latin-1'))}, expected one JSON object: "
            "check that it is a Python and that no start-up file prints"
        ) from error


def _check_executable(interpreter: str) -> None:
    if not os.path.exists(interpreter):
        raise ToolError(
            f"the Python interpreter {interpreter} does not exist: give the toolchain an interpreter that is there"
        )
    if os.path.isdir(interpreter) or not os.access(interpreter, os.X_OK):
        raise ToolError(
            f"the Python interpreter {interpreter} is not executable, expected a program: "
            "set its execute permission or name another file"
        )


def _wait(process: subprocess.Popen[bytes], interpreter: str, timeout: float) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as expired:
        _kill(process)
        raise ToolError(
            f"the Python interpreter {interpreter} did not finish within {timeout:g} seconds: "
            "check that it starts (`-I -B -c pass`), or allow it more time"
        ) from expired


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The process leads a session of its own, so this reaches the children of a wrapper script too.
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    try:
        process.communicate(timeout=_SECONDS_TO_DIE)
    except subprocess.TimeoutExpired:
        # A child that left the session may keep the pipes open; nothing waits for it.
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _failure(interpreter: str, code: int, stdout: bytes, stderr: bytes) -> ToolError:
    kind: type[ToolError] = pyo3_facts.TooOldError
    try:
        said = str(pyo3_common.parse_json(stdout.decode("utf-8"), "output")["error"])
    except (ToolError, KeyError, UnicodeDecodeError):
        lines = stderr.decode("utf-8", "replace").splitlines()[-_QUOTED_LINES:]
        kind = ToolError
        said = "its last lines on stderr:\n  " + "\n  ".join(lines) if lines else "it wrote nothing on stderr"
    ended = f"was killed by signal {-code}" if code < 0 else f"exited with code {code}"
    return kind(
        f"the Python interpreter {interpreter} {ended}, expected 0. "
        f"Repair it or choose another, Python 3.7 or newer; {said}"
    )


def compare(declared: Mapping[str, Any], probed: Mapping[str, Any]) -> list[str]:
    """Give a line for every declared fact that the interpreter contradicts.

    A declared `version` is compared as a prefix: [3, 14] agrees with every 3.14.

    Raises:
        ToolError: a declared key is not one of facts.json.
    """
    unknown = sorted(set(declared) - pyo3_facts.fact_names() - {"schema"})
    if unknown:
        names = ", ".join(sorted(pyo3_facts.fact_names()))
        raise ToolError(f"the declared facts have unknown keys {', '.join(unknown)}, expected some of {names}")
    lines = []
    for key in sorted(set(declared) - {"schema"}):
        found = probed[key]
        if key == "version" and isinstance(declared[key], list):
            found = found[: len(declared[key])]
        if declared[key] != found:
            lines.append(f"{key}: declared {declared[key]!r}, probed {probed[key]!r}")
    return lines


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--interpreter", required=True)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--declared", help="JSON object: what the toolchain says of the interpreter")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds")
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    declared = pyo3_common.read_json(args.declared, "declared facts") if args.declared else {}
    origin = f"the Python interpreter {args.interpreter}"
    printed = pyo3_common.parse_json(run_probe(args.interpreter, args.probe, args.timeout), f"the output of {origin}")
    facts = pyo3_facts.parse_facts(printed, origin)
    differences = compare(declared, printed)
    if differences:
        raise ToolError(
            f"{origin} is not what the toolchain declares:\n  "
            + "\n  ".join(differences)
            + "\nCorrect the declared values, or give the toolchain the interpreter that they describe"
        )
    pyo3_common.write_json(args.output, facts.to_json_object())


def main(argv: Sequence[str] | None = None) -> int:
    """Write facts.json; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
