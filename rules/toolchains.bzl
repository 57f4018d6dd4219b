"""Python toolchains that carry the facts of their interpreter.

    load("@rules_pyo3//rules:toolchains.bzl", "pyo3_python_toolchain")
"""

load("//rules/private/interpreter:python_toolchain.bzl", _pyo3_python_toolchain = "pyo3_python_toolchain")

pyo3_python_toolchain = _pyo3_python_toolchain
