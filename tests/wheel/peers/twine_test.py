"""Our METADATA beside what `twine check --strict` takes, as PyPI's front door does."""

from __future__ import annotations

import pathlib

import pytest
from peer_corpus import run_peer
from pyo3_project import Project
from pyo3_testing import TESTS
from pyo3_wheel_archive import Entry, write_archive
from pyo3_wheel_contents import render_wheel
from pyo3_wheel_metadata import render_metadata

SNAPSHOTS = TESTS / "wheel" / "snapshots"
RST, MARKDOWN = "text/x-rst; charset=UTF-8", "text/markdown; charset=UTF-8; variant=GFM"


def checked(metadata: str, folder: pathlib.Path) -> tuple[int, str]:
    """Put METADATA into a wheel; give twine's exit code and what it says, in one line."""
    fields = dict(line.split(": ", 1) for line in metadata.splitlines()[:3])
    name = f"{fields['Name'].replace('.', '_').replace('-', '_').lower()}-{fields['Version']}"
    files = [f"licenses/{line.split(': ')[1]}" for line in metadata.splitlines() if line.startswith("License-File: ")]
    texts = {"METADATA": metadata, "WHEEL": render_wheel(["py3-none-any"], purelib=True), **dict.fromkeys(files, "x")}
    entries = [Entry(f"{name}.dist-info/{path}", data=text.encode("utf-8")) for path, text in texts.items()]
    path = folder / f"{name}-py3-none-any.whl"
    write_archive(str(path), entries, f"{name}.dist-info")
    done = run_peer("twine", "--no-color", "check", "--strict", str(path))
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("kind", ["cargo_only", "mixed"])
def test_projects(kind: str, tmp_path: pathlib.Path) -> None:
    code, said = checked((SNAPSHOTS / f"{kind}.METADATA").read_text(encoding="utf-8"), tmp_path)
    assert (code, said.endswith("PASSED")) == (0, True), said


def test_no_description(tmp_path: pathlib.Path) -> None:
    """What a project does not have cannot be rendered; PyPI takes it."""
    code, said = checked((SNAPSHOTS / "setuptools_rust.METADATA").read_text(encoding="utf-8"), tmp_path)
    assert code == 1
    assert "`long_description` missing" in said


@pytest.mark.parametrize(
    ("text", "content_type", "good"),
    [
        ("Title\n=====\n\n*Areas* of shapes: `PyPI <https://pypi.org>`_.\n", RST, True),
        ("Title\n=====\n\n.. image:: \n\n*Areas\n", RST, False),
        ("# Title\n\n| a |\n|---|\n| [b](c |\n", MARKDOWN, True),
        ("anything *at all\n", "text/plain; charset=UTF-8", True),
    ],
)
def test_descriptions(text: str, content_type: str, good: bool, tmp_path: pathlib.Path) -> None:
    """We do not render descriptions: of those that PyPI renders, only twine tells."""
    metadata = render_metadata(Project("p", "1", description=text, description_content_type=content_type))
    code, said = checked(metadata, tmp_path)
    assert (code == 0) == good, said
    assert ("syntax errors in markup" in said) != good
