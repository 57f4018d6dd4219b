"""What the tests of the engine share: facts of recorded interpreters, sysconfigdata files, requests."""

from __future__ import annotations

import json
import pprint
from typing import TYPE_CHECKING, Any

import pyo3_resolve
import pyo3_triple
import pyo3_versions
from pyo3_common import ToolError
from pyo3_resolve import Request
from pyo3_settings import Settings
from pyo3_testing import TESTS
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from pyo3_facts import Facts

LINUX = "x86_64-unknown-linux-gnu"
ARM = "aarch64-unknown-linux-gnu"
WINDOWS = "x86_64-pc-windows-msvc"
MACOS = "aarch64-apple-darwin"
VERSIONS = pyo3_versions.supported_versions()
OLD = "0.28.3"
"""The last version with the config key abi3."""
NEW = "0.30.1"
"""A version with the config key target_abi."""


def other_version(minor: int, letters: str = "", **changed: Any) -> Facts:
    """The recorded CPython as another version or build of it."""
    suffix = f".cpython-3{minor}{letters}-x86_64-linux-gnu.so"
    flags = [flag for letter, flag in (("d", "Py_DEBUG"), ("t", "Py_GIL_DISABLED")) if letter in letters]
    values = {
        "version": [3, minor, 0, "final", 0],
        "ext_suffix": suffix,
        "extension_suffixes": [suffix],
        "build_flags": flags,
        "debug": "d" in letters,
        "ld_version": f"3.{minor}{letters}",
        **changed,
    }
    return facts(**values)


def sysconfigdata(name: str, **changed: Any) -> tuple[str, str]:
    """Give file name and text of a recorded sysconfigdata file."""
    recorded = json.loads((TESTS / "config" / "testdata" / f"{name}.json").read_text(encoding="utf-8"))
    values = {**recorded["build_time_vars"], **changed}
    return recorded["file_name"], f"# comment\nbuild_time_vars = {pprint.pformat(values)}\n"


def install(folder: pathlib.Path, name: str = "sysconfigdata-debian-3.14-linux-aarch64", **changed: Any) -> str:
    """Put a sysconfigdata file into a folder of its version, as an installation has it, and give the path."""
    file_name, text = sysconfigdata(name, **changed)
    version = text.split("'VERSION': '")[1].split("'")[0]
    path = folder / "lib" / f"python{version}" / file_name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def request(
    version: str = NEW,
    *features: str,
    target: str = LINUX,
    host: str = LINUX,
    environment: Mapping[str, str] | None = None,
    program: bool = False,
    **more: Any,
) -> Request:
    """Make a request for an extension module, or for a program that links libpython."""
    variables = {} if program else {"PYO3_BUILD_EXTENSION_MODULE": "1"}
    if not program and "PYO3_BUILD_EXTENSION_MODULE" not in pyo3_versions.pyo3_version(version).variables:
        features, variables = (*features, "extension-module"), {}
    return Request(
        pyo3=pyo3_versions.pyo3_version(version),
        features=frozenset(features),
        target=pyo3_triple.parse_triple(target),
        host=pyo3_triple.parse_triple(host),
        settings=Settings.from_environment({**variables, **(environment or {})}),
        **more,
    )


def resolve(*args: Any, **kwargs: Any) -> pyo3_resolve.Resolved:
    return pyo3_resolve.resolve(request(*args, **kwargs))


class Interpreters:
    """Programs of a folder that say a version, and the facts that are known of each."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.known: dict[str, Facts] = {}

    def add(self, name: str, version: str, of: Facts | None = None) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
        path.chmod(0o755)
        if of is not None:
            self.known[str(path)] = of
        return str(path)

    def ask(self, path: str) -> Facts:
        if path not in self.known:
            raise ToolError(f"the Python interpreter {path} is broken")
        return self.known[path]


def asked(interpreters: Interpreters, version: str = NEW, *features: str, **environment: str) -> pyo3_resolve.Resolved:
    variables = {"PATH": str(interpreters.folder / "bin"), **environment}
    return resolve(version, *features, ask=interpreters.ask, environment=variables)
