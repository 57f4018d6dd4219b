"""Modules for a stable ABI: names with and without an interpreter, and what Pythons import them."""

from __future__ import annotations

import json
import pathlib

import pyo3_config
import pyo3_import_check
import pyo3_tag
import pytest
from packaging import tags
from pyo3_facts import Facts
from pyo3_testing import TESTS, Result, assert_golden, assert_refused, run_tool
from recorded_facts import RECORDED, facts, triple_of

LINUX = "x86_64-unknown-linux-gnu"
CPYTHON = "cpython-3.14-linux-x86_64"
NEWEST = "cpython-3.15-linux-x86_64"
FREE_THREADED = "cpython-3.13t-linux-x86_64"
WINDOWS_PYTHON = "cpython-3.13-windows-amd64"
WINDOWS = "x86_64-pc-windows-msvc"
# What modules are built for: words of `abi`, kind, floor.
MODES = {"abi3-py39": ("abi3", (3, 9)), "abi3-py315": ("abi3", (3, 15)), "abi3t-py315": ("abi3t", (3, 15))}
# Python 3.15 as of the recorded one, without the GIL: it has no abi3.
NEWEST_FREE_THREADED = {
    "abiflags": "t",
    "build_flags": ["Py_GIL_DISABLED"],
    "ext_suffix": ".cpython-315t-x86_64-linux-gnu.so",
    "extension_suffixes": [
        ".cpython-315t-x86_64-linux-gnu.so",
        ".abi3t-x86_64-linux-gnu.so",
        ".abi3t.so",
        ".so",
    ],
}


class Tools:
    """The tools with their files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.config = folder / "config.txt"
        self.tag = folder / "tag.json"
        self.checked = folder / "checked.txt"

    def write_facts(self, of: Facts) -> pathlib.Path:
        path = self.folder / "facts.json"
        path.write_text(json.dumps(of.to_json_object()), encoding="utf-8")
        return path

    def configure(self, words: str, *more: object, version: str = "0.30.1", target: str = LINUX) -> None:
        arguments = ["--abi", words, "--pyo3-version", version, "--target", target, "--output", self.config, *more]
        assert run_tool(pyo3_config.main, arguments, self.capsys).code == 0

    def name(self, file_name: str, *more: object, target: str | None = LINUX, of: Facts | None = None) -> Result:
        arguments = ["--module", "pkg.fast", "--file-name", file_name, "--output", self.tag, *more]
        arguments += ["--target", target] if target else []
        arguments += ["--facts", self.write_facts(of)] if of else []
        return run_tool(pyo3_tag.main, arguments, self.capsys)

    def shared(self, words: str, file_name: str, target: str = LINUX, version: str = "0.30.1") -> Result:
        """Configure and name a module without any Python."""
        kind, floor = MODES[words]
        self.configure(words, version=version, target=target)
        options = ("--abi-kind", kind, "--floor", f"{floor[0]}.{floor[1]}")
        return self.name(file_name, *options, "--config", self.config, "--pyo3-version", version, target=target)

    def wheel_tag(self) -> str:
        parts = json.loads(self.tag.read_text(encoding="utf-8"))["wheel_tag"]
        return f"{parts['python']}-{parts['abi']}-{parts['platform']}"

    def check(self, of: Facts) -> Result:
        arguments = ["--facts", self.write_facts(of), "--tag", self.tag, "--output", self.checked]
        return run_tool(pyo3_import_check.main, arguments, self.capsys)


@pytest.fixture
def tools(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tools:
    return Tools(tmp_path, capsys)


SHARED = [
    ("abi3-py39", LINUX, "fast.abi3.so"),
    ("abi3-py315", LINUX, "fast.abi3-x86_64-linux-gnu.so"),
    ("abi3t-py315", LINUX, "fast.abi3t-x86_64-linux-gnu.so"),
    ("abi3-py39", "aarch64-apple-darwin", "fast.abi3.so"),
    ("abi3t-py315", "x86_64-apple-darwin", "fast.abi3t-darwin.so"),
    ("abi3-py39", WINDOWS, "fast.pyd"),
    ("abi3t-py315", "aarch64-pc-windows-msvc", "fast.pyd"),
]


@pytest.mark.parametrize(("words", "target", "file_name"), SHARED)
def test_without_a_python(tools: Tools, words: str, target: str, file_name: str) -> None:
    assert tools.shared(words, file_name, target) == (0, "")
    text = tools.tag.read_text(encoding="utf-8")
    assert_golden("tag", f"{words}-{target}.tag.json", text)
    jsonschema = pytest.importorskip("jsonschema")
    schema = TESTS.parent / "tools" / "common" / "schemas" / "tag.schema.json"
    jsonschema.validate(json.loads(text), json.loads(schema.read_text(encoding="utf-8")))


@pytest.mark.parametrize("version", ["0.22.6", "0.28.3", "0.29.3"])
def test_without_a_python_with_other_pyo3(tools: Tools, version: str) -> None:
    assert tools.shared("abi3-py39", "fast.abi3.so", version=version) == (0, "")


def test_wheel_tags_are_what_installers_look_for(tools: Tools) -> None:
    assert tools.shared("abi3t-py315", "fast.abi3t-x86_64-linux-gnu.so") == (0, "")
    written = tags.parse_tag(tools.wheel_tag())
    for abi in ("cp316", "cp316t"):
        supported = set(tags.cpython_tags((3, 16), [abi], ["linux_x86_64"]))
        assert written & supported, abi


def imports(of: Facts, words: str) -> bool:
    """Whether CPython's rules let this interpreter import a module."""
    kind, floor = MODES[words]
    return of.implementation == "CPython" and of.version[:2] >= floor and not (kind == "abi3" and of.gil_disabled)


