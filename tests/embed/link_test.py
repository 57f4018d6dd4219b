"""The tool as actions run it: two files, or one message and none."""

from __future__ import annotations

import json
import pathlib
import shutil
import struct
import subprocess

import pyo3_embed
import pytest
from foreign_libraries import dylib
from pyo3_testing import Result, assert_refused, run_tool
from pyo3_triple import parse_triple
from recorded_facts import RECORDED, facts, facts_path, triple_of

COMPILER = shutil.which("gcc")
pytestmark = pytest.mark.skipif(COMPILER is None, reason="no gcc on PATH")
SONAME = "libpython3.14.so.1.0"
END = ["-lc", "-Wl,-rpath,$ORIGIN/../lib", "-Wl,--disable-new-dtags"]


class Tool:
    """The tool with a libpython that does nothing, shared and static."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.link = folder / "link_args"
        self.config = folder / "config"
        self.shared = folder / SONAME
        self.static = folder / "libpython3.14.a"
        (folder / "a.c").write_text('const char *Py_GetVersion(void) { return "3.14.8"; }\n', encoding="utf-8")
        for command in (
            [COMPILER, "-shared", "-fPIC", "a.c", "-o", SONAME, f"-Wl,-soname,{SONAME}"],
            [COMPILER, "-c", "-fPIC", "a.c"],
            ["ar", "rcs", self.static.name, "a.o"],
        ):
            subprocess.run([str(word) for word in command], cwd=folder, check=True)

    def run(self, *more: object, facts: object = None, target: str = "x86_64-unknown-linux-gnu") -> Result:
        arguments = ["--name", "run", "--facts", facts or facts_path(), "--target", target, "--init", "init.a"]
        arguments += ["--config-path", "_main/run.pyo3.cfg", "--executable", "/usr/bin/python3.14"]
        arguments += ["--output-link", self.link, "--output-config", self.config]
        return run_tool(pyo3_embed.main, [*arguments, *more], self.capsys)

    def with_shared(self) -> list[object]:
        return ["--shared-library", self.shared, "--staged-library", f"out/run.libs/{SONAME}"]


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_shared_goes_first(tool: Tool) -> None:
    result = tool.run("--libpython", "auto", *tool.with_shared(), "--static-library", tool.static)
    assert result == (0, "")
    words = tool.link.read_text(encoding="utf-8").splitlines()
    assert words[0] == "init.a"
    assert f"out/run.libs/{SONAME}" in words
    assert tool.config.read_text(encoding="utf-8") == "executable = /usr/bin/python3.14\n"


def test_static_with_the_libraries_of_the_facts(tool: Tool) -> None:
    assert tool.run("--libpython", "static", "--static-library", tool.static) == (0, "")
    words = tool.link.read_text(encoding="utf-8").splitlines()
    assert words[-11:] == [
        "-Wl,--whole-archive",
        str(tool.static),
        "-Wl,--no-whole-archive",
        "-rdynamic",
        "-lm",
        "-lz",
        "-lexpat",
        "-ldl",
        *END,
    ]


def test_static_with_facts_that_name_no_libraries(tool: Tool) -> None:
    recorded = json.loads(facts_path().read_text(encoding="utf-8"))
    del recorded["link_libraries"]
    older = tool.folder / "facts.json"
    older.write_text(json.dumps(recorded), encoding="utf-8")
    assert tool.run("--libpython", "auto", "--static-library", tool.static, facts=older) == (0, "")
    assert tool.link.read_text(encoding="utf-8").splitlines()[-4:] == ["-rdynamic", *END]


@pytest.mark.parametrize(
    ("lines", "shared"), [("shared=false\n", False), ("shared=false\nshared=true\n", True), ("version=3.14\n", True)]
)
def test_auto_follows_the_config_of_pyo3(tool: Tool, lines: str, shared: bool) -> None:
    (tool.folder / "pyo3").write_text(lines, encoding="utf-8")
    more = ["--pyo3-config", tool.folder / "pyo3", *tool.with_shared(), "--static-library", tool.static]
    assert tool.run("--libpython", "auto", *more) == (0, "")
    assert (f"out/run.libs/{SONAME}" in tool.link.read_text(encoding="utf-8")) is shared


# sys.platform of interpreters that programs can embed -> file name of libpython.
EMBEDDED = {"linux": "libpython{}.so.1.0", "darwin": "libpython{}.dylib"}
CPYTHONS = [
    name for name in RECORDED if facts(name).implementation == "CPython" and facts(name).sys_platform in EMBEDDED
]
MACHINES = {"aarch64": 183, "x86_64": 62}


@pytest.mark.parametrize("name", CPYTHONS)
def test_recorded_interpreters_of_any_platform(tool: Tool, name: str) -> None:
    python = facts(name)
    target = triple_of(python)
    library = tool.folder / EMBEDDED[python.sys_platform].format(python.ld_version)
    if python.sys_platform == "darwin":
        library.write_bytes(dylib(f"@rpath/{library.name}"))
    else:
        flags = ["-shared", "-fPIC", "a.c", "-o", library.name, f"-Wl,-soname,{library.name}"]
        subprocess.run([str(COMPILER), *flags], cwd=tool.folder, check=True)
        content = bytearray(library.read_bytes())
        # e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
        content[18:20] = struct.pack("<H", MACHINES[target.partition("-")[0]])
        library.write_bytes(content)
    staged = f"out/run.libs/{library.name}"
    more = ["--shared-library", library, "--staged-library", staged]
    assert tool.run("--libpython", "auto", *more, facts=facts_path(name), target=target) == (0, "")
    words = tool.link.read_text(encoding="utf-8").splitlines()
    origin = "@loader_path" if python.sys_platform == "darwin" else "$ORIGIN"
    assert [word for word in words if word.startswith("-Wl,-rpath")] == [
        f"-Wl,-rpath,{origin}/{folder}"
        for folder in ("run.libs", "../run.libs", "run.runfiles/_main/run.libs", "../lib")
    ]
    assert staged in words
    assert ("-Wl,--wrap=Py_Initialize" in words) is (python.sys_platform != "darwin")


def test_half_of_a_macos_that_the_library_lacks(tool: Tool) -> None:
    library = tool.folder / "libpython3.14.dylib"
    library.write_bytes(dylib("@rpath/libpython3.14.dylib"))
    more = ["--shared-library", library, "--staged-library", "out/run.libs/libpython3.14.dylib"]
    macos = facts_path("sysconfigdata-cpython-3.14-macos-arm64")
    result = tool.run("--libpython", "auto", *more, facts=macos, target="x86_64-apple-darwin")
    assert_refused(result, "is for aarch64, expected x86_64", "built for x86_64-apple-darwin", outputs=[tool.link])


def test_no_libpython(tool: Tool) -> None:
    result = tool.run("--libpython", "auto")
    assert_refused(result, "Python 3.14 has no libpython", "on Debian and Ubuntu", outputs=[tool.link, tool.config])


def test_library_of_another_version_than_the_headers(tool: Tool) -> None:
    other = facts_path("cpython-3.13-linux-x86_64")
    result = tool.run("--libpython", "auto", *tool.with_shared(), facts=other)
    assert_refused(result, f"{SONAME} is libpython of 3.14, expected 3.13", outputs=[tool.link, tool.config])
    result = tool.run("--libpython", "auto", "--static-library", tool.static, facts=other)
    assert_refused(result, "it names 3.14, expected 3.13", outputs=[tool.link, tool.config])


def test_cross_compilation_without_a_libpython_of_the_target(tool: Tool) -> None:
    arm = facts_path("cpython-3.14-linux-aarch64")
    target = "aarch64-unknown-linux-gnu"
    result = tool.run("--libpython", "auto", facts=arm, target=target)
    assert_refused(result, f"for {target}: the program is cross-compiled", "`shared_library`", outputs=[tool.link])
    result = tool.run("--libpython", "auto", *tool.with_shared(), facts=arm, target=target)
    assert_refused(result, "is for x86_64, expected aarch64", "own libpython", outputs=[tool.link])
    result = tool.run("--libpython", "auto", "--static-library", tool.static, facts=arm, target=target)
    assert_refused(result, "is for x86_64, expected aarch64", "own libpython", outputs=[tool.link])


def test_auto_initialize_with_a_static_library(tool: Tool) -> None:
    more = ["--feature", "macros", "--feature", "auto-initialize", "--static-library", tool.static]
    result = tool.run("--libpython", "auto", *more)
    assert_refused(result, "auto-initialize", "libpython is static", "Take the feature out", outputs=[tool.link])


def test_config_that_cannot_be_written(tool: Tool) -> None:
    result = tool.run("--libpython", "auto", *tool.with_shared(), "--import", "a\nb")
    assert_refused(result, "has a line break", outputs=[tool.link, tool.config])


@pytest.mark.parametrize(
    ("target", "machine", "system", "cross"),
    [
        ("x86_64-unknown-linux-gnu", "x86_64", "linux", False),
        ("x86_64-unknown-linux-musl", "x86_64", "linux", False),
        ("aarch64-apple-darwin", "arm64", "darwin", False),
        ("x86_64-pc-windows-msvc", "AMD64", "win32", False),
        ("aarch64-unknown-linux-gnu", "x86_64", "linux", True),
        ("x86_64-apple-darwin", "x86_64", "linux", True),
    ],
)
def test_cross(target: str, machine: str, system: str, cross: bool) -> None:
    assert pyo3_embed.is_cross(parse_triple(target), machine, system) is cross
