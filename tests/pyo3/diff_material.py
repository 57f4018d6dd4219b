"""Lays out the files that the cases point at."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import diff_interpreters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from diff_interpreters import Interpreter, Sysconfigdata

_CONFIG_FILES = pathlib.Path(__file__).parent / "testdata" / "config_files.json"


@dataclass(frozen=True)
class Material:
    """What the cases are made of."""

    interpreters: Sequence[Interpreter]
    sysconfigdata: Sequence[Sysconfigdata]
    config_files: Mapping[str, str]
    """Path by name."""
    search_paths: Mapping[str, str]
    """Values of PATH by name."""
    odd_lib_dirs: Mapping[str, str]
    """Library folders with several files, or none, by name."""

    @property
    def python_path(self) -> str:
        """A PATH that has a python to run scripts with."""
        return self.search_paths["python3"]

    def interpreter(self, name: str) -> Interpreter:
        """Give an interpreter by its name."""
        return next(each for each in self.interpreters if each.name == name)


def make_material(folder: pathlib.Path, pythons: Iterable[str]) -> Material:
    """Write everything below `folder`, and find the installed interpreters.

    Args:
        folder: an empty folder.
        pythons: interpreters to take beside those that are found.
    """
    recorded = list(diff_interpreters.recorded_interpreters(folder / "interpreters"))
    data = list(diff_interpreters.recorded_sysconfigdata(folder / "sysconfigdata"))
    return Material(
        interpreters=[*recorded, *diff_interpreters.installed_interpreters(pythons)],
        sysconfigdata=data,
        config_files=_write_config_files(folder / "config_files"),
        search_paths=_write_search_paths(folder / "paths", recorded),
        odd_lib_dirs=_write_odd_lib_dirs(folder / "lib_dirs", data),
    )


def _write_config_files(folder: pathlib.Path) -> dict[str, str]:
    folder.mkdir()
    paths = {"missing": str(folder / "missing.txt"), "relative": "relative.txt"}
    for name, lines in json.loads(_CONFIG_FILES.read_text(encoding="utf-8")).items():
        path = folder / f"{name}.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        paths[name] = str(path)
    # The first one is used as an ordinary one.
    return {"plain": paths["plain"], **paths}


def _write_search_paths(folder: pathlib.Path, interpreters: Sequence[Interpreter]) -> dict[str, str]:
    """Make folders with programs named python and python3."""
    by_name = {each.name: each.path for each in interpreters}
    programs = {
        "python": {"python": by_name["cpython-3.12.1-linux-x86_64"]},
        "python3": {"python3": by_name["cpython-3.11.7-linux-x86_64"]},
        "python and python3": {
            "python": by_name["cpython-3.12.1-linux-x86_64"],
            "python3": by_name["cpython-3.11.7-linux-x86_64"],
        },
        "nothing": {},
    }
    paths = {}
    for name, links in programs.items():
        path = folder / name.replace(" ", "-")
        path.mkdir(parents=True)
        for link, program in links.items():
            (path / link).symlink_to(program)
        paths[name] = str(path)
    old = folder / "python2"
    old.mkdir()
    (old / "python").write_text("#!/bin/sh\necho Python 2.7.18 >&2\n", encoding="utf-8")
    (old / "python").chmod(0o755)
    paths["python 2, then python3"] = f"{old}:{paths['python3']}"
    return paths


def _write_odd_lib_dirs(folder: pathlib.Path, data: Sequence[Sysconfigdata]) -> dict[str, str]:
    """Make library folders that hold several files, or none."""
    by_name = {each.name: pathlib.Path(each.lib_dir) for each in data}
    aarch64 = by_name["sysconfigdata-debian-3.13-linux-aarch64"], by_name["sysconfigdata-debian-3.14-linux-aarch64"]
    several = {
        "two versions": aarch64,
        "two platforms": (aarch64[0], by_name["sysconfigdata-cpython-3.13.15-linux-musl-x86_64"]),
        "CPython and PyPy": (aarch64[0], by_name["sysconfigdata-pypy-3.11-linux-x86_64"]),
        "empty": (),
    }
    paths = {"missing": str(folder / "missing")}
    for name, lib_dirs in several.items():
        path = folder / name.replace(" ", "-")
        path.mkdir(parents=True)
        for lib_dir in lib_dirs:
            for inner in lib_dir.iterdir():
                (path / inner.name).mkdir(exist_ok=True)
                for file in inner.iterdir():
                    (path / inner.name / file.name).symlink_to(file)
        paths[name] = str(path)
    return paths