EVERY_PYTHON = {**{name: facts(name) for name in RECORDED}, "3.15t": facts(NEWEST, **NEWEST_FREE_THREADED)}


@pytest.mark.parametrize("words", MODES)
@pytest.mark.parametrize("name", [name for name in EVERY_PYTHON if "emscripten" not in name])
def test_what_every_python_makes_of_a_shared_module(tools: Tools, name: str, words: str) -> None:
    of = EVERY_PYTHON[name]
    kind, floor = MODES[words]
    target = triple_of(of)
    word = {"win32": ".pyd", "darwin": f".{kind}-darwin.so"}.get(
        of.sys_platform, f".{kind}-{of.ext_suffix.split('-', 2)[-1]}"
    )
    if floor < (3, 15) and of.sys_platform != "win32":
        word = ".abi3.so"
    if of.implementation == "CPython":
        assert tools.shared(words, f"fast{word}", target) == (0, "")
    else:
        assert tools.shared(words, "fast.abi3.so" if floor < (3, 15) else f"fast.{kind}-x86_64-linux-gnu.so").code == 0
    result = tools.check(of)
    assert (result.code == 0) == imports(of, words), result.stderr
    if imports(of, words):
        suffix = json.loads(tools.tag.read_text(encoding="utf-8"))["ext_suffix"]
        assert suffix in of.extension_suffixes
        assert tools.checked.read_text(encoding="utf-8").startswith(f"fast{suffix} is imported by CPython 3.")
    else:
        assert not tools.checked.exists()


@pytest.mark.parametrize(
    ("words", "file_name", "of", "message"),
    [
        (
            "abi3-py315",
            "fast.abi3-x86_64-linux-gnu.so",
            facts(CPYTHON),
            "the Python is CPython 3.14, expected 3.15 or newer for a module for abi3 with that floor: lower the floor",
        ),
        (
            "abi3-py39",
            "fast.abi3.so",
            facts(FREE_THREADED),
            "the Python is a free-threaded CPython 3.13, expected one with the GIL for a module for abi3: set abi to",
        ),
        (
            "abi3-py39",
            "fast.abi3.so",
            facts("pypy-3.11-linux-x86_64"),
            "the Python is PyPy 3.11, expected CPython for a module for abi3: set abi to version",
        ),
        (
            "abi3-py39",
            "fast.abi3.so",
            facts(WINDOWS_PYTHON),
            "the Python is CPython 3.13 and imports files that end in .cp313-win_amd64.pyd, .pyd, expected .abi3.so",
        ),
    ],
)
def test_import_check_refuses(tools: Tools, words: str, file_name: str, of: Facts, message: str) -> None:
    assert tools.shared(words, file_name).code == 0
    assert_refused(tools.check(of), message, outputs=[tools.checked])


