"""The tests that pyo3_extension_matrix generates: one Python imports its module, or refuses what is for others.

Runs with any Python from 3.7 on, standard library only. PyO3's guide, "Supporting free-threaded Python", says what a
module has to do so that importing it does not enable the GIL; CPython's sys._is_gil_enabled (3.13) tells.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyo3_common
import pyo3_load_module
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 120
_ENDINGS = (".so", ".pyd")
_CPYTHON = "cpython"


class Child(NamedTuple):
    """How a process ended: its exit code (a negative one is a signal) and what it printed."""

    code: int
    output: str


def this_python() -> str:
    """Give the word of the running Python, such as "3.13t" or "pypy3.11"."""
    name = sys.implementation.name
    flags = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    # https://docs.python.org/3/library/sys.html#sys.gettotalrefcount: of debug builds only.
    flags += "d" if name == _CPYTHON and hasattr(sys, "gettotalrefcount") else ""
    return f"{'' if name == _CPYTHON else name}{sys.version_info[0]}.{sys.version_info[1]}{flags}"


def module_file(module: str, files: Sequence[str]) -> str:
    """Find the file of the module among the runfiles of its target.

    Args:
        module: full dotted name.
        files: runfiles paths, with "/".

    Raises:
        ToolError: there is none, or more than one.
    """
    start = module.rpartition(".")[2] + "."
    found = [file for file in files if file.rpartition("/")[2].startswith(start) and file.endswith(_ENDINGS)]
    if len(found) != 1:
        raise ToolError(
            f"of the files {', '.join(files)}, {len(found)} are named like the module {module}; expected one: "
            "give the target that makes it"
        )
    return found[0]


def check_python(wanted: str, running: str) -> None:
    """Compare the words of the wanted and of the running Python.

    Raises:
        ToolError: they differ.
    """
    if wanted != running:
        raise ToolError(
            f"the test is for Python {wanted} and runs under {running}; expected the Python of the toolchain: check "
            "that the toolchain for it starts the Python that it describes"
        )


def check_file(module: str, imported: str | None, expected: str) -> None:
    """Compare the file that was imported with the one that was built.

    Args:
        module: full dotted name.
        imported: the module's `__file__`.
        expected: runfiles path.

    Raises:
        ToolError: another file was imported.
    """
    path = (imported or "").replace("\\", "/")
    if not path.endswith("/" + expected):
        raise ToolError(
            f"importing {module} took the file {imported}, expected one that ends with {expected}: look for another "
            "module of that name among the dependencies"
        )


def check_gil(module: str, before: bool, after: bool, gil_used: bool) -> None:
    """Hold a module to what its target says about the GIL.

    Args:
        module: full dotted name.
        before: whether the GIL was on before the import.
        after: whether it is on now.
        gil_used: whether the target says that the module needs it.

    Raises:
        ToolError: the GIL was on already, it came on, or it stayed off although the module is said to need it.
    """
    if before:
        raise ToolError(
            f"the GIL was on before {module} was imported, so the import cannot tell: take PYTHON_GIL and -X gil away"
        )
    if after and not gil_used:
        raise ToolError(
            f"importing {module} switched the GIL on, expected it to stay off on a free-threaded Python: make the "
            "module safe without it and drop #[pymodule(gil_used = true)] (PyO3 before 0.28: write gil_used = false), "
            "or say that it needs the GIL, with `gil_used = True` on the target. Another module that it imports can "
            "be the cause"
        )
    if gil_used and not after:
        raise ToolError(
            f"`gil_used` is True, but the GIL stayed off when {module} was imported; expected the module to need it: "
            "drop `gil_used` of the target, or write #[pymodule(gil_used = true)]"
        )


def _gil_enabled() -> bool:
    tell = getattr(sys, "_is_gil_enabled", None)
    return True if tell is None else bool(tell())


def import_module(module: str, expected: str, python: str, gil_used: bool | None) -> str:
    """Import the module and check it, but not the GIL where `gil_used` is None; give what to print."""
    before = _gil_enabled()
    imported = importlib.import_module(module).__file__
    after = _gil_enabled()
    check_file(module, imported, expected)
    if gil_used is None or not python.rstrip("d").endswith("t"):
        return f"Python {python} imported {expected}"
    check_gil(module, before, after, gil_used)
    return f"Python {python} imported {expected}, and the GIL {'came on, as stated' if after else 'stayed off'}"


def check_refusal(module: str, python: str, child: Child) -> str:
    """Read how loading ended; give what to print.

    Raises:
        ToolError: the module was loaded, or the attempt ended in another way than by a refusal.
    """
    said = child.output.strip()
    if child.code == pyo3_load_module.UNKNOWN:
        return f"Python {python} does not know a file of {module}: {said}"
    if child.code == pyo3_load_module.REFUSED:
        return f"Python {python} refused to load {module}: {said}"
    if child.code == pyo3_load_module.LOADED:
        raise ToolError(
            f"Python {python} loaded {module} from {said}, expected it to refuse: nothing keeps this Python from "
            "using the file. Take the Python out of `refused_by`; where the file must not be used there, only the "
            "wheel's tags can say so"
        )
    raise ToolError(
        f"Python {python} ended with code {child.code} when it loaded {module}, expected an ImportError: {said}\n"
        "Nothing keeps this Python from trying, and it does not survive: only the wheel's tags can keep the file away"
    )


def package_folders(module: str, roots: Sequence[str]) -> list[str]:
    """Give the folders where the module's package can lie, one for each import root."""
    package = module.rpartition(".")[0].replace(".", "/")
    return [str(Path(root or ".", package)) for root in roots]


def _load_in_child(module: str) -> Child:
    # Not isolated: on Windows, an extension may find its libraries through the environment.
    command = [sys.executable, "-B", pyo3_load_module.__file__, module, *package_folders(module, sys.path)]
    ended = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Child(ended.returncode, ended.stdout)


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--module", required=True, help="full dotted name")
    parser.add_argument("--python", required=True, help='word of the Python, such as "3.13t"')
    parser.add_argument("--gil-used", action="store_true", help="the module needs the GIL")
    parser.add_argument("--skip-gil", action="store_true", help="do not look at the GIL")
    parser.add_argument("--refused", action="store_true", help="this Python must refuse the files")
    parser.add_argument("files", nargs="*", help="runfiles of the target; the module's file is among them")
    options = parser.parse_args(argv)
    check_python(options.python, this_python())
    if options.refused:
        text = check_refusal(options.module, options.python, _load_in_child(options.module))
    else:
        expected = module_file(options.module, options.files)
        gil_used = None if options.skip_gil else options.gil_used
        text = import_module(options.module, expected, options.python, gil_used)
    sys.stdout.write(text + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Test; the exit code is the result."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
