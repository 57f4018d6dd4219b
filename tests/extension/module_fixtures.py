"""Compiles testdata/module.rs: for this machine in the tests, for others by a maintainer, who commits the files.

`python3 tests/extension/module_fixtures.py` writes testdata/{linux,macos,windows,wasm}. It needs rustc and llvm-lipo on
PATH, and the targets (`rustup target add`); rustc's own linker does the rest, without any SDK.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

TESTDATA = pathlib.Path(__file__).parent / "testdata"
SOURCE = TESTDATA / "module.rs"

_OPTIONS = ("--edition=2021", "-Copt-level=z", "-Cpanic=abort", "-Cstrip=symbols", "-Ccodegen-units=1")
_LLD = ("-Clinker=rust-lld",)
_WINDOWS = ("--target=x86_64-pc-windows-msvc", *_LLD, "-Clink-args=/NODEFAULTLIB /Brepro /DEBUG:NONE")
_DLL = (*_WINDOWS, "-Clink-arg=/NOENTRY")
_ENTRY = "-Clink-args=/ENTRY:PyInit_sample /SUBSYSTEM:CONSOLE"
_NAME = "-Clink-args=-install_name @rpath/sample.so"
_FRAMEWORK = "/Library/Frameworks/Python.framework/Versions/3.13/Python"


def _apple(arch: str) -> tuple[str, ...]:
    linker = (*_LLD, "-Clinker-flavor=ld64.lld", "-Clink-args=-undefined dynamic_lookup")
    return (f"--target={arch}-apple-darwin", *linker)


def _elf(target: str) -> tuple[str, ...]:
    return (f"--target={target}", *_LLD, "-Clinker-flavor=ld.lld", "-Clink-self-contained=no")


class Fixture(NamedTuple):
    """How one file is compiled."""

    name: str
    """Path below testdata."""
    options: tuple[str, ...]
    cfgs: tuple[str, ...] = ()
    crate_type: str = "cdylib"


FOREIGN = (
    Fixture("linux/big_endian.elf", _elf("s390x-unknown-linux-gnu")),
    Fixture("linux/narrow.elf", (*_elf("i686-unknown-linux-gnu"), "-Clink-args=-rpath $ORIGIN/lib")),
    Fixture("macos/x86_64.dylib", (*_apple("x86_64"), _NAME)),
    Fixture("macos/extra.dylib", (*_apple("x86_64"), _NAME), ("extra",)),
    Fixture("macos/unstable.dylib", (*_apple("x86_64"), _NAME), ('symbol="unstable"',)),
    Fixture(
        "macos/paths.dylib",
        (
            *_apple("x86_64"),
            "-Clink-args=-install_name /build/deps/libsample.dylib -rpath /opt/python/lib -rpath @loader_path",
        ),
    ),
    Fixture("macos/program", (*_apple("x86_64"), "-Clink-args=-e _PyInit_sample"), ("program",), "bin"),
    Fixture("wasm/module.wasm", ("--target=wasm32-unknown-unknown",)),
    Fixture("windows/version.dll", _DLL, ('dll="python313"',)),
    Fixture("windows/abi3.dll", _DLL, ('dll="python3"',)),
    Fixture("windows/abi3t.dll", _DLL, ('dll="python3t"', 'entry="slots"')),
    Fixture("windows/newer.dll", _DLL, ('dll="python3"', 'symbol="newer"')),
    Fixture("windows/old.dll", _DLL, ('dll="python313"', 'symbol="old"')),
    Fixture("windows/windows.dll", _DLL, ('dll="python313"', 'symbol="windows"')),
    Fixture("windows/extra.dll", _DLL, ('dll="python313"', "extra")),
    Fixture("windows/home.dll", _DLL, ('dll="python313"', 'text="home"')),
    Fixture("windows/program.exe", (*_WINDOWS, _ENTRY), ("program", 'dll="python313"'), "bin"),
)


def rustc() -> str:
    """Name the compiler: the one that RUSTC names, or the one on PATH."""
    return os.path.abspath(os.environ["RUSTC"]) if "RUSTC" in os.environ else "rustc"


def compile_module(
    output: pathlib.Path, options: tuple[str, ...] = (), cfgs: tuple[str, ...] = (), crate_type: str = "cdylib"
) -> pathlib.Path:
    """Compile testdata/module.rs."""
    output.parent.mkdir(parents=True, exist_ok=True)
    words = [rustc(), f"--crate-type={crate_type}", "--crate-name=sample", *_OPTIONS, *options]
    words += [word for cfg in cfgs for word in ("--cfg", cfg)]
    words += [f"--remap-path-prefix={SOURCE.parent}=."]
    subprocess.run([*words, "-o", output.absolute(), SOURCE.name], cwd=SOURCE.parent, check=True)
    return output


def main() -> int:
    """Write the files that are committed."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        names = [fixture.name for fixture in FOREIGN]
        for fixture in FOREIGN:
            compile_module(folder / fixture.name, fixture.options, fixture.cfgs, fixture.crate_type)
        macos = folder / "macos"
        arm64 = compile_module(folder / "arm64.dylib", (*_apple("aarch64"), _NAME))
        universal = ["llvm-lipo", "-create", arm64, macos / "extra.dylib", "-output", macos / "universal.dylib"]
        subprocess.run([str(word) for word in universal], check=True)
        built = folder / "execroot" / "_main" / "debug.dylib"
        debug = ("-Cdebuginfo=line-tables-only", "-Cstrip=none", f"-Clink-args=-oso_prefix {folder}")
        shutil.copyfile(compile_module(built, (*_apple("x86_64"), _NAME, *debug)), macos / "debug.dylib")
        framework = (*_apple("x86_64"), f"-Clink-args=-install_name {_FRAMEWORK}")
        python = compile_module(folder / "libpython3.13.dylib", framework)
        compile_module(macos / "linked.dylib", (*_apple("x86_64"), _NAME, f"-Clink-arg={python}"))
        # Linkers write other files beside them.
        for name in [*names, "macos/universal.dylib", "macos/linked.dylib", "macos/debug.dylib"]:
            (TESTDATA / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, TESTDATA / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