def test_import_check_of_a_version_specific_module(tools: Tools) -> None:
    assert tools.name(f"fast{facts(CPYTHON).ext_suffix}", "--abi-kind", "version", of=facts(CPYTHON)) == (0, "")
    assert tools.check(facts(CPYTHON)) == (0, "")
    assert_refused(tools.check(facts(NEWEST)), "the Python is CPython 3.15 and imports files that end in .cpython-315-")


def test_import_check_of_something_else(tools: Tools) -> None:
    tools.tag.write_text('{"schema": 1, "ext_suffix": ".so"}', encoding="utf-8")
    assert_refused(tools.check(facts(CPYTHON)), "has no 'wheel_tag', expected what the tag tool writes: write it again")


@pytest.mark.parametrize(
    ("name", "kind", "file_name", "tag"),
    [
        (CPYTHON, "abi3", "fast.abi3.so", "cp314-abi3-linux_x86_64"),
        (NEWEST, "abi3", "fast.abi3-x86_64-linux-gnu.so", "cp315-abi3-linux_x86_64"),
        (NEWEST, "abi3t", "fast.abi3t-x86_64-linux-gnu.so", "cp315-abi3.abi3t-linux_x86_64"),
        (WINDOWS_PYTHON, "abi3", "fast.pyd", "cp313-abi3-win_amd64"),
    ],
)
def test_bare_feature_with_a_python(tools: Tools, name: str, kind: str, file_name: str, tag: str) -> None:
    of = facts(name)
    target = triple_of(of)
    tools.configure(kind, "--facts", tools.write_facts(of), target=target)
    options = ("--abi-kind", kind, "--config", tools.config, "--pyo3-version", "0.30.1")
    assert tools.name(file_name, *options, target=target, of=of) == (0, "")
    assert tools.wheel_tag() == tag


def test_pyo3_that_does_not_know_the_newest_python(tools: Tools) -> None:
    of = facts(NEWEST)
    tools.configure("abi3", "--facts", tools.write_facts(of), version="0.28.3")
    assert "version=3.14" in tools.config.read_text(encoding="utf-8")
    options = ("--abi-kind", "abi3", "--config", tools.config, "--pyo3-version", "0.28.3")
    assert tools.name("fast.abi3-x86_64-linux-gnu.so", *options, of=of) == (0, "")


def windows_debug(minor: int) -> Facts:
    suffix = f"_d.cp3{minor}-win_amd64.pyd"
    return facts(
        WINDOWS_PYTHON,
        version=[3, minor, 0, "final", 0],
        ext_suffix=suffix,
        extension_suffixes=[suffix, "_d.pyd"],
        debug=True,
        build_flags=["Py_DEBUG"] if minor >= 13 else [],
    )


@pytest.mark.parametrize("minor", [12, 13])
@pytest.mark.parametrize("version", ["0.22.6", "0.28.3", "0.29.3", "0.30.1"])
def test_debug_build_for_windows(tools: Tools, version: str, minor: int) -> None:
    of = windows_debug(minor)
    known = ("--facts", tools.write_facts(of))
    tools.configure("version", *known, version=version, target=WINDOWS)
    config = ("--config", tools.config, "--pyo3-version", version)
    file_name = f"fast_d.cp3{minor}-win_amd64.pyd"
    assert tools.name(file_name, "--abi-kind", "version", *config, target=WINDOWS, of=of) == (0, "")
    tools.configure("abi3-py39", *known, version=version, target=WINDOWS)
    stable = ("--abi-kind", "abi3", "--floor", "3.9", *config)
    assert tools.name("fast_d.pyd", *stable, target=WINDOWS, of=of) == (0, "")
    assert tools.check(of) == (0, "")


