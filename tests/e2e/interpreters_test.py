"""Interpreters that are missing, broken, or not what they are said to be: each error can be understood and repaired."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nested import Workspace

# Real for everything but the question what it is, so that the tools of the rules run with it too.
_SCRIPT = """\
#!/bin/sh
case "$*" in
*pyo3_probe.py) {answer} ;;
esac
exec python3 "$@"
"""
_TRUTH = ":"

_SYSTEM_PYTHON = """
pyo3.system_python(
    name = "fake",
    interpreter = "{interpreter}",
    timeout = 2,
)
use_repo(pyo3, "fake")
"""

_TOOLCHAIN = """\
load("@rules_pyo3//rules:toolchains.bzl", "pyo3_python_toolchain")
load("@rules_python//python:defs.bzl", "py_runtime")

py_runtime(
    name = "runtime",
    files = [],
    interpreter = "python.sh",
    python_version = "PY3",
)

pyo3_python_toolchain(
    name = "python_toolchain",
    ext_suffix = "{ext_suffix}",
    runtime = ":runtime",
    version = "{version}",
)

toolchain(
    name = "toolchain",
    toolchain = ":python_toolchain",
    toolchain_type = "@rules_python//python:toolchain_type",
)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    yield from nested.nested_workspace("tests/e2e/cases", tmp_path_factory.mktemp("interpreters") / "rules_pyo3")


@pytest.fixture(scope="module")
def module_file(workspace: Workspace) -> str:
    return (workspace.directory / "MODULE.bazel").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def facts(workspace: Workspace) -> dict[str, Any]:
    """Gives what the real interpreter says of itself."""
    workspace.succeed("build", "@python//:facts.json")
    external = Path(workspace.succeed("info", "output_base").stdout.strip(), "external")
    found: dict[str, Any] = json.loads(next(external.glob("*python/facts.json")).read_text(encoding="utf-8"))
    return found


def _write_script(workspace: Workspace, path: str, answer: str) -> Path:
    script = workspace.write(path, _SCRIPT.format(answer=answer))
    script.chmod(0o755)
    return script


def _json_answer(facts: dict[str, Any], **changes: Any) -> str:
    text = json.dumps({**facts, **changes})
    return f"echo '{text}'; exit 0"


_BROKEN = {
    "fails": ("echo broken >&2; exit 3", ["ended with code 3", "broken", "a Python 3 that runs and describes itself"]),
    "hangs": ("sleep 60; exit 0", ["killed after 2 s if it hung"]),
    "prints nothing": ("exit 0", ["one JSON object with all the keys of facts.json"]),
    "prints no JSON": ("echo hello; exit 0", ["hello", "one JSON object"]),
    "prints no UTF-8": (r"printf '\377\376{'; exit 0", ["one JSON object"]),
    "prints half an object": ("""echo '{"schema": 1}'; exit 0""", ["answered without", "ext_suffix"]),
    "is too old": (
        """echo '{"schema": 1, "error": "Python 3.6 is too old, expected 3.7 or newer"}'; exit 1""",
        ["Python 3.6 is too old, expected 3.7 or newer"],
    ),
}


@pytest.mark.parametrize("case", _BROKEN)
def test_broken_interpreter(workspace: Workspace, module_file: str, case: str) -> None:
    answer, saying = _BROKEN[case]
    script = _write_script(workspace, "fakes/python", answer)
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter=script))
    workspace.fail("@fake//:facts.json", saying=['pyo3.system_python(name = "fake")', str(script), "to do:", *saying])
    _write_script(workspace, "fakes/python", _TRUTH)
    workspace.succeed("build", "@fake//:facts.json")


def test_interpreter_without_a_suffix(workspace: Workspace, module_file: str, facts: dict[str, Any]) -> None:
    script = _write_script(workspace, "fakes/python", _json_answer(facts, ext_suffix=None))
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter=script))
    workspace.fail("@fake//:facts.json", saying=["ext_suffix", "-dev or -devel package"])
    _write_script(workspace, "fakes/python", _TRUTH)
    workspace.succeed("build", "@fake//:facts.json")


@pytest.mark.parametrize(
    ("interpreter", "found"),
    [("/no/such/python", "no such file exists"), ("no-such-python", "PATH has no such program")],
)
def test_missing_interpreter(workspace: Workspace, module_file: str, interpreter: str, found: str) -> None:
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter=interpreter))
    saying = [f'`interpreter` is "{interpreter}"', found, "install that Python or correct `interpreter`"]
    workspace.fail("@fake//:facts.json", saying=saying)
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter="python3"))
    workspace.succeed("build", "@fake//:facts.json")


_OPTIONAL_PYTHON = """
pyo3.system_python(
    name = "perhaps",
    interpreter = "{interpreter}",
    optional = True,
)
use_repo(pyo3, "perhaps")

register_toolchains("@perhaps//:all")
"""
_WORDS = """
load("@perhaps//:words.bzl", "WORDS")

[filegroup(name = "has_" + word) for word in WORDS]
"""


