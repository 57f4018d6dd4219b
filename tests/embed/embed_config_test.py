"""NAME.pyo3.cfg: what a program initialises its Python from."""

from __future__ import annotations

import posixpath

import pyo3_common
import pyo3_embed_config
import pytest

CONFIG = "_main/pkg/sub/program.pyo3.cfg"


def test_python_of_the_build_is_relative_to_the_file() -> None:
    rendered = pyo3_embed_config.render_config(
        CONFIG, "python_3_13/bin/python3", "python_3_13", ["_main", "_main/pkg/sub", "numpy~/lib"]
    )
    assert rendered == (
        "executable = ../../../python_3_13/bin/python3\n"
        "home = ../../../python_3_13\n"
        "path = ../..\n"
        "path = .\n"
        "path = ../../../numpy~/lib\n"
    )


def test_installed_python_is_absolute_and_has_no_home() -> None:
    assert pyo3_embed_config.render_config(CONFIG, "/usr/bin/python3", None, ["/opt/lib"]) == (
        "executable = /usr/bin/python3\npath = /opt/lib\n"
    )


def test_home_without_a_program_that_is_a_python() -> None:
    assert pyo3_embed_config.render_config("program.pyo3.cfg", "", ".", ["app"]) == (
        "executable = \nhome = .\npath = app\n"
    )


def test_repeated_imports_count_once_where_they_come_first() -> None:
    rendered = pyo3_embed_config.render_config(CONFIG, "/p", None, ["b/x", "a", "b/x", "a"])
    assert [line for line in rendered.splitlines() if line.startswith("path")] == [
        "path = ../../../b/x",
        "path = ../../../a",
    ]


@pytest.mark.parametrize("path", ["a", "_main", "_main/pkg", "_main/pkg/sub", "_main/pkg/sub/deeper", "ä ö/=/ x"])
def test_what_is_relative_leads_to_where_it_was(path: str) -> None:
    line = pyo3_embed_config.render_config(CONFIG, path, None, []).rstrip("\n")
    value = line[len("executable = ") :]
    assert posixpath.normpath(posixpath.join(posixpath.dirname(CONFIG), value)) == path


@pytest.mark.parametrize("character", ["\n", "\r"])
def test_line_breaks_are_refused(character: str) -> None:
    with pytest.raises(pyo3_common.ToolError, match="the path of an embedded Python has a line break"):
        pyo3_embed_config.render_config(CONFIG, "/p", None, [f"a{character}home = /lie"])


def test_no_executable_and_no_home() -> None:
    with pytest.raises(pyo3_common.ToolError, match="no executable and no home"):
        pyo3_embed_config.render_config(CONFIG, "", None, [])