def test_debug_configuration_of_a_release_build(tools: Tools) -> None:
    tools.configure("version", "--facts", tools.write_facts(windows_debug(12)), target=WINDOWS)
    release = facts(
        WINDOWS_PYTHON, version=[3, 12, 0, "final", 0], ext_suffix=".cp312-win_amd64.pyd", extension_suffixes=[]
    )
    config = ("--config", tools.config, "--pyo3-version", "0.30.1")
    result = tools.name("fast.cp312-win_amd64.pyd", *config, target=WINDOWS, of=release)
    assert_refused(result, "the PyO3 configuration is for CPython 3.12 debug, the facts are of CPython 3.12: make both")


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (
            "abi3-py39",
            ("--abi-kind", "abi3", "--floor", "3.10"),
            "is for abi3 of CPython 3.9, the module is to be for abi3",
        ),
        (
            "abi3-py310",
            ("--abi-kind", "abi3", "--floor", "3.9"),
            "is for abi3 of CPython 3.10, the module is to be for",
        ),
        (
            "abi3-py315",
            ("--abi-kind", "abi3t", "--floor", "3.15"),
            "the module is to be for abi3t of Python 3.15: make",
        ),
    ],
)
def test_configuration_for_something_else(tools: Tools, words: str, options: tuple[str, ...], message: str) -> None:
    tools.configure(words)
    config = ("--config", tools.config, "--pyo3-version", "0.30.1")
    assert_refused(tools.name("fast.abi3.so", *options, *config), message, outputs=[tools.tag])


def test_stable_configuration_of_a_version_specific_module(tools: Tools) -> None:
    tools.configure("abi3-py39", "--facts", tools.write_facts(facts(CPYTHON)))
    config = ("--config", tools.config, "--pyo3-version", "0.30.1")
    result = tools.name("fast.x.so", "--abi-kind", "version", *config, of=facts(CPYTHON))
    message = (
        "the PyO3 configuration is for abi3 of CPython 3.9, the module is to be for one version of Python: make both"
    )
    assert_refused(result, message, outputs=[tools.tag])
    pypy = facts("pypy-3.11-linux-x86_64")
    tools.configure("abi3-py39", "--facts", tools.write_facts(pypy))
    assert tools.name(f"fast{pypy.ext_suffix}", "--abi-kind", "version", *config, of=pypy) == (0, "")


@pytest.mark.parametrize(
    ("options", "target", "of", "message"),
    [
        (("--abi-kind", "version"), LINUX, None, "a version-specific module needs --facts and has no --floor"),
        (("--floor", "3.9"), LINUX, CPYTHON, "a version-specific module needs --facts and has no --floor"),
        (("--abi-kind", "abi3"), LINUX, None, "--abi-kind abi3 needs --target, and --floor or --facts: add them"),
        (
            ("--abi-kind", "abi3", "--floor", "3.9"),
            None,
            None,
            "--abi-kind abi3 needs --target, and --floor or --facts",
        ),
        (("--abi-kind", "abi3", "--floor", "3"), LINUX, None, "the Python version is '3', expected MAJOR.MINOR"),
        (("--abi-kind", "abi4"), LINUX, None, "invalid choice: 'abi4'"),
        (
            ("--abi-kind", "abi3", "--floor", "3.15"),
            LINUX,
            CPYTHON,
            "the Python is CPython 3.14, expected 3.15 or newer",
        ),
        (("--abi-kind", "abi3", "--floor", "3.9"), LINUX, FREE_THREADED, "the Python is a free-threaded CPython 3.13"),
        (
            ("--abi-kind", "abi3", "--floor", "3.9"),
            LINUX,
            WINDOWS_PYTHON,
            "imports files that end in .cp313-win_amd64.pyd",
        ),
        (
            ("--abi-kind", "abi3", "--floor", "3.9"),
            LINUX,
            None,
            "is named wrong.so, a module for abi3 is fast.abi3.so: name it so",
        ),
        (
            ("--abi-kind", "abi3", "--floor", "3.9", "--module", "no-name"),
            LINUX,
            None,
            "the module name is 'no-name', expected Python identifiers",
        ),
    ],
)
def test_refusals(tools: Tools, options: tuple[str, ...], target: str | None, of: str | None, message: str) -> None:
    result = tools.name("wrong.so", *options, target=target, of=facts(of) if of else None)
    assert_refused(result, message, outputs=[tools.tag])


@pytest.mark.parametrize(
    ("abi", "expected"), [("abi3.abi3t", {"abi3", "abi3t"}), ("abi3t.abi3", {"abi3", "abi3t"}), ("abi3", {"abi3"})]
)
def test_compressed_tag(abi: str, expected: set[str]) -> None:
    tag = pyo3_tag.parsed_back(tags.Tag("cp315", abi, "any"))
    assert {each.abi for each in tags.parse_tag(str(tag))} == expected
