"""Wheels into which auditwheel grafts libraries, and what is refused."""

from __future__ import annotations

import os
import pathlib
import platform
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_auditwheel
import pyo3_repair
import pyo3_wheel_check
import pyo3_wheel_library
import pytest
from pyo3_common import ToolError
from pyo3_graft import check_origins
from pyo3_testing import run_tool
from pyo3_wheel_archive import Entry, write_archive
from pyo3_wheel_contents import render_wheel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_wheel_library import SharedLibrary

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="auditwheel repairs wheels for Linux")

MACHINE = platform.machine()
GLIBC, MUSL = f"{MACHINE}-unknown-linux-gnu", f"{MACHINE}-unknown-linux-musl"
PATCHELF = os.path.abspath(os.environ.get("PATCHELF") or shutil.which("patchelf") or "patchelf")
MODULE = "pkg/sample.abi3.so"
OLDEST = {"aarch64": "manylinux2014_aarch64.manylinux_2_17_aarch64"}.get(
    MACHINE, f"manylinux1_{MACHINE}.manylinux_2_5_{MACHINE}"
)


@dataclass
class Bench:
    """A folder with an extension that needs libouter.so, which needs libinner.so.1."""

    folder: pathlib.Path
    capsys: pytest.CaptureFixture[str]

    flags: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Compile them."""
        self.build()

    def build(self) -> None:
        """Compile them for the processor that `flags` ask for."""
        self.inner = self.compile("libinner.so.1", "int inner(void) { return 1; }")
        self.outer = self.compile("libouter.so", "int inner(void); int outer(void) { return inner(); }", self.inner)
        self.module = self.sample(self.outer)

    def compile(self, name: str, code: str, *flags: str | pathlib.Path) -> pathlib.Path:
        """Compile C code; the library is called as its file is."""
        source, output = self.folder / f"{name}.c", self.folder / name
        source.write_text(code, encoding="utf-8")
        words = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{name}", "-o", output]
        subprocess.run(list(map(str, [*words, source, *self.flags, *flags])), check=True)
        return output

    def sample(self, *flags: str | pathlib.Path) -> pathlib.Path:
        """Compile an extension that needs libouter.so."""
        return self.compile("sample.so", "int outer(void); int PyInit_sample(void) { return outer(); }", *flags)

    def wheel(self, tag: str = f"cp310-abi3-linux_{MACHINE}", compression: str = "deflated") -> pathlib.Path:
        """Give a new folder with a wheel of the extension, or without it where it is for every platform."""
        pure = tag.endswith("-any")
        texts = {
            "METADATA": "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n",
            "WHEEL": render_wheel([tag], purelib=pure),
        }
        entries = [Entry(f"sample-1.0.dist-info/{name}", data=text.encode()) for name, text in texts.items()]
        if not pure:
            entries.append(Entry(MODULE, str(self.module), executable=True))
        folder = self.folder / "wheel"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_archive(
            str(folder / f"sample-1.0-{tag}.whl"), entries, "sample-1.0.dist-info", compression=compression, epoch=None
        )
        return folder

    def run(
        self,
        wheel: pathlib.Path,
        *libraries: pathlib.Path,
        target: str = GLIBC,
        to: str = "auto",
        more: Sequence[str] = (),
    ) -> tuple[str, pathlib.Path]:
        """Repair a wheel; give what was said, nothing unless it failed, and the folder that the new one is in."""
        output = self.folder / "output"
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        arguments = ["--wheel", wheel, "--platform", to, "--target", target, "--patchelf", PATCHELF, "--output", output]
        for library in libraries:
            arguments += ["--library", library]
        result = run_tool(pyo3_repair.main, [*arguments, *more], self.capsys)
        assert (result.code == 0) == (result.stderr == "")
        assert len(list(output.iterdir())) == (result.code == 0)
        return result.stderr, output

    def repair(self, *libraries: pathlib.Path) -> pathlib.Path:
        """Repair the wheel of the sample; give the new one."""
        said, output = self.run(self.wheel(), *libraries)
        assert said == ""
        return next(output.iterdir())

    def libraries(self, wheel: pathlib.Path) -> dict[str, SharedLibrary]:
        """Read the libraries of a wheel: name up to the hash -> library."""
        folder = self.folder / "read"
        shutil.rmtree(folder, ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*.so*")]
        found = {path: pyo3_wheel_library.of_file(path, str(folder / path)) for path in paths}
        return {path.rpartition("/")[2].partition("-")[0]: library for path, library in found.items()}


@pytest.fixture
def bench(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bench:
    # The tool empties the environment, and the compiler needs its own.
    monkeypatch.setattr(os, "environ", os.environ.copy())
    return Bench(tmp_path, capsys)


def test_libraries_come_along(bench: Bench) -> None:
    wheel = bench.repair(bench.outer, bench.inner)
    assert wheel.name == f"sample-1.0-cp310-abi3-{OLDEST}.whl"
    found = bench.libraries(wheel)
    inner, outer, module = found["libinner"], found["libouter"], found["sample.abi3.so"]
    assert (module.needed, module.run_paths) == ((outer.name,), ("$ORIGIN/../sample.libs",))
    assert (outer.needed, outer.run_paths) == ((inner.name,), ("$ORIGIN",))
    assert {library.path.rpartition("/")[0] for library in (inner, outer)} == {"sample.libs"}
    report = pyo3_wheel_check.check(str(wheel))
    assert report["tags"] == [f"cp310-abi3-{each}" for each in OLDEST.split(".")]
    with zipfile.ZipFile(wheel) as archive:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {path for path, mode in modes.items() if mode == 0o755} == {library.path for library in found.values()}


def test_what_is_not_needed_stays_out(bench: Bench) -> None:
    other = bench.compile("libother.so", "int other(void) { return 1; }")
    assert "libother" not in bench.libraries(bench.repair(bench.outer, bench.inner, other))


def test_bytes_depend_on_the_files_alone(bench: Bench) -> None:
    first = bench.repair(bench.outer, bench.inner).read_bytes()
    elsewhere = bench.folder / "elsewhere"
    elsewhere.mkdir()
    copies = [pathlib.Path(shutil.copyfile(path, elsewhere / f"x{path.name}")) for path in (bench.inner, bench.outer)]
    for path in copies:
        path.chmod(0o400)
    assert bench.repair(*copies).read_bytes() == first


def test_time_and_compression(bench: Bench) -> None:
    _, output = bench.run(bench.wheel(compression="stored"), bench.outer, bench.inner, more=["--epoch", "1700000000"])
    with zipfile.ZipFile(next(output.iterdir())) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time[0] for info in archive.infolist()} == {2023}


def test_library_that_is_missing(bench: Bench) -> None:
    said, _ = bench.run(bench.wheel())
    assert "  pkg/sample.abi3.so needs libouter.so, no such libraries are in manylinux_2_" in said
    assert "comes from `libraries` alone, never from this machine: it is empty." in said
    said, _ = bench.run(bench.wheel(), bench.outer)
    assert "  sample.libs/libouter.so needs libinner.so.1, no such libraries are in manylinux_2_" in said
    assert "never from this machine: libouter.so." in said


def test_run_paths_lead_nowhere(bench: Bench) -> None:
    """Neither to libraries of this machine nor out of the wheel; auditwheel alone would follow them."""
    bench.module = bench.sample(bench.outer, f"-Wl,-rpath,{bench.folder}:$ORIGIN/../../lib:$ORIGIN/none:$ORIGIN")
    said, _ = bench.run(bench.wheel())
    assert "needs libouter.so, no such" in said
    outer = bench.compile(
        "libouter.so", "int inner(void); int outer(void) { return inner(); }", bench.inner, f"-Wl,-rpath,{bench.folder}"
    )
    said, _ = bench.run(bench.wheel(), outer)
    assert "needs libinner.so.1, no such" in said
    found = bench.libraries(bench.repair(outer, bench.inner))
    assert found["sample.abi3.so"].run_paths == ("$ORIGIN", "$ORIGIN/../sample.libs")
    assert found["libouter"].run_paths == ("$ORIGIN",)


def test_library_of_this_machine() -> None:
    given = {"libx.so.1": b"x", "liby-a1fce436.so": b"y"}
    check_origins(["a.libs/libx-2d711642.so.1", "a.libs/liby-a1fce436.so"], given)
    with pytest.raises(ToolError, match=r"a\.libs/libz-0+\.so was found on this machine, expected a library from `lib"):
        check_origins(["a.libs/libz-00000000.so"], given)


def test_exclude(bench: Bench) -> None:
    said, output = bench.run(bench.wheel(), bench.outer, more=["--exclude", "libinner.so*"])
    assert said == ""
    wheel = next(output.iterdir())
    assert bench.libraries(wheel)["libouter"].needed == ("libinner.so.1",)
    pyo3_wheel_check.check(str(wheel), ["libinner.so*"])
    with pytest.raises(ToolError, match=r"needs libinner\.so\.1, no such libraries are in"):
        pyo3_wheel_check.check(str(wheel))


def test_nothing_to_graft(bench: Bench) -> None:
    repaired = bench.repair(bench.outer, bench.inner)
    again = bench.folder / "again"
    again.mkdir()
    shutil.move(repaired, again)
    said, _ = bench.run(again, bench.outer, bench.inner)
    assert "needs no library that neither it nor manylinux_2_" in said
    assert "it is repaired already, or was never broken" in said


def test_wheel_without_an_extension(bench: Bench) -> None:
    said, _ = bench.run(bench.wheel("py3-none-any"), bench.outer)
    assert "sample-1.0-py3-none-any.whl is for every platform and has no extension module" in said


@pytest.mark.parametrize(
    ("target", "saying"),
    [
        ("aarch64-apple-darwin", "run delocate on the finished wheel, or link the libraries statically"),
        ("x86_64-pc-windows-msvc", "run delvewheel on the finished wheel, or link the libraries statically"),
        ("aarch64-linux-android", "repairs no others: link the libraries statically"),
    ],
)
def test_other_systems(target: str, saying: str, bench: Bench) -> None:
    said, _ = bench.run(bench.wheel(), bench.outer, target=target)
    assert f"is built for {target}, expected Linux with glibc or musl" in said
    assert saying in said


def test_two_libraries_of_one_name(bench: Bench) -> None:
    other = bench.folder / "other.so"
    shutil.copyfile(bench.outer, other)
    said, _ = bench.run(bench.wheel(), bench.outer, other)
    assert f"`libraries` has {bench.outer} and {other}, which are both called libouter.so" in said


def test_file_that_is_no_library(bench: Bench) -> None:
    text = bench.folder / "text.so"
    text.write_text("no library", encoding="utf-8")
    said, _ = bench.run(bench.wheel(), text)
    assert f"patchelf does not read {text}, expected a shared library" in said


def test_platform_that_promises_nothing(bench: Bench) -> None:
    said, _ = bench.run(bench.wheel(), bench.outer, to="linux")
    assert 'platform is "linux", which promises nothing, so nothing would be grafted' in said


def test_platform_that_is_asked_for(bench: Bench) -> None:
    _, output = bench.run(bench.wheel(), bench.outer, bench.inner, to="manylinux_2_28")
    assert next(output.iterdir()).name == f"sample-1.0-cp310-abi3-manylinux_2_28_{MACHINE}.whl"


def test_grafted_library_decides_on_the_platform(bench: Bench) -> None:
    libc = bench.folder / "libc.map"
    libc.write_text("GLIBC_2.34 { global: newer; };", encoding="utf-8")
    bench.compile("libc.so.6", "int newer(void) { return 1; }", f"-Wl,--version-script={libc}")
    bench.inner = bench.compile(
        "libinner.so.1", "int newer(void); int inner(void) { return newer(); }", bench.folder / "libc.so.6"
    )
    assert bench.repair(bench.outer, bench.inner).name == f"sample-1.0-cp310-abi3-manylinux_2_34_{MACHINE}.whl"
    said, _ = bench.run(bench.wheel(), bench.outer, bench.inner, to="manylinux_2_28")
    assert "  sample.libs/libinner.so.1 needs newer in version GLIBC_2.34 of libc.so.6, manylinux_2_28 has" in said


@pytest.mark.parametrize("libc", ["libc.so", f"libc.musl-{MACHINE}.so.1"])
def test_musl(libc: str, bench: Bench) -> None:
    bench.compile(libc, "int used(void) { return 1; }")
    code = "int used(void); int inner(void) { return used(); }"
    bench.inner = bench.compile("libinner.so.1", code, bench.folder / libc)
    said, output = bench.run(bench.wheel(), bench.outer, bench.inner, target=MUSL)
    assert said == ""
    wheel = next(output.iterdir())
    assert wheel.name == f"sample-1.0-cp310-abi3-musllinux_1_2_{MACHINE}.whl"
    found = bench.libraries(wheel)
    assert set(found) == {"libinner", "libouter", "sample.abi3.so"}
    assert found["libinner"].needed == (libc,)


@pytest.mark.skipif(MACHINE != "x86_64", reason="the compiler makes no files for i686")
def test_another_processor(bench: Bench) -> None:
    """The machine that builds has no say in what is repaired for which."""
    bench.flags = ["-m32"]
    bench.build()
    wheel = bench.wheel("cp310-abi3-linux_i686")
    said, output = bench.run(wheel, bench.outer, bench.inner, target="i686-unknown-linux-gnu")
    assert said == ""
    assert next(output.iterdir()).name == "sample-1.0-cp310-abi3-manylinux1_i686.manylinux_2_5_i686.whl"


def test_auditwheel_fails(bench: Bench) -> None:
    plain = bench.compile("plain", "int outer(void) { return 1; }")
    bench.module = bench.sample(plain)
    said, _ = bench.run(bench.wheel(), plain)
    assert f"auditwheel does not repair sample-1.0-cp310-abi3-linux_{MACHINE}.whl: not enough values" in said


def test_python_that_is_too_old(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyo3_auditwheel, "OLDEST_PYTHON", (99, 1))
    said, _ = bench.run(bench.wheel(), bench.outer, bench.inner)
    assert "the tools run with Python 3." in said
    assert "expected 99.1 or newer, as auditwheel needs it: register a newer Python toolchain" in said
