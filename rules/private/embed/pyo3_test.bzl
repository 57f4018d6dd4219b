"""The macro pyo3_test."""

load("@rules_rust//rust:defs.bzl", "rust_test")
load("//rules/private/common:errors.bzl", "error_text")
load(":program.bzl", "pyo3_program_test")
load(":program_targets.bzl", "program_targets")

def pyo3_test(name, *, srcs = [], crate = None, libpython = "auto", py_deps = [], python_version = "", pyo3 = None, args = [], data = [], tags = [], visibility = None, **kwargs):
    """Makes a Rust test that runs with Python: of a crate's own unit tests, or a test crate.

    The test is linked with the libpython of the chosen Python, as by pyo3_binary.

    Args:
      name: (str) the test; the rust_test itself is `name.rust`
      srcs: (list of label) Rust sources of a test crate; or else
      crate: (label) a pyo3_extension, or any Rust target that rust_test takes, whose own unit tests run
      libpython: (str) see pyo3_binary
      py_deps: (list of label) see pyo3_binary
      python_version: (str) see pyo3_binary
      pyo3: (label) see pyo3_binary
      args: (list of str) see rust_test
      data: (list of label) see rust_test
      tags: (list of str) see rust_test
      visibility: (list of label) see rust_test
      **kwargs: other attributes of rust_test
    """
    if bool(srcs) == bool(crate):
        fail(error_text(
            "//{}:{}".format(native.package_name(), name),
            "{} given".format("both `srcs` and `crate` are" if srcs else "neither `srcs` nor `crate` is"),
            "`crate` for the unit tests inside a crate, or `srcs` for a test crate",
            "give one of them",
        ))
    program_targets(
        name = name,
        args = args,
        attributes = dict(kwargs, srcs = srcs) if srcs else kwargs,
        crate = crate,
        data = data,
        libpython = libpython,
        program = pyo3_program_test,
        py_deps = py_deps,
        pyo3 = pyo3,
        python_version = python_version,
        rust_rule = rust_test,
        tags = tags,
        visibility = visibility,
    )
