"""Shared libraries of a bundle: which are copied, from where, and what is changed in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyo3_bundle_elf
import pyo3_bundle_libraries
import pytest
from pyo3_bundle_elf import ElfObject
from pyo3_bundle_libraries import Machine
from pyo3_common import ToolError
from pyo3_testing import TESTS

FOREIGN = TESTS / "extension" / "testdata" / "linux"
X86 = ("EM_X86_64", 64)
DYNLOAD = "lib/python3.14/lib-dynload"


def elf(*needed: str, run_paths: tuple[str, ...] = ()) -> ElfObject:
    return ElfObject(X86, needed, run_paths)


def added(files: dict[str, ElfObject], machine: dict[str, ElfObject], *excluded: str) -> dict[str, str]:
    """What is copied beside `files`, place -> content, of the libraries of a machine."""
    objects = {f"build/{place}": content for place, content in files.items()}
    objects.update({f"/usr/lib/{name}": content for name, content in machine.items()})
    return pyo3_bundle_libraries.needed_libraries(
        {place: f"build/{place}" for place in files},
        objects.get,
        lambda name, needing, file: f"/usr/lib/{name}" if name in machine else None,
        lambda place: place in excluded,
    )


def test_what_is_needed_is_copied_and_what_that_needs() -> None:
    files = {"bin/app": elf("libgcc_s.so.1", "libc.so.6"), f"{DYNLOAD}/_ssl.so": elf("libssl.so.3", "libc.so.6")}
    machine = {"libssl.so.3": elf("libcrypto.so.3"), "libcrypto.so.3": elf("libm.so.6"), "libgcc_s.so.1": elf()}
    names = sorted(added(files, machine))
    assert names == ["lib/libcrypto.so.3", "lib/libgcc_s.so.1", "lib/libssl.so.3"]


def test_what_is_there_is_not_copied() -> None:
    files = {"bin/app": elf("libpython3.14.so.1.0"), "lib/libpython3.14.so.1.0": elf()}
    assert added(files, {"libpython3.14.so.1.0": elf()}) == {}


def test_what_lies_beside_a_module_is_not_copied() -> None:
    """Wheels and cc_library bring libraries along, which modules find from where they are themselves."""
    files = {
        "app/site-packages/numpy/core.so": elf("libblas.so", run_paths=("$ORIGIN/../numpy.libs",)),
        "app/site-packages/numpy.libs/libblas.so": elf("libgomp.so", run_paths=("${ORIGIN}",)),
        "app/site-packages/numpy.libs/libgomp.so": elf(),
    }
    assert added(files, {"libblas.so": elf()}) == {}


def test_a_folder_of_the_machine_is_not_beside_a_module() -> None:
    files = {"app/a.so": elf("libb.so", run_paths=("/usr/lib",)), "app/usr/lib/libb.so": elf()}
    assert added(files, {"libb.so": elf()}) == {"lib/libb.so": "/usr/lib/libb.so"}


def test_excluded_libraries_are_the_machine_s() -> None:
    files = {f"{DYNLOAD}/_ssl.so": elf("libssl.so.3")}
    assert added(files, {"libssl.so.3": elf("libcrypto.so.3")}, "lib/libssl.so.3") == {}


def test_only_programs_and_libraries_are_read() -> None:
    files = {"lib/python3.14/os.py": elf("libnone.so"), "app/_main/data": elf("libnone.so"), "app/a.so.1.2": elf()}
    assert added(files, {}) == {}


def test_absent_libraries_are_named_with_what_needs_them() -> None:
    files = {f"{DYNLOAD}/_tk.so": elf("libtk.so", "libX11.so.6"), "app/plot.so": elf("libtk.so"), "bin/app": elf()}
    with pytest.raises(ToolError) as caught:
        added(files, {"libX11.so.6": elf("libxcb.so.1")})
    message = str(caught.value)
    assert f"\n  libtk.so, needed by app/plot.so, {DYNLOAD}/_tk.so\n" in message
    assert "\n  libxcb.so.1, needed by lib/libX11.so.6\n" in message
    assert 'exclude = ["app/plot.so"] or exclude = ["lib/libtk.so"]' in message


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("libc.so.6", True),
        ("ld-linux-x86-64.so.2", True),
        ("ld64.so.2", True),
        ("libpthread.so.0", True),
        ("libc.musl-x86_64.so.1", True),
        ("linux-vdso.so.1", True),
        ("libcrypt.so.1", False),
        ("libmagic.so.1", False),
        ("libstdc++.so.6", False),
    ],
)
def test_libraries_of_the_system(name: str, expected: bool) -> None:
    assert pyo3_bundle_libraries.is_of_system(name) == expected


def test_folders_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "b.conf").write_text("/opt/b/lib\n", encoding="utf-8")
    (tmp_path / "conf.d" / "a.conf").write_text("# none\n/opt/a/lib\n/usr/lib64\n", encoding="utf-8")
    conf = tmp_path / "ld.so.conf"
    conf.write_text("include conf.d/*.conf\nhwcap 0 nosegneg\n/opt/last # comment\n", encoding="utf-8")
    found = pyo3_bundle_libraries.library_folders("/opt/python/lib", "x86_64-linux-gnu", str(conf))
    configured = ("/opt/python/lib", "/opt/a/lib", "/usr/lib64", "/opt/b/lib", "/opt/last")
    assert found == (*configured, "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/lib", "/usr/lib")


def test_folders_without_configuration(tmp_path: Path) -> None:
    folders = pyo3_bundle_libraries.library_folders(None, None, str(tmp_path / "none"))
    assert folders == ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


@pytest.fixture(scope="module")
def cc() -> str:
    found = shutil.which("cc")
    if not found:
        pytest.skip("no C compiler `cc` on PATH: libraries with run paths are made by one")
    return found


def library(cc: str, output: Path, *options: str) -> Path:
    output.parent.mkdir(parents=True, exist_ok=True)
    source = output.with_suffix(".c")
    source.write_text("int answer(void) { return 42; }\n", encoding="utf-8")
    subprocess.run([cc, "-shared", "-fPIC", source, "-o", output, *options], check=True)
    return output


def read(content: bytes, folder: Path) -> ElfObject:
    path = folder / "copy.so"
    path.write_bytes(content)
    found = pyo3_bundle_elf.read_elf_object(str(path), "copy.so")
    assert found
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-Wl,-rpath,/opt/python/lib -Wl,--enable-new-dtags", ()),
        ("-Wl,-rpath,/opt/python/lib -Wl,--disable-new-dtags", ()),
        ("-Wl,-rpath,$ORIGIN/../x.libs -Wl,--enable-new-dtags", ("$ORIGIN/../x.libs",)),
        ("-Wl,-rpath,/opt/lib:$ORIGIN/x -Wl,--disable-new-dtags", ("/opt/lib", "$ORIGIN/x")),
        ("-Wl,--enable-new-dtags", ()),
    ],
)
def test_run_paths(options: str, expected: tuple[str, ...], cc: str, tmp_path: Path) -> None:
    content = library(cc, tmp_path / "libx.so", *options.split(), "-lm", "-Wl,--no-as-needed").read_bytes()
    before = read(content, tmp_path)
    changed = pyo3_bundle_elf.with_relative_run_paths(content, "libx.so")
    after = read(changed, tmp_path)
    assert (after.run_paths, after.needed, len(changed)) == (expected, before.needed, len(content))
    # A DT_RUNPATH would switch off the DT_RPATH of the program.
    assert pyo3_bundle_elf.with_relative_run_paths(changed, "libx.so") == changed
    listed = subprocess.run(["readelf", "-d", tmp_path / "copy.so"], capture_output=True, check=True).stdout
    assert b"(RUNPATH)" not in listed
    assert b"(RPATH)" in listed if expected else b"(RPATH)" not in listed


def test_a_library_without_its_run_path_still_loads(cc: str, tmp_path: Path) -> None:
    path = library(cc, tmp_path / "libx.so", "-Wl,-rpath,/opt/python/lib", "-Wl,--enable-new-dtags")
    (tmp_path / "copy.so").write_bytes(pyo3_bundle_elf.with_relative_run_paths(path.read_bytes(), "libx.so"))
    program = tmp_path / "main"
    (tmp_path / "main.c").write_text("int answer(void); int main(void) { return answer(); }\n", encoding="utf-8")
    subprocess.run([cc, tmp_path / "main.c", tmp_path / "copy.so", "-o", program], check=True)
    assert subprocess.run([program], check=False).returncode == 42


def test_other_processors() -> None:
    narrow = pyo3_bundle_elf.read_elf_object(str(FOREIGN / "narrow.elf"), "narrow.elf")
    assert narrow == ElfObject(("EM_386", 32), narrow.needed if narrow else (), ("$ORIGIN/lib",))
    content = (FOREIGN / "narrow.elf").read_bytes()
    assert b"$ORIGIN/lib" in pyo3_bundle_elf.with_relative_run_paths(content, "narrow.elf")
    big = pyo3_bundle_elf.read_elf_object(str(FOREIGN / "big_endian.elf"), "big_endian.elf")
    assert big
    assert big.machine == ("EM_S390", 64)
    content = (FOREIGN / "big_endian.elf").read_bytes()
    assert pyo3_bundle_elf.with_relative_run_paths(content, "big_endian.elf") == content


def test_what_is_no_library(tmp_path: Path) -> None:
    script = tmp_path / "libc.so"
    script.write_text("GROUP ( /usr/lib/libc.so.6 )\n", encoding="utf-8")
    assert pyo3_bundle_elf.read_elf_object(str(script), "libc.so") is None
    assert pyo3_bundle_elf.with_relative_run_paths(b"no library", "x") == b"no library"


def test_damaged_library(tmp_path: Path) -> None:
    path = tmp_path / "libx.so"
    path.write_bytes((FOREIGN / "narrow.elf").read_bytes()[:80])
    with pytest.raises(ToolError, match=r"libx\.so is a damaged ELF file .*: build it again"):
        pyo3_bundle_elf.read_elf_object(str(path), "libx.so")


def test_the_first_library_for_the_same_processor_is_found(cc: str, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign" / "libx.so"
    foreign.parent.mkdir()
    shutil.copy(FOREIGN / "narrow.elf", foreign)
    (tmp_path / "script").mkdir()
    (tmp_path / "script" / "libx.so").write_text("INPUT(libx.so.1)\n", encoding="utf-8")
    own = library(cc, tmp_path / "own" / "libx.so")
    needing = pyo3_bundle_elf.read_elf_object(str(own), "libx.so")
    assert needing
    machine = Machine({}, (str(foreign.parent), str(tmp_path / "script"), str(own.parent)))
    assert machine.find("libx.so", needing, str(own)) == str(own)
    assert machine.find("liby.so", needing, str(own)) is None
    # Such a path is in a library that was linked with one that has no SONAME.
    assert machine.find("own/libx.so", needing, str(own)) is None
    in_the_build = Machine({"libx.so": str(own)}, ())
    assert in_the_build.find("libx.so", needing, "anything") == str(own)


def test_run_paths_go_before_the_machine_s_folders(cc: str, tmp_path: Path) -> None:
    first, second = library(cc, tmp_path / "a" / "libx.so"), library(cc, tmp_path / "b" / "libx.so")
    found = pyo3_bundle_elf.read_elf_object(str(first), "libx.so")
    assert found
    needing = ElfObject(found.machine, ("libx.so",), ("$ORIGIN/../b",))
    assert Path(Machine({}, (str(tmp_path / "a"),)).find("libx.so", needing, str(first)) or "").samefile(second)
