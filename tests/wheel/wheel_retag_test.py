"""Wheels that another tool packed: what of them changes, and what is refused."""

from __future__ import annotations

import json
import pathlib
import zipfile
from pathlib import Path
from typing import Any

import pyo3_common
import pyo3_wheel_check
import pyo3_wheel_retag
import pytest
from pyo3_testing import TESTS, Result, assert_refused, run_tool
from pyo3_wheel_archive import record_hash
from pyo3_wheel_retag import corrected_record, corrected_wheel
from pyo3_wheel_tags import PURE, Tags

SCHEMAS = pathlib.Path(pyo3_common.__file__).parent / "schemas"
LIBRARY = (TESTS / "extension" / "testdata" / "sample.elf").read_bytes()
INFO = "my_pkg-1.0.dist-info"
NAME = "my_pkg-1.0-py3-none-any.whl"
WHEEL = "Wheel-Version: 1.0\nGenerator: packer 7\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
GATES: dict[str, Any] = {
    "architectures": ["x86_64"],
    "format": "ELF",
    "minimum_macos": {},
    "needed_libraries": [],
    "required_glibc": None,
    "run_paths": [],
    "schema": 1,
    "undefined": [],
    "versioned_symbols": {},
}
MODULE = "pkg/_a.cpython-314-x86_64-linux-gnu.so"


