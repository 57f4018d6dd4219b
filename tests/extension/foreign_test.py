"""The gates on modules for other platforms; testdata/README.md says what is wrong with each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_config_file
import pyo3_gate_libpython
import pyo3_versions
import pytest
from gate_testing import ALL, LINUX, MACOS, TESTDATA, WINDOWS, Tool, binary, module
from pyo3_binary import PE
from pyo3_gate import PASSED
from pyo3_testing import assert_refused

if TYPE_CHECKING:
    import pathlib

SAMPLE = TESTDATA / "sample.elf"


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


@pytest.mark.parametrize(
    ("file", "target", "architecture"),
    [("big_endian.elf", "s390x-unknown-linux-gnu", "s390x"), ("narrow.elf", "i686-unknown-linux-gnu", "x86")],
)
def test_other_processors(file: str, target: str, architecture: str, tool: Tool) -> None:
    assert tool.run(TESTDATA / "linux" / file, target=target) == (0, "")
    report = tool.report()
    assert set(tool.results().values()) == {"passed"}
    assert (report["format"], report["exports"], report["python_symbols"]) == ("ELF", ["PyInit_sample"], 2)
    assert report["required_glibc"] is None
    assert (report["architectures"], report["versioned_symbols"]) == ([architecture], {})


@pytest.mark.parametrize(
    ("module", "found"),
    [("weak", True), ("slots", True), ("hidden", False), ("imported", False), ("local", False)],
)
def test_visibility(module: str, found: bool, tool: Tool) -> None:
    result = tool.run(SAMPLE, None, module=module)
    if found:
        assert result == (0, "")
        assert tool.report()["entry_points"] == ["PyInit_weak", "PyModExport_slots"]
    else:
        assert_refused(
            result,
            f"it exports PyInit_weak, PyModExport_slots, expected PyInit_{module} or PyModExport_{module}",
            f"rename the `#[pymodule]` to {module}, or set `module_name` or `crate_name` to slots or weak",
        )


def test_macos(tool: Tool) -> None:
    library = TESTDATA / "macos" / "x86_64.dylib"
    for abi in ("CPython-gil_enabled-3.13", "CPython-abi3-3.10"):
        assert tool.run(library, abi, target=MACOS) == (0, "")
        assert set(tool.results().values()) == {"passed"}
    report = tool.report()
    assert (report["format"], report["exports"], report["python_symbols"]) == ("Mach-O", ["PyInit_sample"], 2)
    assert (report["architectures"], report["minimum_macos"]) == (["x86_64"], {"x86_64": "10.12"})
    assert_refused(tool.run(library, module="simple", target=MACOS), "exports PyInit_sample, expected PyInit_simple")


def test_macos_symbols(tool: Tool) -> None:
    result = tool.run(TESTDATA / "macos" / "unstable.dylib", "CPython-abi3-3.10", target=MACOS)
    assert_refused(result, "1 of its gates", "python_symbols: it uses PyUnicode_New (in no stable ABI)")


def test_macos_framework(tool: Tool) -> None:
    result = tool.run(TESTDATA / "macos" / "linked.dylib", target=MACOS)
    assert_refused(
        result,
        "1 of its gates",
        "libpython: it needs /Library/Frameworks/Python.framework/Versions/3.13/Python, expected no libpython",
    )


def test_macos_paths(tool: Tool) -> None:
    result = tool.run(TESTDATA / "macos" / "paths.dylib", target=MACOS)
    assert_refused(
        result,
        "1 of its gates",
        "paths: its run path has /opt/python/lib, expected",
        "; its install name is /build/deps/libsample.dylib, expected one that starts with @rpath/: "
        "link with `-Clink-arg=-Wl,-install_name,@rpath/libsample.dylib`",
    )


def test_macos_debug_map(tool: Tool) -> None:
    library = TESTDATA / "macos" / "debug.dylib"
    assert b"/execroot/_main/" in library.read_bytes()
    assert tool.run(library, target=MACOS) == (0, "")


def test_macos_exports(tool: Tool) -> None:
    result = tool.run(TESTDATA / "macos" / "extra.dylib", target=MACOS)
    assert_refused(result, "1 of its gates", "exports: it exports sample_helper, expected entry points alone")


def test_each_half_of_a_universal_file_is_looked_at(tool: Tool) -> None:
    library = TESTDATA / "macos" / "universal.dylib"
    assert_refused(
        tool.run(library, target=MACOS), "1 of its gates", "exports: x86_64: it exports sample_helper, expected"
    )
    result = tool.run(library, target=MACOS, module="other", gates=["entry_symbol"])
    assert_refused(result, "entry_symbol: it exports PyInit_sample, expected PyInit_other: rename")
    assert tool.run(library, target=MACOS, options=["--allowed-export=sample_*"]) == (0, "")
    report = tool.report()
    assert report["architectures"] == ["aarch64", "x86_64"]
    assert report["minimum_macos"] == {"aarch64": "11.0", "x86_64": "10.12"}


@pytest.mark.parametrize(
    ("file", "abi"),
    [
        ("version.dll", "CPython-gil_enabled-3.13"),
        ("windows.dll", "CPython-gil_enabled-3.13"),
        ("abi3.dll", "CPython-abi3-3.10"),
        ("abi3t.dll", "CPython-abi3t-3.15"),
    ],
)
def test_windows(file: str, abi: str, tool: Tool) -> None:
    assert tool.run(TESTDATA / "windows" / file, abi, target=WINDOWS) == (0, "")
    assert set(tool.results().values()) == {"passed"}
    assert (tool.report()["format"], tool.report()["architectures"]) == ("PE", ["x86_64"])


def test_windows_symbols(tool: Tool) -> None:
    folder = TESTDATA / "windows"
    assert_refused(
        tool.run(folder / "newer.dll", "CPython-abi3-3.12", target=WINDOWS),
        "1 of its gates",
        "python_symbols: it uses PyDict_GetItemRef (added in 3.13)",
    )
    assert_refused(
        tool.run(folder / "old.dll", target=WINDOWS),
        "1 of its gates",
        "python_symbols: it uses PyUnicode_AsUnicode (in 3.7-3.11)",
    )


@pytest.mark.parametrize(
    ("file", "abi", "found", "expected"),
    [
        ("version.dll", "CPython-abi3-3.10", "python313.dll", "python3.dll for CPython-abi3-3.10"),
        ("abi3.dll", "CPython-gil_enabled-3.13", "python3.dll", "python313.dll for CPython-gil_enabled-3.13"),
        ("version.dll", "CPython-free_threaded-3.14", "python313.dll", "python314t.dll"),
        ("version.dll", "CPython-gil_enabled-3.13-debug", "python313.dll", "python313_d.dll"),
        ("abi3.dll", "CPython-abi3-3.12-debug", "python3.dll", "python3_d.dll"),
        ("version.dll", "PyPy-gil_enabled-3.11", "python313.dll", "libpypy3.11-c.dll"),
    ],
)
def test_windows_python(file: str, abi: str, found: str, expected: str, tool: Tool) -> None:
    assert_refused(
        tool.run(TESTDATA / "windows" / file, abi, target=WINDOWS, gates=["libpython"]),
        f"libpython: it imports from {found}, expected no Python but {expected}",
        "take other import libraries out of `rustc_flags`, build scripts and `deps`",
    )


def test_windows_without_a_config(tool: Tool) -> None:
    assert tool.run(TESTDATA / "windows" / "abi3.dll", None, target=WINDOWS) == (0, "")
    assert tool.results()["libpython"] == "not checked"


def test_windows_paths_and_exports(tool: Tool) -> None:
    folder = TESTDATA / "windows"
    assert_refused(
        tool.run(folder / "home.dll", target=WINDOWS), "1 of its gates", "paths: its bytes name /home/builder/"
    )
    assert_refused(
        tool.run(folder / "extra.dll", target=WINDOWS), "1 of its gates", "exports: it exports sample_helper"
    )


@pytest.mark.parametrize(
    ("file", "kind", "target"),
    [
        ("macos/program", "a Mach-O file of the type execute", MACOS),
        ("windows/program.exe", "a PE file but no DLL", WINDOWS),
    ],
)
def test_programs(file: str, kind: str, target: str, tool: Tool) -> None:
    assert_refused(
        tool.run(TESTDATA / file, target=target),
        f"is {kind}, expected a shared library: build the crate as a cdylib",
        outputs=[tool.output],
    )


def test_program_without_dynamic_symbols(tool: Tool) -> None:
    header = bytearray(SAMPLE.read_bytes()[:64])
    # The offset, the number and the name table of the sections.
    header[40:48], header[60:64] = bytes(8), bytes(4)
    result = tool.run(tool.file(bytes(header)))
    assert_refused(result, "library.so has no dynamic symbols", "build the crate as a cdylib", outputs=[tool.output])


def test_webassembly_is_not_read(tool: Tool) -> None:
    assert tool.run(TESTDATA / "wasm" / "module.wasm", target="wasm32-unknown-emscripten", gates=ALL[:2]) == (0, "")
    outcome = {"result": "not checked", "reason": "WebAssembly files are not read"}
    gates = tool.report()["gates"]
    assert (gates[ALL[0]], gates[ALL[1]], gates[ALL[2]]) == (outcome, outcome, {"result": "skipped"})
    assert tool.report()["required_glibc"] is None


def test_unknown_format(tool: Tool) -> None:
    for content in (b"!<arch>\n", b""):
        assert_refused(
            tool.run(tool.file(content)),
            "the library library.so is neither ELF, PE, Mach-O nor WebAssembly, expected a shared library: "
            "build the crate as a cdylib",
            outputs=[tool.output],
        )


DAMAGED = {
    "ELF": (SAMPLE, LINUX),
    "Mach-O": (TESTDATA / "macos" / "x86_64.dylib", MACOS),
    "PE": (TESTDATA / "windows" / "version.dll", WINDOWS),
}


@pytest.mark.parametrize("kind", DAMAGED)
@pytest.mark.parametrize("kept", [16, 64, 150])
def test_truncated(kept: int, kind: str, tool: Tool) -> None:
    library, target = DAMAGED[kind]
    result = tool.run(tool.file(library.read_bytes()[:kept]), target=target)
    assert_refused(
        result, f"the library library.so is a damaged {kind} file (", "): build it again", outputs=[tool.output]
    )


def test_universal_file_of_nothing(tool: Tool) -> None:
    result = tool.run(tool.file(b"\xca\xfe\xba\xbe" + bytes(4)), target=MACOS)
    assert_refused(result, "is a damaged Mach-O file (no architecture in it): build it again")


@pytest.mark.parametrize("kind", DAMAGED)
def test_wrong_bytes_never_crash(kind: str, tool: Tool) -> None:
    """Headers with each byte turned around end with some message, or are as good as before."""
    library, target = DAMAGED[kind]
    content = library.read_bytes()
    for at in range(4, 512, 7):
        changed = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        result = tool.run(tool.file(changed), target=target)
        assert result.code in (0, 1), at
        assert result.code == 0 or result.stderr.startswith("ERROR: //pkg:target: the library library.so "), at


def test_windows_python_of_older_pyo3() -> None:
    """Before PyO3 0.29 a debug build is known from the build flags alone."""
    pyo3 = pyo3_versions.pyo3_version("0.28.3")
    text = "implementation=CPython\nversion=3.13\nbuild_flags=Py_DEBUG\n"
    debug = module(config=pyo3_config_file.read(text, pyo3), pyo3=pyo3, target=WINDOWS)
    assert pyo3_gate_libpython.check(debug, binary(format=PE, needed=("python313_d.dll",))).result == PASSED
    outcome = pyo3_gate_libpython.check(debug, binary(format=PE, needed=("python313.dll", "python3.dll")))
    assert "it imports from python313.dll, python3.dll, expected no Python but python313_d.dll for " in outcome.reason
