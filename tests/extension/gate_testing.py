"""What the tests of the gates share: running the tool, and libraries in memory."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

import pyo3_config_file
import pyo3_gates
import pyo3_triple
import pyo3_versions
from pyo3_binary import ELF, Binary
from pyo3_gate import Module
from pyo3_testing import Result, run_tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

TESTDATA = pathlib.Path(__file__).parent / "testdata"
PYO3 = "0.30.1"
LINUX = "x86_64-unknown-linux-gnu"
MACOS = "aarch64-apple-darwin"
WINDOWS = "x86_64-pc-windows-msvc"

ALL = tuple(pyo3_gates.GATES)


def config_text(target_abi: str = "CPython-gil_enabled-3.13", **keys: str) -> str:
    """Give a config file of PyO3 0.30."""
    implementation, _, rest = target_abi.partition("-")
    version = rest.partition("-")[2].partition("-")[0]
    values = {"implementation": implementation, "version": version, "shared": "true", "target_abi": target_abi, **keys}
    return "".join(f"{key}={value}\n" for key, value in values.items())


def module(abi: str | None = "CPython-gil_enabled-3.13", **changes: Any) -> Module:
    """Describe the module `sample`, for Linux unless told otherwise; without an ABI its pyo3 is the user's own."""
    pyo3 = pyo3_versions.pyo3_version(PYO3)
    values = {
        "name": "sample",
        "library": "libsample.so",
        "target": pyo3_triple.parse_triple(changes.pop("target", LINUX)),
        "config": None if abi is None else pyo3_config_file.read(config_text(abi), pyo3),
        "pyo3": None if abi is None else pyo3,
        "allowed_exports": (),
        "build_folder": "/",
    }
    return Module(**{**values, **changes})


def binary(*, exports: Sequence[str] = (), undefined: Sequence[str] = (), **changes: Any) -> Binary:
    """Describe an ELF library unless told otherwise."""
    values = {"format": ELF, "exports": frozenset(exports), "undefined": frozenset(undefined), "needed": ()}
    return Binary(**{**values, **changes})


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "gates.json"

    def run(
        self,
        library: pathlib.Path,
        abi: str | None = "CPython-gil_enabled-3.13",
        *,
        module: str = "sample",
        gates: Sequence[str] = ALL,
        target: str = LINUX,
        options: Sequence[str] = (),
    ) -> Result:
        """Apply gates to a library; without an ABI no config is given."""
        arguments = ["--library", str(library), "--module", module, "--target", target, "--output", str(self.output)]
        if abi is not None:
            config = self.folder / "config.txt"
            config.write_text(config_text(abi), encoding="utf-8")
            arguments += ["--config", str(config), "--pyo3-version", PYO3]
        if gates:
            arguments += ["--gate", *gates]
        return run_tool(pyo3_gates.main, [*arguments, *options], self.capsys)

    def report(self) -> dict[str, Any]:
        """Read what the last run wrote."""
        report: dict[str, Any] = json.loads(self.output.read_text(encoding="utf-8"))
        return report

    def results(self) -> dict[str, str]:
        """Give the result of each gate in the last run."""
        return {name: outcome["result"] for name, outcome in self.report()["gates"].items()}

    def file(self, content: bytes) -> pathlib.Path:
        """Write a file to look at."""
        path = self.folder / "library.so"
        path.write_bytes(content)
        return path
