"""The tool as a whole, on modules that rustc makes here: one that is right, and one that is wrong for each gate."""

from __future__ import annotations

import importlib.machinery
import json
import pathlib
import shutil
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING

import module_fixtures
import pyo3_common
import pyo3_gates
import pytest
from gate_testing import ALL, LINUX, TESTDATA, Tool
from pyo3_testing import assert_refused

if TYPE_CHECKING:
    from collections.abc import Callable

    Compile = Callable[..., pathlib.Path]

SCHEMA = pathlib.Path(str(pyo3_common.__file__)).parent / "schemas" / "gates.schema.json"


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


@pytest.fixture(scope="session")
def compile_module(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    """Give what compiles testdata/module.rs, each combination of cfgs and linker arguments once."""
    if shutil.which(module_fixtures.rustc()) is None:
        pytest.skip("there is no rustc to compile modules with")
    folder = tmp_path_factory.mktemp("modules")

    def compiled(*cfgs: str, link: str = "", name: str = "libsample.so") -> pathlib.Path:
        path = folder / f"{hash((cfgs, link)):x}" / name
        if not path.exists():
            options = (f"-Clink-args={link}",) if link else ()
            module_fixtures.compile_module(path, options, cfgs)
        return path

    return compiled


def switch_off(*gates: str) -> str:
    names = ", ".join(f'"{gate}"' for gate in gates)
    return f"When this is meant, switch it off with skip_gates = [{names}] (docs/gates.md)."


def test_a_good_module(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module(), module="package.sample") == (0, "")
    report = tool.report()
    needed = report.pop("needed_libraries")
    assert report.pop("architectures") == [LINUX.partition("-")[0]]
    assert all(name.startswith(("libc.", "libgcc_s.", "ld-")) for name in needed)
    assert report == {
        "schema": 1,
        "entry_points": ["PyInit_sample"],
        "exports": ["PyInit_sample"],
        "format": "ELF",
        "gates": {name: {"result": "passed"} for name in ALL},
        "minimum_macos": {},
        "module": "sample",
        "python_symbols": 2,
        "required_glibc": report["required_glibc"],
        "run_paths": [],
        "undefined": ["PyErr_SetString", "PyModule_Create2"],
        "versioned_symbols": {},
    }


@pytest.mark.parametrize("abi", ["CPython-abi3-3.7", "CPython-abi3-3.15", "CPython-gil_enabled-3.15-debug"])
def test_a_good_module_for_other_abis(abi: str, tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module(), abi) == (0, "")
    assert set(tool.results().values()) == {"passed"}


def test_a_good_module_for_abi3t(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module('entry="slots"'), "CPython-abi3t-3.15") == (0, "")
    assert tool.report()["entry_points"] == ["PyModExport_sample"]


def test_required_glibc(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module('symbol="glibc"', link="-lc")) == (0, "")
    major, minor = map(int, tool.report()["required_glibc"].split("."))
    assert (major, minor) >= (2, 25)
    versions = tool.report()["versioned_symbols"]
    assert versions["libc.so.6"]["GLIBC_2.25"] == ["getrandom"]


def test_misspelt_module(tool: Tool, compile_module: Compile) -> None:
    assert_refused(
        tool.run(compile_module(), module="Sample"),
        "the library libsample.so does not pass 1 of its gates:\n",
        "  entry_symbol: it exports PyInit_sample, expected PyInit_Sample (sample differs in upper and lower case): "
        "rename the `#[pymodule]` to Sample, or set `module_name` or `crate_name` to sample\n",
        switch_off("entry_symbol"),
        outputs=[tool.output],
    )


def test_no_entry_point(tool: Tool, compile_module: Compile) -> None:
    assert_refused(
        tool.run(compile_module('entry="none"'), gates=["entry_symbol"]),
        "entry_symbol: it exports no entry point, expected PyInit_sample: add a `#[pymodule] fn sample` or",
    )


def test_symbol_of_no_stable_abi(tool: Tool, compile_module: Compile) -> None:
    library = compile_module('symbol="unstable"')
    assert tool.run(library) == (0, "")
    assert_refused(
        tool.run(library, "CPython-abi3-3.12"),
        "python_symbols: it uses PyUnicode_New (in no stable ABI), expected only what the stable ABI has since "
        'Python 3.12 (abi3): raise the floor, build for one version of Python (abi = "version"), or do without',
        switch_off("python_symbols"),
    )


def test_symbol_newer_than_the_floor(tool: Tool, compile_module: Compile) -> None:
    library = compile_module('symbol="newer"')
    assert tool.run(library, "CPython-abi3-3.13") == (0, "")
    assert_refused(tool.run(library, "CPython-abi3-3.12"), "it uses PyDict_GetItemRef (added in 3.13), expected only")


def test_symbol_of_another_version(tool: Tool, compile_module: Compile) -> None:
    library = compile_module('symbol="old"')
    assert tool.run(library, "CPython-gil_enabled-3.11") == (0, "")
    assert_refused(
        tool.run(library),
        "python_symbols: it uses PyUnicode_AsUnicode (in 3.7-3.11), expected only what 3.13 exports: "
        "put that code under `#[cfg(Py_3_...)]`, or correct the name",
    )


def test_symbol_of_debug_builds(tool: Tool, compile_module: Compile) -> None:
    library = compile_module('symbol="debug"')
    assert tool.run(library, "CPython-gil_enabled-3.13-debug") == (0, "")
    assert tool.run(library, "CPython-abi3-3.10-debug") == (0, "")
    assert_refused(tool.run(library), "_Py_NegativeRefcount (in 3.13d-3.15d), expected only what 3.13 exports")
    assert_refused(tool.run(library, "CPython-abi3-3.10"), "_Py_NegativeRefcount (in debug builds of Python only)")


def test_linked_libpython(tool: Tool, compile_module: Compile) -> None:
    python = compile_module(link="-Wl,-soname,libpython3.13.so.1.0", name="libpython3.13.so")
    library = compile_module(link=f"-Wl,--no-as-needed {python}")
    assert_refused(
        tool.run(library),
        "libpython: it needs libpython3.13.so.1.0, expected no libpython, since the Python that imports it has its own"
        ": take -lpython and the like out of `rustc_flags`, build scripts and `deps`",
        switch_off("libpython"),
    )
    assert tool.run(library, gates=["entry_symbol"]) == (0, "")
    assert "libpython3.13.so.1.0" in tool.report()["needed_libraries"]


def test_run_paths(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module(link="-Wl,-rpath,$ORIGIN/lib,-rpath,$ORIGIN")) == (0, "")
    assert tool.report()["run_paths"] == ["$ORIGIN", "$ORIGIN/lib"]
    for tags in ("--enable-new-dtags", "--disable-new-dtags"):
        assert_refused(
            tool.run(compile_module(link=f"-Wl,{tags},-rpath,$ORIGIN,-rpath,/opt/python/lib")),
            "paths: its run path has /opt/python/lib, expected paths that start with $ORIGIN or @loader_path: "
            "take the -rpath out of the linker's arguments",
            switch_off("paths"),
        )


def test_path_in_the_bytes(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module('text="virtual"')) == (0, "")
    assert_refused(
        tool.run(compile_module('text="home"')),
        "paths: its bytes name /home/builder/project/src/lib.rs, expected no path of the machine that built it: "
        "pass `--remap-path-prefix` to rustc (`-ffile-prefix-map` to a C compiler), strip debug information, or",
    )


def test_exports(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module("introspection")) == (0, "")
    library = compile_module("extra")
    assert_refused(
        tool.run(library),
        "exports: it exports sample_helper, expected entry points alone: take `#[no_mangle]` (or the linker's export "
        'options) away, or name them in `allowed_exports`, for instance ["sample_helper"]',
        switch_off("exports"),
    )
    assert tool.run(library, options=["--allowed-export", "other", "sample_*"]) == (0, "")
    assert tool.report()["exports"] == ["PyInit_sample", "sample_helper"]


def test_all_failures_are_told(tool: Tool, compile_module: Compile) -> None:
    library = compile_module('symbol="unstable"', 'text="home"', "extra")
    assert_refused(
        tool.run(library, "CPython-abi3-3.10", module="simple"),
        "does not pass 4 of its gates",
        "  entry_symbol: it exports PyInit_sample, expected PyInit_simple (sample is close)",
        "  python_symbols: ",
        "  paths: ",
        "  exports: ",
        switch_off("entry_symbol", "python_symbols", "paths", "exports"),
        outputs=[tool.output],
    )


def test_switched_off(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module("extra"), gates=["paths"]) == (0, "")
    assert tool.results() == {name: "passed" if name == "paths" else "skipped" for name in ALL}
    assert tool.run(compile_module("extra"), module="other", gates=[]) == (0, "")
    assert set(tool.results().values()) == {"skipped"}


def test_pyo3_of_the_users_own(tool: Tool, compile_module: Compile) -> None:
    assert tool.run(compile_module('symbol="unstable"'), abi=None) == (0, "")
    outcome = tool.report()["gates"]["python_symbols"]
    assert outcome == {"result": "not checked", "reason": "the pyo3 is the user's own, nothing is known of its ABI"}
    assert tool.results()["entry_symbol"] == "passed"


def test_unknown_gate(tool: Tool) -> None:
    assert_refused(tool.run(tool.file(b""), gates=["gil"]), "invalid choice: 'gil'", "entry_symbol")


def test_missing_library(tool: Tool) -> None:
    assert_refused(tool.run(tool.folder / "absent.so"), "No such file or directory", outputs=[tool.output])


def test_real_extension_of_this_python(tool: Tool) -> None:
    folder = pathlib.Path(sysconfig.get_config_var("DESTSHARED") or "")
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    found = [path for path in sorted(folder.glob(f"*{suffix}")) if path.read_bytes()[:4] == b"\x7fELF"]
    if not found:
        pytest.skip("this Python has no extension modules in ELF files")
    for library in found[:3]:
        name = library.name[: -len(suffix)]
        assert tool.run(library, None, module=name, gates=["entry_symbol"]) == (0, "")
        assert tool.report()["entry_points"] == [f"PyInit_{name}"]


def test_schema(tool: Tool, compile_module: Compile) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for abi, gates in (("CPython-abi3-3.10", ALL), (None, ALL), (None, ())):
        assert tool.run(compile_module(), abi, gates=gates) == (0, "")
        jsonschema.validate(tool.report(), schema)
    assert tool.run(TESTDATA / "wasm" / "module.wasm", target="wasm32-unknown-emscripten") == (0, "")
    jsonschema.validate(tool.report(), schema)


def test_schema_names_the_gates() -> None:
    gates = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]["gates"]
    assert sorted(pyo3_gates.GATES) == gates["required"]
    assert list(gates["patternProperties"]) == [f"^({'|'.join(sorted(pyo3_gates.GATES))})$"]


def test_a_good_module_needs_few_imports(compile_module: Compile, tmp_path: pathlib.Path) -> None:
    """Each import costs every extension of a build; parsers of other formats and of debug information are left out."""
    code = (
        "import sys, pyo3_gates; code = pyo3_gates.main(sys.argv[1:]); "
        "print(code, *[name for name in sys.modules if name.partition('.')[0] in "
        "('macholib', 'pefile', 'abi3info', 'difflib') or 'dwarf' in name])"
    )
    arguments = ["--label=//a:b", f"--library={compile_module()}", "--module=sample", f"--target={LINUX}"]
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments, f"--output={tmp_path / 'gates.json'}", "--gate", *ALL],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("0\n", "")
