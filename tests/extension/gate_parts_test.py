"""What the gates decide, case by case."""

from __future__ import annotations

import pyo3_gate_entry
import pyo3_gate_exports
import pyo3_gate_libpython
import pyo3_gate_paths
import pyo3_gates
import pytest
from gate_testing import binary, module
from pyo3_binary import MACH_O
from pyo3_elf import newest_glibc
from pyo3_gate import FAILED, NOT_CHECKED, PASSED, Outcome, enumerate_some


@pytest.mark.parametrize(
    ("abi", "exports", "passes"),
    [
        ("CPython-gil_enabled-3.14", ["PyInit_sample"], True),
        ("CPython-gil_enabled-3.14", ["PyModExport_sample"], False),
        ("CPython-free_threaded-3.14", ["PyInit_sample"], True),
        ("CPython-gil_enabled-3.15", ["PyInit_sample"], True),
        ("CPython-gil_enabled-3.15", ["PyModExport_sample"], True),
        ("CPython-gil_enabled-3.15", ["PyInit_sample", "PyModExport_sample"], True),
        ("CPython-abi3-3.14", ["PyModExport_sample"], False),
        ("CPython-abi3-3.15", ["PyModExport_sample"], True),
        ("CPython-abi3t-3.15", ["PyInit_sample"], False),
        ("CPython-abi3t-3.15", ["PyInit_sample", "PyModExport_sample"], True),
        ("PyPy-gil_enabled-3.11", ["PyInit_sample"], True),
        (None, ["PyInit_sample"], True),
        (None, ["PyModExport_sample"], True),
        (None, ["PyInit_other", "sample"], False),
    ],
)
def test_entry_symbol(abi: str | None, exports: list[str], passes: bool) -> None:
    outcome = pyo3_gate_entry.check(module(abi), binary(exports=exports))
    assert outcome.result == (PASSED if passes else FAILED)


@pytest.mark.parametrize(
    ("abi", "exports", "message"),
    [
        (
            "CPython-gil_enabled-3.14",
            ["PyModExport_sample"],
            "it exports PyModExport_sample, expected PyInit_sample, since Pythons before 3.15 look for nothing else: "
            "define the module with PyO3's `#[pymodule]`",
        ),
        (
            "CPython-abi3t-3.15",
            ["PyInit_sample"],
            "it exports PyInit_sample, expected PyModExport_sample, since what loads modules for abi3t looks ",
        ),
        (
            "CPython-gil_enabled-3.15",
            ["sample"],
            "it exports no entry point, expected PyInit_sample or PyModExport_sample: add a `#[pymodule] fn sample` or "
            "`#[pymodule] mod sample`",
        ),
        (
            "CPython-gil_enabled-3.14",
            ["PyInit_b", "PyInit_a"],
            "it exports PyInit_a, PyInit_b, expected PyInit_sample: rename the `#[pymodule]` to sample, or set "
            "`module_name` or `crate_name` to a or b",
        ),
        ("CPython-gil_enabled-3.14", ["PyInit__sample"], "(_sample differs in underscores): rename"),
        ("CPython-gil_enabled-3.14", ["PyInit_SAMPLE"], "(SAMPLE differs in upper and lower case): rename"),
        ("CPython-gil_enabled-3.14", ["PyInit_smaple", "PyInit_a"], "(smaple is close): rename"),
    ],
)
def test_entry_symbol_message(abi: str, exports: list[str], message: str) -> None:
    assert message in pyo3_gate_entry.check(module(abi), binary(exports=exports)).reason


