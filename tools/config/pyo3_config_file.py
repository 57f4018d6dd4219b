"""PyO3's config-file format, as PYO3_CONFIG_FILE and DEP_PYTHON_PYO3_CONFIG hold it.

Follows pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs, `InterpreterConfig::from_reader` and `to_writer`. The format
has no escapes: a later line of a key wins, a value ends with its line, blanks around a value do not count.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pyo3_abi
from pyo3_abi import ABI3, FREE_THREADED, GIL_ENABLED, PythonAbi, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError, excerpt
from pyo3_interpreter_config import DEBUG, GIL_DISABLED, InterpreterConfig, finalize, with_abi3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyo3_versions import PyO3Version, PythonVersion

EXTRA_LINE = "extra_build_script_line"
_WIDTH = re.compile(r"\+?0*([0-9]{1,9})")


def write(config: InterpreterConfig, pyo3: PyO3Version) -> str:
    """Write the format of this PyO3: its keys in the order of its own writer, build flags sorted.

    Raises:
        ToolError: a value cannot be written.
    """
    values = to_values(config, pyo3)
    lines = [f"{key}={values[key]}" for key in pyo3.config_keys if key in values]
    lines += [f"{EXTRA_LINE}={line}" for line in config.extra_build_script_lines]
    for line in lines:
        # Surrogates stand for bytes that are no UTF-8, in variables for instance.
        if any(character in "\n\r" or "\ud800" <= character <= "\udfff" for character in line):
            raise ToolError(f"the PyO3 config file cannot hold {excerpt(line)}, expected one line of UTF-8: correct it")
    return "".join(f"{line}\n" for line in lines)


def to_values(config: InterpreterConfig, pyo3: PyO3Version) -> dict[str, str]:
    """Give the text of every key that is set, the repeated extra_build_script_line left out."""
    keeps_version = Behaviour.ABI_OF_OWN.of(pyo3)
    values = {
        "implementation": pyo3_abi.parse_implementation(config.implementation, pyo3),
        "version": dotted(config.version if keeps_version else config.target_abi.version),
        "shared": _rust_bool(config.shared),
        "target_abi": pyo3_abi.show_abi(config.target_abi, pyo3),
        "abi3": _rust_bool(config.abi3),
        "lib_name": config.lib_name,
        "lib_dir": config.lib_dir,
        "executable": config.executable,
        "pointer_width": None if config.pointer_width is None else str(config.pointer_width),
        "build_flags": ",".join(sorted(config.build_flags)),
        "python_framework_prefix": config.python_framework_prefix,
        "suppress_build_script_link_lines": _rust_bool(config.suppress_build_script_link_lines),
    }
    return {key: value for key, value in values.items() if value is not None and key in pyo3.config_keys}


def dep_env(config: InterpreterConfig, pyo3: PyO3Version) -> str:
    """Give the value of DEP_PYTHON_PYO3_CONFIG: the text in hexadecimal."""
    return write(config, pyo3).encode("utf-8").hex()


def _rust_bool(value: bool) -> str:
    return "true" if value else "false"


def read(text: str, pyo3: PyO3Version) -> InterpreterConfig:
    """Read the format of this PyO3; what `parse` notices is not told."""
    return parse(text, pyo3, [])


def parse(text: str, pyo3: PyO3Version, notices: list[str]) -> InterpreterConfig:
    """Read the format of this PyO3; only `version` is required.

    Args:
        text: the content.
        pyo3: whose format it is.
        notices: where to say what PyO3 warns of, unknown keys for instance.

    Raises:
        ToolError: a line is not KEY=VALUE, a value does not parse, keys contradict each other, or there is no version.
    """
    values: dict[str, str] = {}
    extra_lines = []
    for number, line in enumerate(_lines(text), 1):
        key, equals, value = line.partition("=")
        if not equals:
            raise ToolError(f"line {number} of the PyO3 config file is {excerpt(line)}, expected KEY=VALUE")
        if key == EXTRA_LINE:
            extra_lines.append(value)
        elif key in _readable_keys(pyo3):
            values[key] = value.strip()
        else:
            known = ", ".join(pyo3.config_keys)
            notices.append(
                f"line {number} of the PyO3 config file has the key {excerpt(key)}, which PyO3 {pyo3.version} ignores; "
                f"it knows {known}"
            )
    return from_values(values, tuple(extra_lines), pyo3, notices)


def _lines(text: str) -> list[str]:
    # Only a line feed ends a line; Python's splitlines knows more characters that do.
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines]


def _readable_keys(pyo3: PyO3Version) -> tuple[str, ...]:
    return (*pyo3.config_keys, "abi3")


def from_values(
    values: Mapping[str, str], extra_lines: tuple[str, ...], pyo3: PyO3Version, notices: list[str]
) -> InterpreterConfig:
    """Make a config of the texts of a config file's keys."""
    if "version" not in values:
        raise ToolError("the PyO3 config file has no version, expected a line version=X.Y: add it")
    flags = values.get("build_flags", "").split(",")
    version = pyo3_abi.parse_version(values["version"])
    implementation = pyo3_abi.parse_implementation(values.get("implementation", "CPython"), pyo3)
    config = InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=_parse_bool(values, "shared", True),
        target_abi=PythonAbi(implementation, GIL_ENABLED, version, False),
        lib_name=values.get("lib_name"),
        pointer_width=_pointer_width(values),
        build_flags=frozenset(flags if flags[-1] else flags[:-1]),
        lib_dir=values.get("lib_dir"),
        executable=values.get("executable"),
        suppress_build_script_link_lines=_parse_bool(values, "suppress_build_script_link_lines", False),
        extra_build_script_lines=extra_lines,
        python_framework_prefix=values.get("python_framework_prefix"),
    )
    abi3 = _parse_bool(values, "abi3", False)
    if not Behaviour.ABI_OF_OWN.of(pyo3):
        return with_abi3(config, abi3, version, pyo3)
    abi = _target_abi(values, config, abi3, pyo3, notices)
    return finalize(dataclasses.replace(config, target_abi=abi), pyo3, notices)


def _target_abi(
    values: Mapping[str, str], config: InterpreterConfig, abi3: bool, pyo3: PyO3Version, notices: list[str]
) -> PythonAbi:
    if "target_abi" in values:
        if "abi3" in values:
            raise ToolError(
                f"the PyO3 config file has both target_abi={values['target_abi']} and abi3={values['abi3']}, "
                "expected target_abi alone: take abi3 out"
            )
        return pyo3_abi.parse_abi(values["target_abi"], pyo3)
    version: PythonVersion = config.version
    kind = None
    if GIL_DISABLED in config.build_flags:
        kind = FREE_THREADED
    elif abi3:
        notices.append(f"the key abi3 is an old one, PyO3 {pyo3.version} reads target_abi: write that instead")
        kind, version = ABI3, pyo3_abi.clamped(ABI3, version, pyo3, notices)
    return pyo3_abi.make_abi(config.implementation, kind, version, DEBUG in config.build_flags)


def _pointer_width(values: Mapping[str, str]) -> int | None:
    width = values.get("pointer_width")
    if width is None:
        return None
    matched = _WIDTH.fullmatch(width)
    if matched is None:
        raise ToolError(f"pointer_width is {excerpt(width)} in the PyO3 config file, expected a number of bits")
    return int(matched[1])


def _parse_bool(values: Mapping[str, str], key: str, default: bool) -> bool:
    value = values.get(key)
    if value not in (None, "true", "false"):
        raise ToolError(f"{key} is {excerpt(str(value))} in the PyO3 config file, expected true or false")
    return default if value is None else value == "true"
