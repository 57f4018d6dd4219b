"""The check of the entry point: a real shared library, and files of other kinds."""

from __future__ import annotations

import importlib.machinery
import pathlib
import sysconfig

import pyo3_entry
import pytest
from pyo3_common import ToolError
from pyo3_testing import Result, assert_refused, run_tool

TESTDATA = pathlib.Path(__file__).parent / "testdata"


# gcc -shared -nostdlib -s -Wl,--build-id=none,-z,noseparate-code,--hash-style=gnu -o sample.elf sample.c
# (gcc 12.2 of Debian for x86_64)
SAMPLE = TESTDATA / "sample.elf"


def real_extension() -> tuple[str, pathlib.Path]:
    """An extension module of the Python that runs the test: its name and file."""
    folder = pathlib.Path(sysconfig.get_config_var("DESTSHARED") or "")
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    for path in sorted(folder.glob(f"*{suffix}")):
        if path.read_bytes()[:4] == b"\x7fELF":
            return path.name[: -len(suffix)], path
    pytest.skip("this Python has no extension modules in ELF files")


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "ok"

    def run(self, library: pathlib.Path, module: str) -> Result:
        arguments = ["--library", library, "--module", module, "--crate-file-hint", "src/lib.rs"]
        return run_tool(pyo3_entry.main, [*arguments, "--output", self.output], self.capsys)

    def file(self, content: bytes) -> pathlib.Path:
        path = self.folder / "library.so"
        path.write_bytes(content)
        return path


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


def test_real_extension(tool: Tool) -> None:
    module, library = real_extension()
    assert tool.run(library, f"package.{module}") == (0, "")
    assert tool.output.read_text(encoding="utf-8") == f"PyInit_{module}\n"


def test_sample(tool: Tool) -> None:
    assert tool.run(SAMPLE, "weak") == (0, "")
    assert tool.output.read_text(encoding="utf-8") == "PyInit_weak\n"
    assert tool.run(SAMPLE, "slots") == (0, "")
    assert tool.output.read_text(encoding="utf-8") == "PyModExport_slots\n"


@pytest.mark.parametrize("module", ["hidden", "imported", "local", "other"])
def test_sample_exports_only_what_others_can_call(module: str, tool: Tool) -> None:
    assert_refused(
        tool.run(SAMPLE, module),
        f"sample.elf exports PyInit_weak, PyModExport_slots, expected PyInit_{module} for the module {module}",
        f"rename the `#[pymodule]` in src/lib.rs to {module}",
        "set `module_name` or `crate_name` to slots or weak",
        outputs=[tool.output],
    )


@pytest.mark.parametrize(
    ("exported", "found"),
    [
        (["PyInit_m", "other"], "PyInit_m"),
        (["PyModExport_m"], "PyModExport_m"),
        (["PyModExport_m", "PyInit_m"], "PyInit_m"),
    ],
)
def test_entry_point(exported: list[str], found: str) -> None:
    assert pyo3_entry.entry_point("m", exported, "the library", "src/lib.rs") == found


def test_no_entry_point() -> None:
    with pytest.raises(ToolError, match=r"exports no PyInit_ function, expected PyInit_m: give src/lib.rs a `#.pymod"):
        pyo3_entry.entry_point("a.m", ["PyInit", "m"], "the library", "src/lib.rs")


def test_several_near_misses() -> None:
    with pytest.raises(ToolError, match=r"exports PyInit_a, PyInit_b, PyModExport_a, .* `crate_name` to a or b"):
        pyo3_entry.entry_point("m", ["PyInit_a", "PyInit_b", "PyModExport_a"], "the library", "src/lib.rs")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00", "PE"),
        (b"\xcf\xfa\xed\xfe", "Mach-O"),
        (b"\xca\xfe\xba\xbe", "Mach-O"),
        (b"\0asm\x01\0\0\0", "WebAssembly"),
    ],
)
def test_other_formats_are_not_checked(tool: Tool, content: bytes, kind: str) -> None:
    assert tool.run(tool.file(content), "m") == (0, "")
    assert tool.output.read_text(encoding="utf-8") == f"not checked: {kind}\n"


def test_unknown_format(tool: Tool) -> None:
    assert_refused(tool.run(tool.file(b"!<arch>\n"), "m"), "library.so is neither ELF, PE", outputs=[tool.output])


def test_damaged_file(tool: Tool) -> None:
    content = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    assert_refused(tool.run(tool.file(content), "m"), "library.so is a damaged ELF file", outputs=[tool.output])


@pytest.mark.parametrize("kept", [16, 64, 300, 900])
def test_truncated_file(tool: Tool, kept: int) -> None:
    assert_refused(tool.run(tool.file(SAMPLE.read_bytes()[:kept]), "weak"), "library.so", outputs=[tool.output])


def test_program_without_dynamic_symbols(tool: Tool) -> None:
    header = bytearray(SAMPLE.read_bytes()[:64])
    # The offset, the number and the name table of the sections.
    header[40:48], header[60:64] = bytes(8), bytes(4)
    result = tool.run(tool.file(bytes(header)), "weak")
    assert_refused(result, "library.so has no dynamic symbols", "build the crate as a cdylib", outputs=[tool.output])


def test_missing_file(tool: Tool) -> None:
    assert_refused(tool.run(tool.folder / "absent.so", "m"), "No such file or directory", outputs=[tool.output])
