"""The tool that makes a bundle, its plan, its launcher and its archive."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pyo3_bundle
import pyo3_bundle_archive
import pyo3_bundle_elf
import pyo3_bundle_plan
import pyo3_probe
import pyo3_probe_run
import pytest
from pyo3_bundle_plan import Plan
from pyo3_common import ToolError
from pyo3_testing import Result, assert_refused, run_tool
from recorded_facts import facts, facts_path

CONFIG = "executable = /usr/bin/python3\npath = .\npath = ..\npath = ../../other~1.0/lib\n"


class Tool:
    """The tool for a program of the package "pkg", with its files in a temporary folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.program = self.write("prog", "the program")
        self.config = self.write("prog.pyo3.cfg", CONFIG)
        self.output = folder / "bundle"
        self.python: list[object] = []
        self.facts: object = facts_path()
        self.listed = ""

    def write(self, path: str, text: str) -> Path:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")
        return self.folder / path

    def add(self, kind: str, path: str, file: object) -> None:
        self.listed += f"{kind}\t{path}\t{file}\n"

    def in_the_build(self, *paths: str) -> None:
        """The Python is one of the build: Python 3.14, as the recorded facts say."""
        for path in ("lib/python3.14/os.py", *paths):
            self.add("python", "", self.write(f"python/{path}", path))

    def run(self, *more: object) -> Result:
        arguments = ["--facts", self.facts, "--program", self.program, "--config", self.config, *self.python]
        arguments += ["--config-path", "_main/pkg/prog.pyo3.cfg", "--workspace", "_main", "--output", self.output]
        return run_tool(pyo3_bundle.main, [*arguments, "--files", self.write("list", self.listed), *more], self.capsys)

    def places(self) -> list[str]:
        return sorted(path.relative_to(self.output).as_posix() for path in self.output.rglob("*") if path.is_file())

    def text(self, place: str) -> str:
        return (self.output / place).read_text(encoding="utf-8")


@pytest.fixture
def tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_layout(tool: Tool) -> None:
    tool.in_the_build("lib/python3.14/json/decoder.py", "lib/libunused.so.1", "bin/python3")
    tool.add("file", "pkg/mod.py", tool.write("mod.py", "mod"))
    tool.add("file", "../other~1.0/lib/data.txt", tool.write("data.txt", "data"))
    tool.add("file", "pkg/sub/__init__.py", "")
    tool.add("root", "third/link.py", tool.write("link.py", "link"))
    assert tool.run("--library", tool.write("prog.libs/libpython3.14.so.1.0", "libpython")) == (0, "")
    expected = {
        "app/_main/pkg/mod.py": "mod",
        "app/_main/pkg/sub/__init__.py": "",
        "app/other~1.0/lib/data.txt": "data",
        "app/third/link.py": "link",
        "bin/prog": "the program",
        "lib/libpython3.14.so.1.0": "libpython",
        "lib/python3.14/json/decoder.py": "lib/python3.14/json/decoder.py",
        "lib/python3.14/os.py": "lib/python3.14/os.py",
        "prog": pyo3_bundle_plan.launcher("prog"),
        "prog.pyo3.cfg": "executable = \nhome = .\npath = app/_main/pkg\npath = app/_main\npath = app/other~1.0/lib\n",
    }
    assert {place: tool.text(place) for place in tool.places()} == expected
    executable = {place for place in tool.places() if os.access(tool.output / place, os.X_OK)}
    assert executable == {"bin/prog", "prog"}


def test_folders_of_the_build_are_walked(tool: Tool) -> None:
    tool.in_the_build()
    tool.write("made/a.py", "a")
    tool.write("made/sub/b.py", "b")
    tool.add("file", "pkg/made", tool.folder / "made")
    assert tool.run() == (0, "")
    assert {"app/_main/pkg/made/a.py", "app/_main/pkg/made/sub/b.py"} <= set(tool.places())


