"""PyO3's config-file format, as PYO3_CONFIG_FILE and DEP_PYTHON_PYO3_CONFIG hold it.

Follows pyo3-build-config 0.30.1, src/impl_.rs, `InterpreterConfig::from_reader` and `to_writer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_abi
from pyo3_abi import dotted
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig, finalize

if TYPE_CHECKING:
    from pyo3_versions import PyO3Version

_KEYS = frozenset(
    "build_flags executable implementation lib_dir lib_name pointer_width python_framework_prefix shared "
    "suppress_build_script_link_lines target_abi version".split(),
)


def write(config: InterpreterConfig, pyo3: PyO3Version) -> str:
    """Write the config-file format, keys in the order of PyO3's own writer, build flags sorted."""
    del pyo3
    values = {
        "implementation": config.implementation,
        "version": dotted(config.version),
        "shared": _rust_bool(config.shared),
        "target_abi": str(config.target_abi),
        "lib_name": config.lib_name,
        "lib_dir": config.lib_dir,
        "executable": config.executable,
        "pointer_width": config.pointer_width,
        "build_flags": ",".join(sorted(config.build_flags)),
        "python_framework_prefix": config.python_framework_prefix,
        "suppress_build_script_link_lines": _rust_bool(config.suppress_build_script_link_lines),
    }
    lines = [f"{key}={value}" for key, value in values.items() if value is not None]
    lines += [f"extra_build_script_line={line}" for line in config.extra_build_script_lines]
    return "".join(f"{line}\n" for line in lines)


def dep_env(config: InterpreterConfig, pyo3: PyO3Version) -> str:
    """Give the value of DEP_PYTHON_PYO3_CONFIG: the text in hexadecimal."""
    return write(config, pyo3).encode("utf-8").hex()


def _rust_bool(value: bool) -> str:
    return "true" if value else "false"


def read(text: str, pyo3: PyO3Version) -> InterpreterConfig:
    """Read the config-file format.

    Raises:
        ToolError: a line is not KEY=VALUE, a value does not parse, a key is missing, unknown or not supported here.
    """
    del pyo3
    values: dict[str, str] = {}
    extra_lines = []
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = line.partition("=")
        if not equals:
            raise ToolError(f"line {number} of the PyO3 config file is {line!r}, expected KEY=VALUE")
        if key == "extra_build_script_line":
            extra_lines.append(value)
        elif key in _KEYS:
            values[key] = value.strip()
        else:
            known = ", ".join(sorted({*_KEYS, "extra_build_script_line"}))
            raise ToolError(f"line {number} of the PyO3 config file has the key {key!r}, expected one of {known}")
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
            lib_dir=values.get("lib_dir"),
            executable=values.get("executable"),
            suppress_build_script_link_lines=_parse_bool(values, "suppress_build_script_link_lines"),
            extra_build_script_lines=tuple(extra_lines),
            python_framework_prefix=values.get("python_framework_prefix"),
        )
    )


def _parse_bool(values: dict[str, str], key: str) -> bool:
    value = values.get(key, "false")
    if value not in ("true", "false"):
        raise ToolError(f"{key} is {value!r} in the PyO3 config file, expected true or false")
    return value == "true"
