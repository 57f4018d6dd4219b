"""Running the probe: a real interpreter, and programs that misbehave as interpreters can."""

from __future__ import annotations

import json
import os
import pathlib
import stat
import sys
import sysconfig
import time
from typing import Any

import pyo3_common
import pyo3_facts
import pyo3_probe
import pyo3_probe_run
import pytest
from pyo3_common import ToolError
from pyo3_testing import Result, assert_refused, run_tool

SNAPSHOT = pathlib.Path(__file__).parent / "snapshots" / "cpython-3.14-linux-x86_64.facts.json"
PROBE = pathlib.Path(pyo3_probe.__file__)


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "facts.json"

    def run(self, interpreter: object, *more: object) -> Result:
        arguments = ["--interpreter", interpreter, "--probe", PROBE, "--output", self.output, *more]
        return run_tool(pyo3_probe_run.main, arguments, self.capsys)

    def script(self, text: str) -> pathlib.Path:
        path = self.folder / "python"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def printing(self, content: bytes) -> pathlib.Path:
        (self.folder / "answer").write_bytes(content)
        return self.script(f"cat {self.folder}/answer")

    def claiming(self, **changed: Any) -> pathlib.Path:
        """An interpreter that says what a recorded one said, with some values changed; None drops a key."""
        facts = {**json.loads(SNAPSHOT.read_text(encoding="utf-8")), **changed}
        kept = {key: value for key, value in facts.items() if value is not ...}
        return self.printing(json.dumps(kept).encode("utf-8"))


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_writes_the_facts_of_a_real_interpreter(tool: Tool) -> None:
    assert tool.run(sys.executable) == (0, "")
    facts = json.loads(tool.output.read_text(encoding="utf-8"))
    assert facts["version"] == list(sys.version_info)
    assert sorted(path.name for path in tool.folder.iterdir()) == ["facts.json"]


def test_paths_are_told_when_asked_for() -> None:
    for paths in (False, True):
        printed = pyo3_common.parse_json(pyo3_probe_run.run_probe(sys.executable, str(PROBE), 60, paths), "output")
        assert pyo3_facts.parse_facts(printed, "output").paths == (expected_paths() if paths else None)


def expected_paths() -> pyo3_facts.Paths:
    return pyo3_facts.Paths(
        executable=sys.executable,
        base_prefix=sys.base_prefix,
        lib_dir=sysconfig.get_config_var("LIBDIR"),
        python_framework_prefix=str(sysconfig.get_config_var("PYTHONFRAMEWORKPREFIX")),
    )


def test_writes_canonical_text(tool: Tool) -> None:
    facts = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    interpreter = tool.printing(json.dumps(dict(reversed(facts.items()))).encode("utf-8"))
    assert tool.run(interpreter).code == 0
    assert tool.output.read_bytes() == SNAPSHOT.read_bytes()


def test_environment_is_clean(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("_PYTHON_SYSCONFIGDATA_NAME", "nonsense")
    assert tool.run(tool.script(f'env > {tool.folder}/seen; exec {sys.executable} "$@"')).code == 0
    seen = (tool.folder / "seen").read_text(encoding="utf-8")
    assert "PYTHONPATH" not in seen
    assert "SYSCONFIGDATA" not in seen


def test_declared_facts_that_agree(tool: Tool) -> None:
    declared = tool.folder / "declared.json"
    declared.write_text('{"schema": 1, "version": [3, 14], "ext_suffix": ".cpython-314-x86_64-linux-gnu.so"}')
    assert tool.run(tool.claiming(), "--declared", declared) == (0, "")


def test_declared_facts_that_differ(tool: Tool) -> None:
    declared = tool.folder / "declared.json"
    declared.write_text('{"schema": 1, "version": [3, 13], "ext_suffix": ".so", "shared": true}')
    assert_refused(
        tool.run(tool.claiming(), "--declared", declared),
        "is not what the toolchain declares",
        "ext_suffix: declared '.so', probed '.cpython-314-x86_64-linux-gnu.so'",
        "version: declared [3, 13], probed [3, 14, 8, 'final', 0]",
        "Correct the declared values",
        outputs=[tool.output],
    )


def test_declared_facts_with_an_unknown_key(tool: Tool) -> None:
    declared = tool.folder / "declared.json"
    declared.write_text('{"schema": 1, "suffix": ".so"}')
    result = tool.run(tool.claiming(), "--declared", declared)
    assert_refused(result, "unknown keys suffix", "ext_suffix", outputs=[tool.output])


def test_declared_facts_missing(tool: Tool) -> None:
    result = tool.run(tool.claiming(), "--declared", tool.folder / "none.json")
    assert_refused(result, "cannot read the declared facts", "No such file", outputs=[tool.output])


def test_missing_interpreter(tool: Tool) -> None:
    assert_refused(tool.run(tool.folder / "absent"), "absent does not exist", outputs=[tool.output])


def test_interpreter_that_is_not_executable(tool: Tool) -> None:
    path = tool.folder / "python"
    path.write_text("", encoding="utf-8")
    assert_refused(tool.run(path), "is not executable", "execute permission", outputs=[tool.output])


def test_interpreter_for_another_machine(tool: Tool) -> None:
    path = tool.script("")
    path.write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 100)
    assert_refused(tool.run(path), "does not run here", "declare its facts", outputs=[tool.output])