class Packed:
    """A wheel in the style of py_wheel, and what the rules hand to the tool."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "out"
        self.output.mkdir()
        self.files: dict[str, bytes] = {
            "pkg/__init__.py": b"x = 1\n" * 50,
            f"{INFO}/WHEEL": WHEEL.encode(),
            f"{INFO}/METADATA": b"Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\n",
        }
        self.retag: dict[str, Any] = {
            "extensions": [],
            "label": "//pkg:target",
            "name_file": None,
            "platform": "auto",
            "schema": 1,
            "wheel": str(folder / NAME),
        }

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def add_extension(self, path: str = MODULE, tag: str = "cp314-cp314", *, packed: bytes | None = LIBRARY) -> None:
        if packed is not None:
            self.files[path] = packed
        python, abi = tag.split("-")
        words = {"abi": abi, "platform": "linux_x86_64", "python": python}
        self.retag["extensions"].append(
            {
                "gates": self.write(f"{path}.gates.json", json.dumps(GATES)),
                "label": f"//pkg:{path}",
                "source": self.write(f"out_of/{path}", LIBRARY),
                "tag": self.write(f"{path}.tag.json", json.dumps({"schema": 1, "wheel_tag": words})),
                "target": "x86_64-unknown-linux-gnu",
            }
        )

    def pack(self, name: str) -> None:
        record = "".join(f"{path},{record_hash(data)},{len(data)}\n" for path, data in sorted(self.files.items()))
        files = {**self.files, f"{INFO}/RECORD": f"{record}{INFO}/RECORD,,\n".encode()}
        with zipfile.ZipFile(self.folder / name, "w") as archive:
            for number, (path, data) in enumerate(files.items()):
                info = zipfile.ZipInfo(path, (2001, 2, 3, 4, 5, 2 * number))
                info.external_attr = 0o100777 << 16
                info.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
                archive.writestr(info, data)

    def run(self, name: str = NAME) -> Result:
        self.pack(name)
        arguments = ["--retag", self.write("retag.json", json.dumps(self.retag)), "--output", self.output]
        return run_tool(pyo3_wheel_retag.main, arguments, self.capsys)

    def made(self, name: str = NAME) -> Path:
        assert self.run(name) == (0, "")
        (wheel,) = self.output.iterdir()
        pyo3_wheel_check.check(str(wheel))
        return wheel

    def refused(self, *fragments: str, name: str = NAME) -> None:
        assert_refused(self.run(name), *fragments)
        assert list(self.output.iterdir()) == []


@pytest.fixture
def packed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Packed:
    return Packed(tmp_path, capsys)


def entries(wheel: Path) -> list[tuple[Any, ...]]:
    with zipfile.ZipFile(wheel) as archive:
        return [
            (info.filename, info.date_time, info.external_attr, info.compress_type, archive.read(info))
            for info in archive.infolist()
        ]


def test_only_tags_change(packed: Packed) -> None:
    packed.add_extension()
    wheel = packed.made()
    assert wheel.name == "my_pkg-1.0-cp314-cp314-manylinux1_x86_64.manylinux_2_5_x86_64.whl"
    before, after = entries(packed.folder / NAME), entries(wheel)
    assert [entry[:4] for entry in before] == [entry[:4] for entry in after]
    changed = {old[0]: (old[4], new[4]) for old, new in zip(before, after) if old != new}
    assert changed.keys() == {f"{INFO}/WHEEL", f"{INFO}/RECORD"}
    assert changed[f"{INFO}/WHEEL"][1].decode() == (
        "Wheel-Version: 1.0\nGenerator: packer 7\nRoot-Is-Purelib: false\n"
        "Tag: cp314-cp314-manylinux1_x86_64\nTag: cp314-cp314-manylinux_2_5_x86_64\n"
    )
    old, new = (record.decode().splitlines() for record in changed[f"{INFO}/RECORD"])
    assert [line for line in old if "WHEEL" not in line] == [line for line in new if "WHEEL" not in line]


def test_same_bytes(packed: Packed) -> None:
    packed.add_extension()
    first = packed.made().read_bytes()
    assert packed.made().read_bytes() == first


def test_name_comes_from_a_file_and_keeps_its_build_tag(packed: Packed) -> None:
    """py_wheel writes a name without what its file is called before stamping."""
    packed.add_extension("pkg/_a.abi3.so", "cp310-abi3")
    packed.retag["name_file"] = packed.write("a.name", "my_pkg-1.0-3x-py3-none-any.whl")
    packed.retag["platform"] = "manylinux_2_17"
    assert packed.made().name == "my_pkg-1.0-3x-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"


def test_schema(packed: Packed) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "retag.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    packed.add_extension()
    jsonschema.validate(packed.retag, schema)


def test_extension_that_is_not_packed(packed: Packed) -> None:
    packed.add_extension(packed=None)
    packed.refused("the wheel has no _a.cpython-314-x86_64-linux-gnu.so, which //pkg:pkg/_a.", "add //pkg:pkg/_a")


def test_extension_that_differs(packed: Packed) -> None:
    packed.add_extension(packed=LIBRARY + b"x")
    packed.refused(f"{MODULE} in the wheel is not the file that //pkg:pkg/_a.", "expected the same bytes")


def test_extensions_of_two_pythons(packed: Packed) -> None:
    packed.add_extension()
    packed.add_extension("pkg/_b.abi3.so", "cp310-abi3")
    packed.refused("the extensions of the wheel differ in Python and ABI")


def test_packed_extension_of_another_python(packed: Packed) -> None:
    packed.add_extension()
    packed.files["pkg/_b.cpython-313-x86_64-linux-gnu.so"] = LIBRARY
    packed.refused(
        "pkg/_b.cpython-313-x86_64-linux-gnu.so is by its name an extension module for cp313, and the wheel is for "
        "cp314-cp314; expected modules that its Pythons import"
    )


@pytest.mark.parametrize("file", ["RECORD", "WHEEL"])
def test_no_wheel(packed: Packed, file: str) -> None:
    packed.add_extension()
    packed.pack(NAME)
    kept = [entry for entry in entries(packed.folder / NAME) if not entry[0].endswith(file)]
    packed.retag["wheel"] = packed.write("less/" + NAME, "")
    with zipfile.ZipFile(packed.retag["wheel"], "w") as archive:
        for entry in kept:
            archive.writestr(entry[0], entry[4])
    packed.refused(f"{NAME} has no {INFO}/{file}, expected a wheel: build it anew")


def test_text_that_is_not_utf_8(packed: Packed) -> None:
    packed.add_extension()
    packed.files[f"{INFO}/WHEEL"] = b"Generator: \xff\n"
    packed.refused(f"{INFO}/WHEEL in {NAME} is not UTF-8 (byte 11), expected UTF-8: build it anew")


def test_name_that_is_not_normalised(packed: Packed) -> None:
    packed.add_extension()
    packed.retag["wheel"] = str(packed.folder / "My.Pkg-1.0-py3-none-any.whl")
    packed.refused("expected a name that starts with my_pkg-1.0-", name="My.Pkg-1.0-py3-none-any.whl")


def test_no_archive(packed: Packed) -> None:
    packed.add_extension()
    packed.retag["wheel"] = packed.write("x/" + NAME, "text")
    packed.refused(f"{NAME} is no zip archive")


def test_wheel_file() -> None:
    text = "Tag: a-b-c\r\nBuild: 1\r\ntag: d-e-f\r\n"
    assert corrected_wheel("A: b\r\n" + text, PURE) == "A: b\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    assert corrected_wheel(text, PURE, "2") == "Root-Is-Purelib: true\nTag: py3-none-any\nBuild: 2\n"
    assert "Tag: x-y-z\nTag: x-y2-z\n" in corrected_wheel("", Tags("x", "y.y2", "z"))


def test_record() -> None:
    text = 'a.py,sha256=x,1\r\n\n"b,c/WHEEL",sha256=y,2\r\nRECORD,,\r\n'
    expected = f'a.py,sha256=x,1\r\n\n"b,c/WHEEL",{record_hash(b"new")},3\r\nRECORD,,\r\n'
    assert corrected_record(text, "b,c/WHEEL", b"new") == expected
