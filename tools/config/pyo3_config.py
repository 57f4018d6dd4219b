"""Computes PyO3's interpreter configuration from the facts, as pyo3-ffi's build script would.

Follows pyo3-build-config 0.30.1, src/impl_.rs (`InterpreterConfig::from_interpreter`, `InterpreterConfigBuilder`)
and pyo3-ffi 0.30.1, build.rs (`ensure_python_version`, `ensure_target_pointer_width`). Paths of the machine
(lib_dir, executable, python_framework_prefix) are left out on purpose: they are no facts about the interpreter.
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_abi
import pyo3_common
import pyo3_facts
import pyo3_support
import pyo3_triple
import pyo3_versions
from pyo3_abi import ABI3, FREE_THREADED, GIL_ENABLED, PythonAbi, dotted
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_facts import Facts
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version, PythonVersion


@dataclass(frozen=True)
class InterpreterConfig:
    """PyO3's InterpreterConfig without paths; `from_facts` and `from_text` are the constructors that check."""

    implementation: str
    version: PythonVersion
    shared: bool
    target_abi: PythonAbi
    lib_name: str | None
    pointer_width: int | None
    build_flags: frozenset[str]
    suppress_build_script_link_lines: bool = False

    def to_text(self) -> str:
        """Write the config-file format, keys in the order of `InterpreterConfig::to_writer`, build flags sorted."""
        lines = [
            f"implementation={self.implementation}",
            f"version={dotted(self.version)}",
            f"shared={_rust_bool(self.shared)}",
            f"target_abi={self.target_abi}",
        ]
        if self.lib_name is not None:
            lines.append(f"lib_name={self.lib_name}")
        if self.pointer_width is not None:
            lines.append(f"pointer_width={self.pointer_width}")
        lines.append(f"build_flags={','.join(sorted(self.build_flags))}")
        lines.append(f"suppress_build_script_link_lines={_rust_bool(self.suppress_build_script_link_lines)}")
        return "\n".join(lines) + "\n"

    def to_dep_env(self) -> str:
        """Give the value of DEP_PYTHON_PYO3_CONFIG: the text in hexadecimal."""
        return self.to_text().encode("utf-8").hex()

    def summary(self, pyo3: PyO3Version) -> dict[str, Any]:
        """Give the object of the summary file: the configuration with the parts of the ABI spelled out."""
        return {
            "schema": pyo3_common.SCHEMA,
            "abi_kind": self.target_abi.kind,
            "abi_version": list(self.target_abi.version),
            "build_flags": sorted(self.build_flags),
            "debug": self.target_abi.debug,
            "free_threaded": self.target_abi.free_threaded,
            "implementation": self.implementation,
            "lib_name": self.lib_name,
            "pointer_width": self.pointer_width,
            "pyo3_version": pyo3.version,
            "shared": self.shared,
            "stable_abi": self.target_abi.stable,
            "target_abi": str(self.target_abi),
            "version": list(self.version),
        }


def _rust_bool(value: bool) -> str:
    return "true" if value else "false"


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
        build_flags=_with_ref_debug(frozenset(facts.build_flags) & pyo3.build_flags),
    )
    return finalize(config)


def _with_ref_debug(flags: frozenset[str]) -> frozenset[str]:
    return flags | {"Py_REF_DEBUG"} if "Py_DEBUG" in flags else flags


def finalize(config: InterpreterConfig) -> InterpreterConfig:
    """Bring ABI and build flags together as `InterpreterConfigBuilder::finalize` does."""
    abi, flags = config.target_abi, config.build_flags
    if "Py_GIL_DISABLED" in flags:
        if abi.kind == ABI3:
            abi = pyo3_abi.make_abi(abi.implementation, FREE_THREADED, abi.version, abi.debug)
        elif abi.kind == GIL_ENABLED:
            raise ToolError(
                f"build_flags has Py_GIL_DISABLED, target_abi is {abi}, expected a free-threaded one: correct either"
            )
    elif abi.free_threaded:
        flags |= {"Py_GIL_DISABLED"}
    if "Py_DEBUG" in flags:
        abi = dataclasses.replace(abi, debug=True)
    elif abi.debug:
        flags |= {"Py_DEBUG"}
    return dataclasses.replace(config, target_abi=abi, build_flags=_with_ref_debug(flags))


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
    """Read the config-file format.

    Raises:
        ToolError: a line is not KEY=VALUE, a value does not parse, a key is missing, unknown or not supported here.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = line.partition("=")
        if not equals:
            raise ToolError(f"line {number} of the PyO3 config file is {line!r}, expected KEY=VALUE")
        if key not in _TEXT_KEYS:
            known = ", ".join(sorted(_TEXT_KEYS))
            raise ToolError(f"line {number} of the PyO3 config file has the key {key!r}, expected one of {known}")
        values[key] = value.strip()
    for key in ("implementation", "version", "shared", "target_abi"):
        if key not in values:
            raise ToolError(f"the PyO3 config file has no {key}: write it with the config stage of these rules")
    width = values.get("pointer_width")
    if width is not None and not width.isdigit():
        raise ToolError(f"pointer_width is {width!r} in the PyO3 config file, expected a number of bits")
    return finalize(
        InterpreterConfig(
            implementation=values["implementation"],
            version=pyo3_abi.parse_version(values["version"]),
            shared=_parse_bool(values, "shared"),
            target_abi=pyo3_abi.parse_abi(values["target_abi"]),
            lib_name=values.get("lib_name"),
            pointer_width=None if width is None else int(width),
            build_flags=frozenset(flag for flag in values.get("build_flags", "").split(",") if flag),
            suppress_build_script_link_lines=_parse_bool(values, "suppress_build_script_link_lines"),
        )
    )


_TEXT_KEYS = frozenset(
    "build_flags implementation lib_name pointer_width shared suppress_build_script_link_lines target_abi "
    "version".split(),
)


def _parse_bool(values: dict[str, str], key: str) -> bool:
    value = values.get(key, "false")
    if value not in ("true", "false"):
        raise ToolError(f"{key} is {value!r} in the PyO3 config file, expected true or false")
    return value == "true"


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
    pyo3_common.write_text(args.output, config.to_text())
    if args.json:
        pyo3_common.write_json(args.json, config.summary(pyo3))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the configuration; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
