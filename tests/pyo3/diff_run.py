"""Runs PyO3's build scripts as Cargo does, with an environment made for the case."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diff_outputs import ScriptOutputs, comparable_config, read_outputs
from diff_programs import BUILD_CONFIG, SCRIPTED, enabled_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from diff_case import Case
    from diff_programs import Programs

_PRINTED = "-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --\n"


@dataclass(frozen=True)
class Result:
    """What came of a case: the outputs of each crate's script, or a refusal."""

    outputs: Mapping[str, ScriptOutputs]
    refusal: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """What all cases share."""

    folder: pathlib.Path
    """Holds a compiler that tells its version for each of diff_cases.RUSTCS."""
    target_cfgs: Mapping[str, Mapping[str, str]]
    """CARGO_CFG_* by target."""


def make_surroundings(folder: pathlib.Path, rustc: str, minors: Iterable[int], targets: Iterable[str]) -> Surroundings:
    """Ask a real compiler about targets, and write programs that answer as compilers of other versions."""
    for minor in minors:
        program = folder / f"rustc-{minor}"
        program.write_text(f"#!/bin/sh\necho 'rustc 1.{minor}.0 (0123456789 2026-01-01)'\n", encoding="utf-8")
        program.chmod(0o755)
    return Surroundings(folder, {target: _target_cfgs(rustc, target) for target in targets})


def _target_cfgs(rustc: str, target: str) -> dict[str, str]:
    """Give the CARGO_CFG_* variables of a target."""
    command = [rustc, "--print", "cfg", "--target", target]
    result = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    values: dict[str, list[str]] = {}
    for line in result.stdout.splitlines():
        name, _, value = line.partition("=")
        values.setdefault(name, []).append(value.strip('"'))
    return {f"CARGO_CFG_{name.upper()}": ",".join(each) for name, each in values.items() if name.startswith("target_")}


def run_case(case: Case, programs: Programs, surroundings: Surroundings) -> Result:
    """Run the scripts of a case in Cargo's order; the first that fails is the refusal."""
    work = pathlib.Path(tempfile.mkdtemp(dir=surroundings.folder))
    try:
        return _run_scripts(case, programs, surroundings, work)
    finally:
        shutil.rmtree(work)


def _run_scripts(case: Case, programs: Programs, surroundings: Surroundings, work: pathlib.Path) -> Result:
    features = enabled_features(programs.features, frozenset(case.features))
    outputs: dict[str, ScriptOutputs] = {}
    config = ""
    for crate in SCRIPTED:
        if crate not in programs.paths:
            continue
        (work / crate).mkdir()
        target = case.host if crate in (BUILD_CONFIG, "pyo3-macros-backend") else case.target
        environment = {
            "PATH": "/nonexistent",
            **dict(case.environment),
            **surroundings.target_cfgs[target],
            **{f"CARGO_FEATURE_{name.upper().replace('-', '_')}": "1" for name in features[crate]},
            "CARGO_PKG_VERSION": case.version,
            "HOST": case.host,
            "TARGET": target,
            "OUT_DIR": str(work / crate),
            "OUT_DIR_OF_BUILD_CONFIG": str(work / BUILD_CONFIG),
            "RUSTC": str(surroundings.folder / f"rustc-{case.rustc}"),
        }
        if crate == "pyo3":
            environment["DEP_PYTHON_PYO3_CONFIG"] = config
        ran = subprocess.run([programs.paths[crate]], env=environment, capture_output=True, check=False, cwd=work)
        printed = ran.stdout.decode("utf-8", "replace")
        if ran.returncode == 101 and _PRINTED in printed:
            text = printed.partition(_PRINTED)[2].partition("\n\nnote: ")[0]
            return Result({"pyo3-ffi": ScriptOutputs(config=comparable_config(text))})
        if ran.returncode != 0:
            return Result({}, f"{crate}: {ran.stderr.decode('utf-8', 'replace').strip()}")
        if crate == "pyo3-ffi":
            config = _handed_on(printed)
        if crate != BUILD_CONFIG:
            outputs[crate] = read_outputs(printed.splitlines())
    return Result(outputs)


def _handed_on(printed: str) -> str:
    """Find what Cargo would put into DEP_PYTHON_PYO3_CONFIG."""
    lines = [line.partition("=")[2] for line in printed.splitlines() if line.startswith("cargo:PYO3_CONFIG=")]
    return lines[-1] if lines else ""
