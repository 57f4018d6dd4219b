"""Our gates beside what abi3audit finds."""

from __future__ import annotations

import json
import pathlib
import sys

import pyo3_gates
import pytest
from peer_corpus import GLIBC, Builder, Sample
from pyo3_testing import run_tool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wheels are compiled for Linux")

PYO3 = "0.30.1"


class Gates:
    """The gates, of which only those about the stable ABI count here."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def pass_(self, library: pathlib.Path, abi: str) -> bool:
        """Tell whether a library passes for an ABI such as abi3-3.12."""
        version = abi.partition("-")[2]
        config = self.folder / "config.txt"
        config.write_text(
            f"implementation=CPython\nversion={version}\nshared=true\ntarget_abi=CPython-{abi}\n", encoding="utf-8"
        )
        output = self.folder / "gates.json"
        arguments = ["--library", library, "--module", "sample", "--target", GLIBC, "--output", output]
        arguments += ["--config", config, "--pyo3-version", PYO3, "--gate", "entry_symbol", "python_symbols"]
        result = run_tool(pyo3_gates.main, arguments, self.capsys)
        if result.code == 0:
            found = json.loads(output.read_text(encoding="utf-8"))["gates"]
            assert found["python_symbols"]["result"] == "passed"
        return result.code == 0


@pytest.fixture
def gates(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Gates:
    return Gates(tmp_path, capsys)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    return Builder(tmp_path_factory.mktemp("wheels"))


@pytest.mark.parametrize(
    ("symbols", "python", "good"),
    [
        (["PyList_New", "PyModule_Create2"], "3.10", True),
        (["PyList_New", "PyDict_GetItemRef"], "3.12", False),
        (["PyList_New", "PyDict_GetItemRef"], "3.13", True),
        (["PyObject_Vectorcall"], "3.11", False),
        (["PyObject_Vectorcall"], "3.12", True),
        (["PyBuffer_Release"], "3.10", False),
        (["PyBuffer_Release"], "3.11", True),
        (["PyUnicode_New"], "3.14", False),
        (["_PyObject_GetDictPtr"], "3.14", False),
        (["PyList_New", "PyMadeUp_Thing"], "3.14", False),
    ],
)
def test_same_verdict(symbols: list[str], python: str, good: bool, gates: Gates, builder: Builder) -> None:
    name = f"{symbols[-1]}_{python}"
    wheel = builder.wheel(
        Sample(name, {"libc.so.6": {"GLIBC_2.17": ["memcpy"]}}, symbols), f"cp{python.replace('.', '')}-abi3"
    )
    audit = wheel.abi3audit()
    assert (audit["is_abi3"] and audit["is_abi3_baseline_compatible"]) == good
    assert gates.pass_(builder.folder / f"{name}.so", f"abi3-{python}") == good


def test_abi3audit_cannot_judge_abi3t(gates: Gates, builder: Builder) -> None:
    """The entry point of such a module (PEP 793) is to it a symbol of Python that no stable ABI has."""
    sample = Sample("abi3t", {"libc.so.6": {"GLIBC_2.17": ["memcpy"]}}, entry="PyModExport_sample")
    audit = builder.wheel(sample, "cp315-abi3.abi3t").abi3audit()
    assert (audit["is_abi3"], audit["non_abi3_symbols"]) == (False, ["PyModExport_sample"])
    assert gates.pass_(builder.folder / "abi3t.so", "abi3t-3.15")
    # For abi3t we ask for that entry point.
    builder.wheel(Sample("abi3t_old", sample.libraries), "cp315-abi3.abi3t")
    assert not gates.pass_(builder.folder / "abi3t_old.so", "abi3t-3.15")