def test_hanging_interpreter_is_killed_with_its_children(tool: Tool) -> None:
    interpreter = tool.script(f"sleep 60 & echo $! > {tool.folder}/child; wait")
    assert_refused(tool.run(interpreter, "--timeout", "0.5"), "did not finish within 0.5 seconds")
    child = int((tool.folder / "child").read_text(encoding="utf-8"))
    assert _ends(child)


def _ends(process: int) -> bool:
    """Whether a process is gone, or waits as a zombie for its parent to notice."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            status = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
            if status.rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_failing_interpreter_is_quoted(tool: Tool) -> None:
    result = tool.run(tool.script("echo first >&2; for i in 1 2 3 4 5 6 7 8; do echo line $i >&2; done; exit 3"))
    assert_refused(result, "exited with code 3", "line 1", "line 8", outputs=[tool.output])
    assert "first" not in result.stderr


def test_silently_failing_interpreter(tool: Tool) -> None:
    assert_refused(tool.run(tool.script("exit 1")), "it wrote nothing on stderr", outputs=[tool.output])


def test_crashing_interpreter(tool: Tool) -> None:
    assert_refused(tool.run(tool.script("kill -SEGV $$")), "was killed by signal 11", outputs=[tool.output])


def test_too_old_an_interpreter(tool: Tool) -> None:
    answer = '{"schema": 1, "error": "Python 3.6 is too old, expected 3.7 or newer"}'
    interpreter = tool.script(f"echo '{answer}'; exit 1")
    assert_refused(tool.run(interpreter), "Python 3.6 is too old, expected 3.7 or newer", outputs=[tool.output])


def test_too_old_is_told_from_broken(tool: Tool) -> None:
    answer = '{"schema": 1, "error": "Python 3.6 is too old, expected 3.7 or newer"}'
    with pytest.raises(pyo3_facts.TooOldError, match=r"Python 3\.6 is too old"):
        pyo3_probe_run.run_probe(str(tool.script(f"echo '{answer}'; exit 1")), str(PROBE), 60)
    with pytest.raises(ToolError) as error:
        pyo3_probe_run.run_probe(str(tool.script("exit 1")), str(PROBE), 60)
    assert type(error.value) is ToolError


def test_interpreter_that_prints_garbage(tool: Tool) -> None:
    assert_refused(tool.run(tool.printing(b"hello")), "is not JSON", "'hello'", outputs=[tool.output])


def test_interpreter_that_prints_another_json(tool: Tool) -> None:
    assert_refused(tool.run(tool.printing(b"[1]")), "JSON list, expected an object", outputs=[tool.output])


def test_interpreter_that_prints_another_schema(tool: Tool) -> None:
    assert_refused(tool.run(tool.claiming(schema=2)), "has schema 2, expected 1", outputs=[tool.output])


def test_interpreter_that_prints_no_utf8(tool: Tool) -> None:
    assert_refused(tool.run(tool.printing(b'{"a": "\xff"}')), "bytes that are not UTF-8", outputs=[tool.output])


def test_interpreter_without_ext_suffix(tool: Tool) -> None:
    result = tool.run(tool.claiming(ext_suffix=None))
    assert_refused(result, "`ext_suffix` is None, expected a non-empty string", outputs=[tool.output])


def test_interpreter_that_leaves_a_key_out(tool: Tool) -> None:
    result = tool.run(tool.claiming(soabi=...))
    assert_refused(result, "the key `soabi` is missing, expected a string or null", outputs=[tool.output])


def test_lying_interpreter(tool: Tool) -> None:
    result = tool.run(tool.claiming(version=[3, 13, 0, "final", 0]))
    assert_refused(
        result,
        "`ext_suffix` '.cpython-314-x86_64-linux-gnu.so' is of version 314",
        "expected a suffix of version 313",
        "Use an interpreter whose sys and sysconfig are intact",
        outputs=[tool.output],
    )


def test_bad_command_line(tool: Tool) -> None:
    assert_refused(tool.run(sys.executable, "--nonsense"), "bad command line", "--nonsense", outputs=[tool.output])