@pytest.mark.parametrize(
    "name",
    [
        "libpython3.13.so.1.0",
        "libpython3.13d.so",
        "libpython3.so",
        "libpython3.13t.dylib",
        "@rpath/libpython3.12.dylib",
        "/Library/Frameworks/Python.framework/Versions/3.13/Python",
        "@rpath/Python3.framework/Versions/3.9/Python3",
        "libpypy3.11-c.so",
        "python313.dll",
        "python3_d.DLL",
        "libpython3.12.dll",
        "libpypy3.11-c.dll",
        "python-native.dll",
        "libpython-native.so",
    ],
)
def test_is_libpython(name: str) -> None:
    assert pyo3_gate_libpython.is_libpython(name)


@pytest.mark.parametrize(
    "name", ["libc.so.6", "libboost_python313.so.1", "pythoncom313.dll", "libPythonQt.so", "libsample.so"]
)
def test_is_no_libpython(name: str) -> None:
    assert not pyo3_gate_libpython.is_libpython(name)


@pytest.mark.parametrize("target", ["aarch64-linux-android", "aarch64-apple-ios"])
def test_libpython_where_it_must_be_linked(target: str) -> None:
    outcome = pyo3_gate_libpython.check(module(target=target), binary(needed=("libpython3.13.so",)))
    os = target.rpartition("-")[2]
    assert outcome == Outcome(NOT_CHECKED, f"on {os} an extension module links libpython")


# The home folder of a Unix system's administrator.
ADMINISTRATOR = b"/root"
OUTPUT_BASE = "/var/cache/b/0123"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\0/tmp/x/execroot/_main/src/lib.rs\0", ["/tmp/x/execroot/_main/src/lib.rs"]),
        (b"\0/private/var/tmp/_bazel_me/0a1b/external/x.c\0", ["/private/var/tmp/_bazel_me/0a1b/external/x.c"]),
        (b"C:\\b\\_bazel_me\\0a1b\\external\\x.c", ["C:\\b\\_bazel_me\\0a1b\\external\\x.c"]),
        (b"/x/sandbox/linux-sandbox/12/y", ["/x/sandbox/linux-sandbox/12/y"]),
        (b"end of a text/home/me/.cargo/registry/src/a.rs", ["/home/me/.cargo/registry/src/a.rs"]),
        (b"/Users/me/src/a.rs", ["/Users/me/src/a.rs"]),
        (b"c:\\Users\\me\\src\\a.rs", ["c:\\Users\\me\\src\\a.rs"]),
        (ADMINISTRATOR + b"/.cargo/registry/src/a.rs", [ADMINISTRATOR.decode() + "/.cargo/registry/src/a.rs"]),
        (b"/var/cache/b/0123/external/a.c", ["/var/cache/b/0123/external/a.c"]),
        (b"/home/me/a.rs" * 2, ["/home/me/a.rs/home/me/a.rs"]),
    ],
)
def test_build_paths(content: bytes, found: list[str]) -> None:
    folder = f"{OUTPUT_BASE}/sandbox/linux-sandbox/7/execroot/_main"
    assert set(pyo3_gate_paths.build_paths(b"\0\1" + content + b"\0", folder)) >= set(found)


@pytest.mark.parametrize(
    "content",
    [
        b"/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/fmt/mod.rs",
        b"/usr/src/rustc-1.97.1/library/std/src/io/mod.rs",
        b"/rust/deps/gimli-0.32.3/src/read/line.rs",
        b"external/pyo3/src/lib.rs src/lib.rs",
        b"/proc/self" + ADMINISTRATOR + b"/usr/lib/libc.so.6",
        b"/home/ /home/x /Users/ %b/ %b/x" % (ADMINISTRATOR, ADMINISTRATOR),
        b"the execroot/ and the /sandbox/ of others",
        b"/usr/lib/python3/dist-packages",
    ],
)
@pytest.mark.parametrize("folder", ["/", "/build", f"{OUTPUT_BASE}/execroot/_main"])
def test_other_paths(content: bytes, folder: str) -> None:
    assert list(pyo3_gate_paths.build_paths(content, folder)) == []


