"""The programs that change compiled files: patchelf, and auditwheel, which runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

OLDEST_PYTHON = (3, 10)
"""What auditwheel 6.8 needs."""


class Patchelf:
    """The program, alone in a folder: what else auditwheel would run is not found."""

    def __init__(self, program: str, folder: str) -> None:
        """Copy the program into a new folder."""
        os.mkdir(folder)
        self.folder = folder
        self._program = shutil.copyfile(program, os.path.join(folder, "patchelf"))
        os.chmod(self._program, 0o755)

    def soname(self, path: str) -> str:
        """Give the name that others call a library by: empty without one."""
        return self._run("--print-soname", path)

    def set_run_paths(self, path: str, run_paths: Sequence[str]) -> None:
        """Set where the dynamic linker looks for what a library needs."""
        self._run(*(["--force-rpath", "--set-rpath", ":".join(run_paths)] if run_paths else ["--remove-rpath"]), path)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([self._program, *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise ToolError(f"patchelf does not read {arguments[-1]}, expected a shared library: {done.stderr.strip()}")
        return done.stdout.strip()


def graft(path: str, output: str, libraries: str, policy: str, exclude: Sequence[str], patchelf: Patchelf) -> None:
    """Graft libraries.

    Args:
        path: the wheel.
        output: a folder for the repaired one, which keeps its name.
        libraries: the folder that libraries are looked for in.
        policy: the platform tag that the wheel will have.
        exclude: patterns of names that are not looked for.
        patchelf: the program.

    Raises:
        ToolError: auditwheel fails.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise ToolError(
            f"the tools run with Python {'.'.join(map(str, sys.version_info[:2]))}, expected "
            f"{'.'.join(map(str, OLDEST_PYTHON))} or newer, as auditwheel needs it: register a newer Python toolchain"
        )
    from pathlib import Path

    from auditwheel.error import AuditwheelError
    from auditwheel.libc import Libc
    from auditwheel.patcher import ElfPatcher
    from auditwheel.repair import repair_wheel
    from auditwheel.wheel_abi import analyze_wheel_abi

    musl = policy.startswith("musllinux_")
    # musl itself under the name that linkers other than Alpine's write.
    left_out = {*exclude, *(["libc.so"] if musl else [])}
    # It finds programs by PATH, and looks for libraries there too.
    os.environ.clear()
    os.environ["PATH"] = patchelf.folder
    try:
        # Its command line knows the policies of this machine's processor only.
        found = analyze_wheel_abi(
            Libc.MUSL if musl else Libc.GLIBC,
            None,
            Path(path),
            frozenset(left_out),
            disable_isa_ext_check=True,
            allow_graft=True,
            args_ldpaths=libraries,
        )
        known = {name for each in found.policies for name in (each.name, *each.aliases)}
        repair_wheel(
            found,
            Path(path),
            abis=[policy if policy in known else found.policies.lowest.name],
            lib_sdir=".libs",
            out_dir=Path(output),
            update_tags=False,
            patcher=ElfPatcher.get_patcher("patchelf", policy),
            strip=False,
            zip_compression_level=0,
        )
    except (AuditwheelError, ValueError, RuntimeError, subprocess.CalledProcessError) as error:
        raise ToolError(f"auditwheel does not repair {os.path.basename(path)}: {error}; expected it to") from error
