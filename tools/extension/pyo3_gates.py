"""Looks at a compiled extension module before anybody imports it: the gates, each with a name that switches it off.

entry_symbol: the module can be found; python_symbols: every Python it is for has what it uses; libpython: it brings no
second Python along; paths: it names no folder of the machine that built it; exports: it offers nothing else.
docs/gates.md says more of each.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pyo3_binary
import pyo3_common
import pyo3_config_file
import pyo3_gate_entry
import pyo3_gate_exports
import pyo3_gate_libpython
import pyo3_gate_paths
import pyo3_gate_symbols
import pyo3_symbol_table
import pyo3_triple
import pyo3_versions
from pyo3_common import ToolError
from pyo3_gate import FAILED, SKIPPED, Module, Outcome, not_checked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyo3_binary import Binary

GATES: Mapping[str, Callable[[Module, Binary], Outcome]] = {
    "entry_symbol": pyo3_gate_entry.check,
    "python_symbols": pyo3_gate_symbols.check,
    "libpython": pyo3_gate_libpython.check,
    "paths": pyo3_gate_paths.check,
    "exports": pyo3_gate_exports.check,
}


def check(module: Module, kind: str, binaries: Sequence[Binary], wanted: Sequence[str]) -> dict[str, Outcome]:
    """Apply gates to all architectures of a library.

    Args:
        module: what the library is meant to be.
        kind: its format.
        binaries: what was read of it; empty when its format is not read.
        wanted: names of the gates to apply.

    Returns:
        The outcome of every gate by name; of several architectures the worst.
    """
    outcomes = {}
    for name, gate in GATES.items():
        if name not in wanted:
            outcomes[name] = Outcome(SKIPPED)
        elif not binaries:
            outcomes[name] = not_checked(f"{kind} files are not read")
        else:
            outcomes[name] = _worst([(binary.part, gate(module, binary)) for binary in binaries])
    return outcomes


def _worst(outcomes: Sequence[tuple[str, Outcome]]) -> Outcome:
    failed = [(part, outcome) for part, outcome in outcomes if outcome.result == FAILED]
    texts: dict[str, list[str]] = {}
    for part, outcome in failed:
        texts.setdefault(outcome.reason, []).append(part)
    if failed:
        whole = len(failed) == len(outcomes) and len(texts) == 1
        return Outcome(
            FAILED, "; ".join(text if whole else f"{' and '.join(parts)}: {text}" for text, parts in texts.items())
        )
    return next((outcome for _, outcome in outcomes if outcome.reason), outcomes[0][1])


def report(module: Module, kind: str, binaries: Sequence[Binary], outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Give the object that gates.json holds."""
    exports = {name for binary in binaries for name in binary.exports}
    undefined = {name for binary in binaries for name in binary.undefined}
    minimums = {binary.architecture: binary.minimum_macos for binary in binaries if binary.minimum_macos}
    return {
        "schema": pyo3_common.SCHEMA,
        "architectures": sorted({binary.architecture for binary in binaries}),
        "entry_points": sorted(filter(pyo3_gate_entry.is_entry_point, exports)),
        "exports": sorted(exports),
        "format": kind,
        "gates": {name: outcome.to_json_object() for name, outcome in outcomes.items()},
        "minimum_macos": minimums,
        "module": module.name,
        "needed_libraries": sorted({name for binary in binaries for name in binary.needed}),
        "python_symbols": sum(map(pyo3_symbol_table.is_python_symbol, undefined)),
        "required_glibc": next((binary.required_glibc for binary in binaries), None),
        "run_paths": sorted({path for binary in binaries for path in binary.run_paths}),
        "undefined": sorted(undefined),
        "versioned_symbols": next((dict(binary.versioned_symbols) for binary in binaries), {}),
    }


def failure(origin: str, outcomes: Mapping[str, Outcome]) -> str | None:
    """Word what failed, all of it, and how to switch it off; None when nothing did."""
    failed = {name: outcome.reason for name, outcome in outcomes.items() if outcome.result == FAILED}
    if not failed:
        return None
    lines = [f"{origin} does not pass {len(failed)} of its gates:"]
    lines += [f"  {name}: {reason}" for name, reason in failed.items()]
    names = ", ".join(f'"{name}"' for name in failed)
    return "\n".join([*lines, f"  When this is meant, switch it off with skip_gates = [{names}] (docs/gates.md)."])


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument(
        "--module", required=True, help="name that Python imports; of a dotted one the last part counts"
    )
    parser.add_argument("--target", required=True, help="target triple that the library was compiled for")
    parser.add_argument("--config", help="PyO3 config file of the crate; none for a pyo3 crate of the user's own")
    parser.add_argument("--pyo3-version", default="", help="X.Y.Z of the PyO3 whose config file it is")
    parser.add_argument("--gate", action="extend", nargs="+", default=[], choices=list(GATES), help="a gate to apply")
    parser.add_argument(
        "--allowed-export", action="extend", nargs="+", default=[], help="pattern of names that may be exported besides"
    )
    parser.add_argument("--output", required=True, help="gates.json, written when all gates pass")
    return parser


def _module(args: Any) -> Module:
    config = pyo3 = None
    if args.config:
        pyo3 = pyo3_versions.pyo3_version(args.pyo3_version)
        config = pyo3_config_file.read(pyo3_common.read_text(args.config, "PyO3 config file"), pyo3)
    return Module(
        name=args.module.rpartition(".")[2],
        library=args.library,
        target=pyo3_triple.parse_triple(args.target),
        config=config,
        pyo3=pyo3,
        allowed_exports=tuple(args.allowed_export),
        build_folder=os.getcwd(),
    )


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    module = _module(args)
    origin = f"the library {os.path.basename(args.library)}"
    kind, binaries = pyo3_binary.read_binaries(args.library, origin)
    outcomes = check(module, kind, binaries, args.gate)
    failed = failure(origin, outcomes)
    if failed:
        raise ToolError(failed)
    pyo3_common.write_json(args.output, report(module, kind, binaries, outcomes))


def main(argv: Sequence[str] | None = None) -> int:
    """Check a library; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
