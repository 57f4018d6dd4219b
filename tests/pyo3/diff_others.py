"""The build scripts of crates below PyO3, for the versions whose answers tools/flags computes."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

import pyo3_build_scripts
import pyo3_common
import pyo3_triple
from diff_case import Case
from diff_computed import as_lines
from diff_outputs import read_outputs
from diff_run import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diff_programs import OtherProgram, Programs
    from diff_run import Surroundings
    from pyo3_build_scripts import RustcVersion

KIND = "other crate"
# They are asked for many platforms; the others compile something, or are only ever linked into build scripts.
_FOR_EVERY_TARGET = ("libc",)


def compare_others(
    programs: Programs, surroundings: Surroundings, rustc: str, targets: Sequence[str]
) -> Iterator[tuple[Case, Result, Result]]:
    """Run the scripts of a PyO3 version's other crates, and compute the same.

    Args:
        programs: of the version.
        surroundings: what all cases share.
        rustc: a real compiler: some scripts compile something with it.
        targets: the platforms to compile for.
    """
    said = subprocess.run([rustc, "-vV"], capture_output=True, check=True, encoding="utf-8").stdout
    compiler = pyo3_build_scripts.parse_rustc_version(said)
    for crate, program in programs.others.items():
        features = programs.features[crate].get("default", ())
        for target in targets if crate in _FOR_EVERY_TARGET else (compiler.host,):
            name = " ".join([crate, program.version, target, "+".join(features) or "-"])
            case = Case(programs.version, KIND, name, features, compiler.host, target)
            yield case, _run(crate, program, case, surroundings, rustc), _compute(crate, program, case, compiler)


def _run(crate: str, program: OtherProgram, case: Case, surroundings: Surroundings, rustc: str) -> Result:
    out_dir = pathlib.Path(tempfile.mkdtemp(dir=surroundings.folder))
    environment = {
        "PATH": os.environ["PATH"],
        **surroundings.target_cfgs[case.target],
        **{f"CARGO_FEATURE_{name.upper().replace('-', '_')}": "1" for name in case.features},
        "CARGO_ENCODED_RUSTFLAGS": "",
        "HOST": case.host,
        "TARGET": case.target,
        "OUT_DIR": str(out_dir),
        "RUSTC": rustc,
    }
    try:
        ran = subprocess.run([program.path], env=environment, capture_output=True, check=False, cwd=program.folder)
        if ran.returncode != 0:
            return Result({}, f"{crate}: {ran.stderr.decode('utf-8', 'replace')}")
        files = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(out_dir.iterdir()) if path.is_file()]
    finally:
        shutil.rmtree(out_dir)
    outputs = read_outputs(ran.stdout.decode("utf-8", "replace").splitlines())
    return Result({crate: dataclasses.replace(outputs, files=tuple(files))})


def _compute(crate: str, program: OtherProgram, case: Case, compiler: RustcVersion) -> Result:
    try:
        target = pyo3_triple.parse_triple(case.target)
        computed = pyo3_build_scripts.crate_outputs(crate, program.version, case.features, compiler, target, None)
    except pyo3_common.ToolError as error:
        return Result({}, str(error))
    return Result({crate: dataclasses.replace(read_outputs(as_lines(computed)), files=computed.out_files)})
