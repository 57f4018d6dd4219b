"""Facts of recorded interpreters, for the tests of several stages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyo3_facts
from pyo3_testing import TESTS

if TYPE_CHECKING:
    import pathlib

FOLDER = TESTS / "probe" / "snapshots"
RECORDED = sorted(path.name[: -len(".facts.json")] for path in FOLDER.glob("*.facts.json"))


def facts_path(name: str = "cpython-3.14-linux-x86_64") -> pathlib.Path:
    return FOLDER / f"{name}.facts.json"


def facts(name: str = "cpython-3.14-linux-x86_64", **changed: Any) -> pyo3_facts.Facts:
    return pyo3_facts.parse_facts({**json.loads(facts_path(name).read_text(encoding="utf-8")), **changed}, name)


def triple_of(of: pyo3_facts.Facts) -> str:
    """The Rust target that modules for a recorded interpreter are compiled for."""
    if of.sys_platform == "win32":
        return "x86_64-pc-windows-msvc"
    if of.sys_platform == "darwin":
        return "aarch64-apple-darwin"
    if of.sys_platform == "emscripten":
        return "wasm32-unknown-emscripten"
    libc = "musl" if "musl" in of.ext_suffix else "gnu"
    return f"{of.platform.rpartition('-')[2]}-unknown-linux-{libc}"