@pytest.mark.parametrize(
    ("folder", "content"),
    [("/build/checkout", b"/build/checkout/src/a.rs"), (f"{OUTPUT_BASE}/execroot/_main", b"/var/cache/b/0123/x")],
)
def test_the_folder_of_the_build(folder: str, content: bytes) -> None:
    assert list(pyo3_gate_paths.build_paths(content, folder)) == [content.decode()]


def test_a_path_at_each_end_of_a_big_file() -> None:
    path = b"/home/me/src/lib.rs"
    content = path + bytes(1 << 22) + path.replace(b"/me", b"/you")
    assert list(pyo3_gate_paths.build_paths(content, "/")) == ["/home/me/src/lib.rs", "/home/you/src/lib.rs"]


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("@rpath/a.so", True),
        ("@loader_path/a.so", True),
        ("a.so", True),
        ("/x/a.so", False),
        ("bazel-out/darwin/bin/a.so", True),
    ],
)
def test_install_name(name: str, passes: bool) -> None:
    outcome = pyo3_gate_paths.check(
        module(library=__file__, target="aarch64-apple-darwin"), binary(format=MACH_O, install_name=name)
    )
    assert ("its install name is" in outcome.reason) == (not passes)


@pytest.mark.parametrize(
    ("allowed", "rest"),
    [
        ([], ["Helper", "helper_a", "helper_b"]),
        (["helper_*"], ["Helper"]),
        (["helper_[a]", "H*"], ["helper_b"]),
        (["*"], []),
    ],
)
def test_exports(allowed: list[str], rest: list[str]) -> None:
    names = ["PyInit_sample", "PyModExport_sample", "PyInit_child", "PYO3_INTROSPECTION_1_ab", "_init", "_fini"]
    assert pyo3_gate_exports.unexpected([*names, "Helper", "helper_a", "helper_b"], allowed) == rest


def test_a_linker_that_exports_everything() -> None:
    """Linking with zig for macOS does."""
    library = binary(exports=["PyInit_sample", "__dso_handle", "_RNvC1a1b", "_ZN1a1bE", "_RNvC1a1c"])
    assert pyo3_gate_exports.check(module(), library).reason == (
        "it exports Rust's own symbols, _RNvC1a1b, _RNvC1a1c and 1 more, expected entry points alone: the linker does "
        "not heed rustc's list of exports, so take another one or switch this gate off"
    )
    assert pyo3_gate_exports.check(module(allowed_exports=("_*",)), library).result == PASSED


def test_many_names_are_counted() -> None:
    assert enumerate_some([]) == ""
    assert enumerate_some("abcde") == "a, b, c, d, e"
    assert enumerate_some("abcdefg") == "a, b, c, d, e and 2 more"
    assert enumerate_some("abc", 2) == "a, b and 1 more"


def test_architectures_that_fail_differently() -> None:
    halves = [
        binary(format=MACH_O, exports=["PyInit_sample", "a"], part="arm64"),
        binary(format=MACH_O, exports=["PyInit_sample", "b"], part="x86_64"),
    ]
    reason = pyo3_gates.check(module(), MACH_O, halves, ["exports"])["exports"].reason
    assert reason.startswith("arm64: it exports a, expected")
    assert "; x86_64: it exports b, expected" in reason


def test_architectures_that_fail_alike() -> None:
    halves = [binary(format=MACH_O, exports=["PyInit_sample", "a"], part=part) for part in ("arm64", "x86_64")]
    assert pyo3_gates.check(module(), MACH_O, halves, ["exports"])["exports"].reason.startswith(
        "it exports a, expected"
    )


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        ([], None),
        (["GCC_3.0", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR"], None),
        (["GLIBC_2.9", "GLIBC_2.34", "GLIBC_2.2.5"], "2.34"),
        (["GLIBC_2.2.5", "GCC_4.2.0"], "2.2.5"),
    ],
)
def test_newest_glibc(names: list[str], newest: str | None) -> None:
    assert newest_glibc(names) == newest
