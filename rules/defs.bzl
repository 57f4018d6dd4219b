"""Rules for Rust + PyO3: extension modules, their tests, programs that carry Python, and wheels.

    load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
"""

load("//rules/private/embed:bundle.bzl", _pyo3_bundle = "pyo3_bundle")
load("//rules/private/embed:pyo3_binary.bzl", _pyo3_binary = "pyo3_binary")
load("//rules/private/embed:pyo3_test.bzl", _pyo3_test = "pyo3_test")
load("//rules/private/py_target:extension_matrix.bzl", _pyo3_extension_matrix = "pyo3_extension_matrix")
load("//rules/private/py_target:pyo3_extension.bzl", _pyo3_extension = "pyo3_extension")
load("//rules/private/py_target:test_matrix.bzl", _pyo3_test_matrix = "pyo3_test_matrix")
load("//rules/private/wheel:pyo3_repaired_wheel.bzl", _pyo3_repaired_wheel = "pyo3_repaired_wheel")
load("//rules/private/wheel:pyo3_tagged_wheel.bzl", _pyo3_tagged_wheel = "pyo3_tagged_wheel")
load("//rules/private/wheel:pyo3_wheel.bzl", _pyo3_wheel = "pyo3_wheel")
load("//rules/private/wheel:pyo3_wheel_test.bzl", _pyo3_wheel_test = "pyo3_wheel_test")
load("//rules/private/wheel:sdist.bzl", _pyo3_sdist = "pyo3_sdist")

pyo3_binary = _pyo3_binary
pyo3_bundle = _pyo3_bundle
pyo3_extension = _pyo3_extension
pyo3_extension_matrix = _pyo3_extension_matrix
pyo3_repaired_wheel = _pyo3_repaired_wheel
pyo3_sdist = _pyo3_sdist
pyo3_tagged_wheel = _pyo3_tagged_wheel
pyo3_test = _pyo3_test
pyo3_test_matrix = _pyo3_test_matrix
pyo3_wheel = _pyo3_wheel
pyo3_wheel_test = _pyo3_wheel_test
