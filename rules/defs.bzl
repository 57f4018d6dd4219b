"""Rules for Rust + PyO3 extension modules.

    load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
"""

load("//rules/private/py_target:extension_matrix.bzl", _pyo3_extension_matrix = "pyo3_extension_matrix")
load("//rules/private/py_target:pyo3_extension.bzl", _pyo3_extension = "pyo3_extension")
load("//rules/private/py_target:test_matrix.bzl", _pyo3_test_matrix = "pyo3_test_matrix")

pyo3_extension = _pyo3_extension
pyo3_extension_matrix = _pyo3_extension_matrix
pyo3_test_matrix = _pyo3_test_matrix
