"""Computes PyO3's interpreter configuration from the facts, as pyo3-ffi's build script would.

Follows pyo3-build-config 0.30.1, src/impl_.rs (`InterpreterConfig::from_interpreter`, `InterpreterConfigBuilder`)
and pyo3-ffi 0.30.1, build.rs (`ensure_python_version`, `ensure_target_pointer_width`). Paths of the machine
(lib_dir, executable, python_framework_prefix) are left out on purpose: they are no facts about the interpreter.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pyo3_abi
import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_support
import pyo3_triple
import pyo3_versions
from pyo3_abi import FREE_THREADED, PythonAbi, dotted
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig, finalize, with_ref_debug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_facts import Facts
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version


def summary(config: InterpreterConfig, pyo3: PyO3Version) -> dict[str, Any]:
    """Give the object of the summary file: the configuration with the parts of the ABI spelled out."""
    return {
        "schema": pyo3_common.SCHEMA,
        "abi_kind": config.target_abi.kind,
        "abi_version": list(config.target_abi.version),
        "build_flags": sorted(config.build_flags),
        "debug": config.target_abi.debug,
        "free_threaded": config.target_abi.free_threaded,
        "implementation": config.implementation,
        "lib_name": config.lib_name,
        "pointer_width": config.pointer_width,
        "pyo3_version": pyo3.version,
        "shared": config.shared,
        "stable_abi": config.target_abi.stable,
        "target_abi": str(config.target_abi),
        "version": list(config.version),
    }


def from_facts(facts: Facts, features: Sequence[str], pyo3: PyO3Version, target: Triple) -> InterpreterConfig:
    """Configure for an interpreter and the enabled features of the crate pyo3.

    Raises:
        ToolError: the features ask for a stable ABI newer than the interpreter, or GraalPy itself is too old.
    """
    if facts.graalpy_version is not None and facts.graalpy_version < pyo3.graalpy_min:
        raise ToolError(
            f"GraalPy is of version {dotted(facts.graalpy_version)}, PyO3 {pyo3.version} needs "
            f"{dotted(pyo3.graalpy_min)} or newer: choose a newer GraalPy"
        )
    version = facts.version[:2]
    stable = pyo3_abi.applicable_stable_abi(facts.implementation, version, facts.gil_disabled, features, pyo3)
    kind: str | None = FREE_THREADED if facts.gil_disabled else None
    oldest = version
    if stable is not None:
        kind, oldest = stable
        if oldest > version:
            raise ToolError(
                f"the feature {kind}-py3{oldest[1]} asks for Python {dotted(oldest)} or newer, the interpreter is "
                f"{dotted(version)}: lower the feature or choose a newer interpreter"
            )
        # What a stable ABI newer than this PyO3 adds is not used.
        oldest = min(oldest, pyo3.abi3_max)
    abi = pyo3_abi.make_abi(facts.implementation, kind, oldest, facts.debug)
    config = InterpreterConfig(
        implementation=facts.implementation,
        version=version,
        shared=facts.shared,
        target_abi=abi,
        lib_name=_lib_name(abi, facts, target),
        pointer_width=facts.pointer_width,
        build_flags=with_ref_debug(frozenset(facts.build_flags) & pyo3.build_flags),
    )
    return finalize(config)


def _lib_name(abi: PythonAbi, facts: Facts, target: Triple) -> str:
    if target.os == "windows":
        return _lib_name_windows(abi, facts.mingw)
    return _lib_name_unix(abi, facts.cygwin, facts.ld_version)


def _lib_name_windows(abi: PythonAbi, mingw: bool) -> str:
    major, minor = abi.version
    if abi.implementation == "PyPy":
        return f"libpypy{major}.{minor}-c"
    if abi.implementation == "GraalVM":
        return "python-native"
    if mingw:
        return "lib" + _lib_name_unix(abi, True, None)
    if abi.debug and abi.version < (3, 10):
        # https://github.com/python/cpython/issues/101614
        return f"python{major}{minor}_d"
    shown = "" if abi.stable else str(minor)
    return f"python{major}{shown}{'t' if abi.free_threaded else ''}{'_d' if abi.debug else ''}"


def _lib_name_unix(abi: PythonAbi, stable_abi_lib: bool, ld_version: str | None) -> str:
    major, minor = abi.version
    if abi.implementation == "PyPy":
        return f"pypy{ld_version or f'{major}.{minor}'}-c"
    if abi.implementation == "GraalVM":
        return "python-native"
    if abi.implementation == "RustPython":
        return "rustpython_capi"
    if ld_version is not None:
        return f"python{ld_version}"
    shown = "" if stable_abi_lib and abi.stable else f".{minor}"
    return f"python{major}{shown}{'t' if abi.free_threaded else ''}{'d' if abi.debug else ''}"


def from_text(text: str) -> InterpreterConfig:
    """Read the config-file format of the newest PyO3."""
    return pyo3_config_file.read(text, pyo3_versions.pyo3_version(pyo3_versions.supported_versions()[-1]))


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--facts", required=True)
    parser.add_argument("--pyo3-version", required=True)
    parser.add_argument("--features", default="", help="comma-separated features of the crate pyo3")
    parser.add_argument("--target", required=True, help="target triple")
    parser.add_argument("--allow-newer", action="store_true", help="accept a Python that this PyO3 does not know")
    parser.add_argument("--output", required=True, help="the config file, for PYO3_CONFIG_FILE")
    parser.add_argument("--json", help="the same as JSON, the ABI spelled out")
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    pyo3 = pyo3_versions.pyo3_version(args.pyo3_version)
    target = pyo3_triple.parse_triple(args.target)
    facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    features = [feature for feature in args.features.split(",") if feature]
    config = from_facts(facts, features, pyo3, target)
    for warning in pyo3_support.check(config, pyo3, target, args.allow_newer):
        pyo3_common.warn(args.label, warning)
    pyo3_common.write_text(args.output, pyo3_config_file.write(config, pyo3))
    if args.json:
        pyo3_common.write_json(args.json, summary(config, pyo3))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the configuration; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
