"""Prints the interpreter config that an extension's PyO3 was built with: `bazel run //:my_ext.config`.

With `-- explain` it says where each value comes from and what it causes, with `-- --format json` it prints the object
of tools/common/schemas/pyo3_config.schema.json. With `-- --pyo3-print-config`, or PYO3_PRINT_CONFIG=1 in its
environment, it prints as PyO3's build script does with that variable, and ends with its exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

import pyo3_common
import pyo3_explain
from pyo3_common import ToolError
from runfiles import Runfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CONFIG_ENDING = ".config.txt"
EXPLANATION_ENDING = ".explain.json"
VARIABLE = "PYO3_PRINT_CONFIG"


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*", help="set by the target: runfiles paths of what to print")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--pyo3-print-config", action="store_true")
    return parser


def output(argv: Sequence[str], environment: Mapping[str, str], read: Callable[[str], str]) -> tuple[str, int]:
    """Give what to print, and the exit code.

    Args:
        argv: the arguments, `--label` and the target's files included.
        environment: the environment.
        read: gives the text of a runfile.

    Raises:
        ToolError: the extension's pyo3 was not configured by these rules, or the arguments are wrong.
    """
    options = _parser().parse_args(argv)
    config, explanation = (
        next((path for path in options.files if path.endswith(ending)), None)
        for ending in (CONFIG_ENDING, EXPLANATION_ENDING)
    )
    commands = [path for path in options.files if path not in (config, explanation)]
    if config is None or explanation is None:
        raise ToolError(
            "there is no interpreter config: the extension names a `pyo3` crate of its own, which these rules did not "
            "configure; expected a crate of pyo3.crates(...)"
        )
    if commands not in ([], ["print"], ["explain"]):
        raise ToolError(f"the command is {' '.join(commands)!r}, expected print or explain")
    if options.pyo3_print_config or environment.get(VARIABLE) == "1":
        return pyo3_explain.halting(read(config)), pyo3_explain.HALTED
    described = pyo3_common.parse_json(read(explanation), "the explanation")
    if commands == ["explain"]:
        return (pyo3_common.to_json(described) if options.format == "json" else pyo3_explain.text(described)), 0
    if options.format == "json":
        return pyo3_common.to_json(pyo3_explain.without_causes(described)), 0
    return read(config), 0


def _read(path: str) -> str:
    runfiles = Runfiles.Create()
    located = runfiles.Rlocation(path) if runfiles else None
    if located is None:
        raise ToolError(f"the runfile {path} cannot be found: start this program with `bazel run`")
    return pyo3_common.read_text(located, "runfile")


def main(argv: Sequence[str] | None = None) -> int:
    """Print; see `--help`."""
    codes = []

    def work(arguments: Sequence[str]) -> None:
        text, code = output(arguments, os.environ, _read)
        sys.stdout.write(text)
        codes.append(code)

    arguments = sys.argv[1:] if argv is None else argv
    return pyo3_common.run(work, ["--label", "pyo3_config", *arguments]) or codes[0]


if __name__ == "__main__":
    sys.exit(main())
