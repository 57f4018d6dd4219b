"""The macro pyo3_binary."""

load("@rules_rust//rust:defs.bzl", "rust_binary")
load(":program.bzl", "pyo3_program")
load(":program_targets.bzl", "program_targets")

def pyo3_binary(name, *, srcs, libpython = "auto", py_deps = [], python_version = "", pyo3 = None, args = [], data = [], tags = [], visibility = None, **kwargs):
    """Makes a Rust program that carries Python.

    It is linked with the libpython of the chosen Python and finds that Python by itself, from any working directory and
    whatever the environment says (docs/embedding.md). The pyo3 crate is the one that extensions use.

    Args:
      name: (str) the program; the rust_binary itself is `name.rust`
      srcs: (list of label) Rust sources
      libpython: (str) "shared", "static", or "auto": shared where the Python has one, as PyO3 does
      py_deps: (list of label) Python libraries and extensions that the program imports
      python_version: (str) the Python, such as "3.13t"; empty: the build's
      pyo3: (label) the pyo3 crate; `@rules_pyo3//rules/settings:pyo3` by default
      args: (list of str) see rust_binary
      data: (list of label) see rust_binary
      tags: (list of str) see rust_binary
      visibility: (list of label) see rust_binary
      **kwargs: other attributes of rust_binary
    """
    program_targets(
        name = name,
        args = args,
        attributes = dict(kwargs, srcs = srcs),
        crate = None,
        data = data,
        libpython = libpython,
        program = pyo3_program,
        py_deps = py_deps,
        pyo3 = pyo3,
        python_version = python_version,
        rust_rule = rust_binary,
        tags = tags,
        visibility = visibility,
    )
