"""A Python toolchain that carries the facts of its interpreter."""

load("@rules_python//python:defs.bzl", "PyRuntimeInfo")
load(":interpreter_info.bzl", "PyO3InterpreterInfo")

_DOC = """\
A toolchain for `@rules_python//python:toolchain_type` that knows its Python.

`pyo3.system_python` writes one. Declare it by hand for a Python whose `py_runtime` does not
tell what it is. Rules that know nothing of PyO3 see an ordinary Python 3 toolchain.
"""

def _pyo3_python_toolchain_impl(ctx):
    runtime = ctx.attr.runtime[PyRuntimeInfo]
    return [platform_common.ToolchainInfo(
        py2_runtime = None,
        py3_runtime = runtime,
        pyo3_interpreter = PyO3InterpreterInfo(
            abiflags = ctx.attr.abiflags,
            ext_suffix = ctx.attr.ext_suffix,
            facts = ctx.file.facts,
            files = runtime.files or depset(),
            implementation = ctx.attr.implementation,
            interpreter = runtime.interpreter or runtime.interpreter_path,
            origin = str(ctx.label),
            version = ctx.attr.version,
        ),
    )]

pyo3_python_toolchain = rule(
    implementation = _pyo3_python_toolchain_impl,
    doc = _DOC,
    attrs = {
        "abiflags": attr.string(doc = "sys.abiflags."),
        "ext_suffix": attr.string(mandatory = True, doc = "sysconfig's EXT_SUFFIX."),
        "facts": attr.label(allow_single_file = [".json"], doc = "facts.json of this interpreter; without it only the attributes are known."),
        "implementation": attr.string(default = "cpython", doc = "sys.implementation.name."),
        "runtime": attr.label(mandatory = True, providers = [PyRuntimeInfo], doc = "The py_runtime."),
        "version": attr.string(mandatory = True, doc = "\"X.Y\"."),
    },
)