def test_an_installed_python(tool: Tool) -> None:
    """The one that runs this test: its program, as if it were the user's, and its standard library, by asking it."""
    tool.program = Path(shutil.copy(os.path.realpath(sys.executable), tool.folder / "python"))
    asked = ["--interpreter", sys.executable]
    probed = ["--probe", pyo3_probe.__file__, "--output", tool.folder / "facts.json"]
    assert run_tool(pyo3_probe_run.main, [*asked, *probed], tool.capsys) == (0, "")
    tool.facts = tool.folder / "facts.json"
    assert tool.run(*asked) == (0, "")
    places = tool.places()
    (landmark,) = (place for place in places if place.endswith("/os.py") and place.count("/") == 2)
    top = os.path.dirname(landmark)
    assert {f"{top}/json/decoder.py", f"{top}/ssl.py"} <= set(places)
    assert any(place.startswith(f"{top}/lib-dynload/") for place in places)
    assert not [place for place in places if {"__pycache__", "test", "dist-packages"} & set(place.split("/"))]
    needed = {name for place in places if "_ssl." in place for name in needed_by(tool.output / place)}
    assert {f"lib/{name}" for name in needed if name.startswith(("libssl.", "libcrypto."))} <= set(places)
    assert "lib/libc.so.6" not in places


def needed_by(path: Path) -> tuple[str, ...]:
    found = pyo3_bundle_elf.read_elf_object(str(path), str(path))
    return found.needed if found else ()


def test_patterns_leave_places_empty(tool: Tool) -> None:
    tool.in_the_build("lib/python3.14/tkinter/__init__.py", "lib/python3.14/tkinter/ttk.py")
    tool.add("file", "pkg/mod.py", tool.write("mod.py", "mod"))
    tool.add("file", "pkg/__init__.py", "")
    assert tool.run("--exclude", "lib/python*/tkinter/*", "--exclude", "app/_main/pkg/*.py") == (0, "")
    assert tool.places() == ["bin/prog", "lib/python3.14/os.py", "prog", "prog.pyo3.cfg"]


@pytest.mark.parametrize("name", ["app", "lib", "bin"])
def test_a_program_named_as_a_folder(name: str, tool: Tool) -> None:
    tool.in_the_build()
    tool.add("file", "pkg/mod.py", tool.write("mod.py", "mod"))
    tool.program = tool.write(f"built/{name}", "the program")
    assert_refused(
        tool.run(), f"two files are to lie at {name} of the bundle", "rename one of them", outputs=[tool.output]
    )


def test_two_files_for_one_place(tool: Tool) -> None:
    tool.in_the_build()
    one, other = tool.write("one.py", "1"), tool.write("other.py", "2")
    tool.add("file", "pkg/mod.py", one)
    tool.add("root", "_main/pkg/mod.py", other)
    assert_refused(
        tool.run(),
        f"two files are to lie at app/_main/pkg/mod.py of the bundle: {one}, and {other}",
        'exclude = ["app/_main/pkg/mod.py"]',
        outputs=[tool.output],
    )


def test_the_same_file_twice(tool: Tool) -> None:
    tool.in_the_build()
    one = tool.write("one.py", "1")
    tool.add("file", "pkg/mod.py", one)
    tool.add("root", "_main/pkg/mod.py", one)
    assert tool.run() == (0, "")


def test_no_file_where_a_bundle_writes_its_own() -> None:
    plan = Plan(texts={"prog": ""})
    with pytest.raises(
        ToolError, match="two files are to lie at prog of the bundle: what a bundle writes itself, and x"
    ):
        plan.copy("prog", "x")


def test_no_standard_library(tool: Tool) -> None:
    result = tool.run()
    assert_refused(result, "the standard library of Python 3.14 was not found", outputs=[tool.output])


def test_an_absent_library(tool: Tool) -> None:
    cc = shutil.which("cc")
    if not cc:
        pytest.skip("no C compiler `cc` on PATH: a module that needs a library is made by one")
    tool.in_the_build("lib/python3.14/lib-dynload/_y.py")
    module = tool.folder / "python/lib/python3.14/lib-dynload/_x.so"
    absent = tool.folder / "libabsent.so"
    shared = [cc, "-shared", "-fPIC", str(tool.write("x.c", "int x;\n")), "-Wl,--no-as-needed"]
    subprocess.run([*shared, "-o", str(absent), "-Wl,-soname,libabsent.so.9"], check=True)
    subprocess.run([*shared, "-o", str(module), str(absent)], check=True)
    tool.add("python", "", module)
    result = tool.run()
    assert_refused(result, "libabsent.so.9, needed by lib/python3.14/lib-dynload/_x.so", outputs=[tool.output])
    assert tool.run("--exclude", "*/_x.so") == (0, "")
    # A Python in the build brings its libraries along.
    tool.add("python", "", absent.rename(tool.folder / "libabsent.so.9"))
    assert tool.run() == (0, "")
    assert "lib/libabsent.so.9" in tool.places()


