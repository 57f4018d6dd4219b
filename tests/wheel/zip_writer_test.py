"""The zip writer: byte for byte what Python's zipfile writes."""

from __future__ import annotations

import io
import zipfile
from unittest import mock

import pyo3_zip_writer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyo3_zip_writer import DEFLATED, STORED, Moment, ZipWriter

Files = list[tuple[str, bytes, int]]
MOMENT: Moment = (1980, 1, 1, 0, 0, 0)
FILES: Files = [
    ("pkg/_a.so", b"\x7fELF" * 100, 0o100755),
    ("pkg/größe.txt", b"", 0o100644),
    ("b.py", bytes(range(256)), 0o100644),
]


def ours(files: Files, moment: Moment, method: int) -> bytes:
    stream = io.BytesIO()
    archive = ZipWriter(stream, moment, method)
    for path, data, mode in files:
        archive.add(path, data, mode)
    archive.close()
    return stream.getvalue()


def of_zipfile(files: Files, moment: Moment, method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression=method) as archive:
        for path, data, mode in files:
            info = zipfile.ZipInfo(path, moment)
            info.compress_type = method
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return stream.getvalue()


@pytest.mark.parametrize("method", [STORED, DEFLATED])
@settings(max_examples=50, derandomize=True, deadline=None)
@given(
    files=st.lists(
        st.tuples(st.text("aé/.", min_size=1, max_size=8), st.binary(), st.sampled_from([0o100644, 0o100755])),
        unique_by=lambda file: file[0],
        max_size=5,
    ),
    moment=st.tuples(
        st.integers(1980, 2107),
        st.integers(1, 12),
        st.integers(1, 28),
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
    ),
)
def test_bytes_are_those_of_zipfile(method: int, files: Files, moment: Moment) -> None:
    assert ours(files, moment, method) == of_zipfile(files, moment, method)


@pytest.mark.parametrize("method", [STORED, DEFLATED])
@pytest.mark.parametrize(("size", "count"), [(2, 0), (10, 1), (300, 2), (380, 3), (500, 100), (2000, 2), (2000, 3)])
def test_zip64_is_used_where_zipfile_uses_it(method: int, size: int, count: int) -> None:
    """Lower limits stand for files of gigabytes."""
    with (
        mock.patch.object(zipfile, "ZIP64_LIMIT", size),
        mock.patch.object(zipfile, "ZIP_FILECOUNT_LIMIT", count),
        mock.patch.object(pyo3_zip_writer, "_SIZE_LIMIT", size),
        mock.patch.object(pyo3_zip_writer, "_COUNT_LIMIT", count),
    ):
        assert ours(FILES, MOMENT, method) == of_zipfile(FILES, MOMENT, method)


def test_more_files_than_16_bits_count() -> None:
    files = [(str(number), b"", 0o100644) for number in range(0x10000)]
    archive = ours(files, MOMENT, STORED)
    assert archive == of_zipfile(files, MOMENT, STORED)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert len(opened.namelist()) == len(files)


def test_archive_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(ours(FILES, MOMENT, DEFLATED))) as archive:
        assert archive.testzip() is None
        assert [(info.filename, archive.read(info)) for info in archive.infolist()] == [each[:2] for each in FILES]
