"""The archive: the same bytes each time, and only paths that stay inside it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from pyo3_common import ToolError
from pyo3_wheel_archive import Entry, check_path, entry_time, one_of_each, record_hash, write_archive

INFO = "pkg-1.0.dist-info"
ENTRIES = [
    Entry(f"{INFO}/METADATA", data=b"Name: pkg\n"),
    Entry("pkg/b.py", data=b"b = 1\n" * 100),
    Entry("pkg/_a.so", data=b"\x7fELF", executable=True),
    Entry(f"{INFO}/WHEEL", data=b""),
    Entry("zz.py", data=b""),
]


def write(folder: Path, entries: list[Entry], *, compression: str = "deflated", epoch: str | None = None) -> Path:
    path = folder / "a.whl"
    write_archive(str(path), entries, INFO, compression=compression, epoch=epoch)
    return path


def test_order_modes_and_times(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, ENTRIES)) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == [
        "pkg/_a.so",
        "pkg/b.py",
        "zz.py",
        f"{INFO}/METADATA",
        f"{INFO}/WHEEL",
        f"{INFO}/RECORD",
    ]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert [oct(info.external_attr >> 16) for info in infos] == ["0o100755"] + ["0o100644"] * 5
    assert {info.create_system for info in infos} == {3}


def test_record_names_every_file_but_has_no_hash_of_itself(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, ENTRIES)) as archive:
        record = archive.read(f"{INFO}/RECORD").decode("utf-8")
        names = archive.namelist()
    rows = list(csv.reader(io.StringIO(record)))
    assert [row[0] for row in rows] == names
    assert rows[-1] == [f"{INFO}/RECORD", "", ""]
    assert rows[2] == ["zz.py", "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "0"]


def test_record_quotes_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, [Entry('a,"b".txt', data=b"")])) as archive:
        record = archive.read(f"{INFO}/RECORD").decode("utf-8")
    assert next(csv.reader(io.StringIO(record)))[0] == 'a,"b".txt'


@pytest.mark.parametrize("compression", ["deflated", "stored"])
def test_same_bytes_in_any_order(tmp_path: Path, compression: str) -> None:
    first = write(tmp_path, ENTRIES, compression=compression).read_bytes()
    assert write(tmp_path, ENTRIES[::-1], compression=compression).read_bytes() == first


def test_compression_is_chosen(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, ENTRIES, compression="stored")) as archive:
        stored = archive.getinfo("pkg/b.py")
    assert (stored.compress_type, stored.compress_size) == (zipfile.ZIP_STORED, 600)
    with zipfile.ZipFile(write(tmp_path, ENTRIES)) as archive:
        assert archive.getinfo("pkg/b.py").compress_size < 100


def test_source_files_count_by_content_alone(tmp_path: Path) -> None:
    results = []
    for name, mode in (("one", 0o600), ("two", 0o777)):
        (tmp_path / name).mkdir()
        source = tmp_path / name / "x.py"
        source.write_bytes(b"x = 1\n")
        source.chmod(mode)
        results.append(write(tmp_path / name, [Entry("x.py", str(source))]).read_bytes())
    assert results[0] == results[1]


def test_names_beyond_ascii(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(tmp_path, [Entry("pkg/größe.txt", data=b"")])) as archive:
        assert archive.namelist()[0] == "pkg/größe.txt"
        assert "pkg/größe.txt" in archive.read(f"{INFO}/RECORD").decode("utf-8")


@pytest.mark.parametrize(
    ("epoch", "moment"),
    [
        (None, (1980, 1, 1, 0, 0, 0)),
        ("", (1980, 1, 1, 0, 0, 0)),
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("1700000000", (2023, 11, 14, 22, 13, 20)),
        ("9999999999", (2107, 12, 31, 23, 59, 59)),
    ],
)
def test_times(epoch: str | None, moment: tuple[int, ...]) -> None:
    assert entry_time(epoch) == moment


def test_epoch_that_is_no_number() -> None:
    with pytest.raises(ToolError, match="SOURCE_DATE_EPOCH is 'now', expected seconds since 1970"):
        entry_time("now")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "is not a relative path with slashes"),
        ("C:/a.py", "is not a relative path with slashes"),
        ("pkg\\a.py", "is not a relative path with slashes"),
        ("../a.py", "leaves the wheel"),
        ("pkg/../../a.py", "leaves the wheel"),
        ("pkg//a.py", "is not in its shortest form"),
        ("./a.py", "is not in its shortest form"),
        ("", "is not in its shortest form"),
        ("pkg/a\n.py", "holds a control character"),
    ],
)
def test_path_that_leaves(tmp_path: Path, path: str, reason: str) -> None:
    with pytest.raises(ToolError, match=reason):
        check_path(path)
    with pytest.raises(ToolError, match=reason):
        write(tmp_path, [Entry(path)])
    assert list(tmp_path.iterdir()) == []


def test_two_files_for_one_path() -> None:
    same = Entry("a.py", "one/a.py")
    assert one_of_each([same, same]) == {"a.py": same}
    with pytest.raises(ToolError, match=r"two files want the path a\.py: one/a\.py and two/a\.py; expected one"):
        one_of_each([same, Entry("a.py", "two/a.py")])
    with pytest.raises(ToolError, match=r"two files want the path a\.py: one/a\.py and these rules"):
        one_of_each([same, Entry("a.py", data=b"x")])


def test_file_where_a_folder_is() -> None:
    with pytest.raises(ToolError, match=r"pkg is a file, and pkg/a\.py lies below it"):
        one_of_each([Entry("pkg", "x"), Entry("pkg/a.py", "y")])


def test_no_partial_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path, [Entry("a.py", data=b"x"), Entry("b.py", str(tmp_path / "missing"))])
    assert list(tmp_path.iterdir()) == []


def test_hash() -> None:
    assert record_hash(b"") == "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
