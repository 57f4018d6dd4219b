"""Python toolchains that carry the facts of their interpreter, and what PyO3 is told of it.

    load("@rules_pyo3//rules:toolchains.bzl", "pyo3_interpreter_config", "pyo3_python_toolchain")
"""

load("//rules/private/interpreter:interpreter_config.bzl", _pyo3_interpreter_config = "pyo3_interpreter_config")
load("//rules/private/interpreter:python_toolchain.bzl", _pyo3_python_toolchain = "pyo3_python_toolchain")

pyo3_python_toolchain = _pyo3_python_toolchain
pyo3_interpreter_config = _pyo3_interpreter_config