@pytest.mark.parametrize("named", ["path", "name"])
def test_missing_interpreter_that_is_optional(workspace: Workspace, module_file: str, named: str) -> None:
    script = workspace.directory / named / "later"
    interpreter, found = (script, "no such file exists") if named == "path" else ("later", "PATH has no such program")
    workspace.write("MODULE.bazel", module_file + _OPTIONAL_PYTHON.format(interpreter=interpreter))
    environment = {"PATH": f".::{script.parent}:{os.environ['PATH']}"}
    result = workspace.succeed("build", "//:my_ext", environment=environment)
    reason = f'pyo3.system_python(name = "perhaps"): no toolchain, since `interpreter` is "{interpreter}", and {found}'
    assert not result.missing([reason]), result.describe()
    workspace.write("words/BUILD.bazel", _WORDS)
    assert workspace.succeed("query", "//words:all", environment=environment).stdout == ""
    _write_script(workspace, f"{named}/later", _TRUTH)
    query = workspace.succeed("query", "@perhaps//:toolchain", environment=environment)
    assert query.stdout == "@perhaps//:toolchain\n"
    assert workspace.succeed("query", "//words:all", environment=environment).stdout.startswith("//words:has_3.")


def test_interpreter_that_changes_is_asked_again(workspace: Workspace, module_file: str, facts: dict[str, Any]) -> None:
    script = _write_script(workspace, "fakes/python", _json_answer(facts, version=[3, 13, 0, "final", 0]))
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter=script))
    assert "3.13" in workspace.succeed("query", "--output=build", "@fake//:python_toolchain").stdout
    _write_script(workspace, "fakes/python", _TRUTH)
    assert "3.13" not in workspace.succeed("query", "--output=build", "@fake//:python_toolchain").stdout


_ANSWER_WHERE = """\
#!/bin/sh
case "$*" in
*pyo3_locations.py) exec cat {answer} ;;
esac
exec python3 "$@"
"""


def test_libpython_that_is_installed_later_is_found(workspace: Workspace, module_file: str) -> None:
    library = workspace.directory / "later/libpython3.99.so.1.0"
    places = {"executable": "/fake", "include": "/none", "linkable": False, "places": [str(library)], "static": None}
    answer = workspace.write("fakes/answer", json.dumps({**places, "real": "/bin/sh", "shared": None}))
    script = workspace.write("fakes/python", _ANSWER_WHERE.format(answer=answer))
    script.chmod(0o755)
    workspace.write("MODULE.bazel", module_file + _SYSTEM_PYTHON.format(interpreter=script))
    query = ["query", "--output=build", "@fake//:python_toolchain"]
    assert "shared_library" not in workspace.succeed(*query).stdout
    workspace.write("fakes/answer", json.dumps({**places, "real": "/bin/sh", "shared": str(library)}))
    workspace.write("later/libpython3.99.so.1.0", "")
    assert 'shared_library = "@fake//:lib/libpython3.99.so.1.0"' in workspace.succeed(*query).stdout


def _declare(workspace: Workspace, facts: dict[str, Any], **declared: str) -> None:
    fields = {"ext_suffix": facts["ext_suffix"], "version": "{}.{}".format(*facts["version"]), **declared}
    workspace.write("declared/BUILD.bazel", _TOOLCHAIN.format(**fields))


_WITH_DECLARED = ("--extra_toolchains=//declared:toolchain", "//:my_ext")


@pytest.mark.parametrize(
    ("key", "value"),
    [("ext_suffix", ".cpython-399-riscv64-linux-gnu.so"), ("version", "3.9")],
)
def test_lying_declaration(workspace: Workspace, facts: dict[str, Any], key: str, value: str) -> None:
    _write_script(workspace, "declared/python.sh", _TRUTH)
    _declare(workspace, facts, **{key: value})
    shown = repr(value) if key == "ext_suffix" else "[3, 9]"
    saying = ["is not what the toolchain declares", f"{key}: declared {shown}, probed {facts[key]!r}", "Correct the"]
    workspace.fail(*_WITH_DECLARED, saying=saying)
    _declare(workspace, facts)
    workspace.succeed("build", *_WITH_DECLARED)


@pytest.mark.parametrize(
    ("minor", "saying"),
    [
        (7, ["the interpreter is Python 3.7", "PyO3 0.30.1 supports Python 3.9 to 3.15", "choose a newer interpreter"]),
        (99, ["the interpreter is Python 3.99", "choose an older interpreter or a newer PyO3"]),
    ],
)
def test_unsupported_python(workspace: Workspace, facts: dict[str, Any], minor: int, saying: list[str]) -> None:
    suffix = f".cpython-3{minor}-x86_64-linux-gnu.so"
    version = [3, minor, 0, "final", 0]
    answer = _json_answer(facts, ext_suffix=suffix, extension_suffixes=[suffix], soabi=None, version=version)
    _write_script(workspace, "declared/python.sh", answer)
    _declare(workspace, facts, ext_suffix=suffix, version=f"3.{minor}")
    workspace.fail(*_WITH_DECLARED, saying=saying)
    _write_script(workspace, "declared/python.sh", _TRUTH)
    _declare(workspace, facts)
    workspace.succeed("build", *_WITH_DECLARED)