@pytest.mark.parametrize("name", ["sysconfigdata-cpython-3.14-macos-arm64", "cpython-3.13-windows-amd64"])
def test_other_systems(name: str, tool: Tool) -> None:
    tool.facts = facts_path(name)
    assert_refused(
        tool.run(), f"the program is built for {facts(name).sys_platform}, expected linux", "@platforms//os:linux"
    )


def test_an_interpreter_that_fails(tool: Tool) -> None:
    tool.python = ["--interpreter", "/bin/false"]
    assert_refused(tool.run(), "the Python interpreter /bin/false exited with code 1", outputs=[tool.output])


def launched(command: list[object], folder: Path, **more: str) -> str:
    environment = {"PATH": f"{folder}:/usr/bin:/bin", **more}
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (3, b"")
    return done.stdout.decode()


def test_launcher(tmp_path: Path) -> None:
    """It starts the program by whatever name it is called, with its arguments, and gives its exit code."""
    name = "my prog$1"
    bundle = tmp_path / "a folder"
    (bundle / "bin").mkdir(parents=True)
    (bundle / name).write_text(pyo3_bundle_plan.launcher(name), encoding="utf-8")
    (bundle / "bin" / name).write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 3\n', encoding="utf-8")
    for path in (bundle / name, bundle / "bin" / name):
        path.chmod(0o755)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "absolute").symlink_to(bundle / name)
    (tmp_path / "links" / "relative").symlink_to("absolute")
    (bundle / "up").symlink_to(f"../a folder/{name}")
    for command in (
        [bundle / name],
        [f"./{name}"],
        ["sh", name],
        [name],
        ["../links/absolute"],
        ["../links/relative"],
        ["./up"],
    ):
        assert launched([*command, "a b", "", "*"], bundle) == "a b||*|"


def made_bundle(folder: Path, time: int, mode: int) -> Path:
    for place in ("prog", "bin/prog", "lib/python3.14/os.py", f"app/{'long' * 40}/{'name' * 40}.py", "lib/ö.py"):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place, encoding="utf-8")
        path.chmod(mode)
        os.utime(path, (time, time))
    return folder


def packed(folder: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> bytes:
    executables = ["--executable", "prog", "--executable", "bin/prog"]
    arguments = ["--folder", folder, "--name", "prog-1.0", *executables, "--output", output]
    assert run_tool(pyo3_bundle_archive.main, arguments, capsys) == (0, "")
    return output.read_bytes()


def test_archive_is_the_same_from_files_that_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = packed(made_bundle(tmp_path / "one", 1, 0o755), tmp_path / "one.tar.gz", capsys)
    other = packed(made_bundle(tmp_path / "two", 1_000_000_000, 0o444), tmp_path / "other.tar.gz", capsys)
    assert one == other
    # No name, no time: https://www.rfc-editor.org/rfc/rfc1952 (2.3)
    assert (one[3], one[4:8]) == (0, bytes(4))


def test_archive_has_the_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = packed(made_bundle(tmp_path / "one", 1, 0o555), tmp_path / "one.tar.gz", capsys)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        entries = archive.getmembers()
        assert entries[0].name == "prog-1.0"
        assert [entry.name for entry in entries[1:]] == sorted(entry.name for entry in entries[1:])
        assert {(entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) for entry in entries} == {
            (0, 0, "", "", 0)
        }
        modes = {entry.name: entry.mode for entry in entries if entry.isfile()}
        assert {name for name, mode in modes.items() if mode == 0o755} == {"prog-1.0/prog", "prog-1.0/bin/prog"}
        assert set(modes.values()) == {0o755, 0o644}
        long = archive.extractfile(f"prog-1.0/app/{'long' * 40}/{'name' * 40}.py")
        assert long
        assert long.read().decode().startswith("app/longlong")


def test_archive_without_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was begun does not stay behind."""
    arguments: list[Any] = ["--folder", tmp_path / "one", "--name", "n", "--output", tmp_path / "none" / "x.tar.gz"]
    assert_refused(run_tool(pyo3_bundle_archive.main, arguments, capsys), "No such file", outputs=[tmp_path / "none"])
