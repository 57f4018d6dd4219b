"""A Python toolchain that carries the facts of its interpreter."""

load("@rules_python//python:defs.bzl", "PyRuntimeInfo")
load(":interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")
load(":interpreter_info.bzl", "PyO3InterpreterInfo")
load(":libpython_files.bzl", "libpython_files")

_DOC = """\
A toolchain for `@rules_python//python:toolchain_type` that knows its Python.

`pyo3.system_python` writes one. Declare it by hand for a Python whose `py_runtime` does not
tell what it is. Rules that know nothing of PyO3 see an ordinary Python 3 toolchain.
"""

def _pyo3_python_toolchain_impl(ctx):
    runtime = ctx.attr.runtime[PyRuntimeInfo] if ctx.attr.runtime else None
    config = ctx.attr.interpreter_config
    files = (runtime.files if runtime else None) or depset()
    libpython = libpython_files(files.to_list(), ctx.attr.version, ctx.attr.abiflags)
    return [platform_common.ToolchainInfo(
        py2_runtime = None,
        py3_runtime = runtime,
        pyo3_interpreter = PyO3InterpreterInfo(
            abiflags = ctx.attr.abiflags,
            executable = ctx.attr.executable or (runtime.interpreter_path if runtime else None),
            ext_suffix = ctx.attr.ext_suffix,
            facts = ctx.file.facts,
            files = files,
            implementation = ctx.attr.implementation,
            interpreter = (runtime.interpreter or runtime.interpreter_path) if runtime else None,
            interpreter_config = config[PyO3InterpreterConfigInfo] if config else None,
            origin = str(ctx.label),
            shared_library = ctx.file.shared_library or libpython.shared,
            static_library = ctx.file.static_library or libpython.static,
            version = ctx.attr.version,
        ),
    )]

pyo3_python_toolchain = rule(
    implementation = _pyo3_python_toolchain_impl,
    doc = _DOC,
    attrs = {
        "abiflags": attr.string(doc = "sys.abiflags."),
        "executable": attr.string(doc = "sys.executable of an installed Python; its path in the runtime by default."),
        "ext_suffix": attr.string(mandatory = True, doc = "sysconfig's EXT_SUFFIX."),
        "facts": attr.label(allow_single_file = [".json"], doc = "facts.json of this interpreter; without it only the attributes are known."),
        "implementation": attr.string(default = "cpython", doc = "sys.implementation.name."),
        "interpreter_config": attr.label(
            providers = [PyO3InterpreterConfigInfo],
            doc = "A pyo3_interpreter_config: what PyO3 is told of this Python instead of what is found.",
        ),
        "runtime": attr.label(
            providers = [PyRuntimeInfo],
            doc = "The py_runtime; none for a Python that is only described, with `facts` or `interpreter_config`.",
        ),
        "shared_library": attr.label(
            allow_single_file = True,
            doc = "libpython for programs that embed this Python, under its SONAME, such as libpython3.14.so.1.0; looked for among the runtime's files by default.",
        ),
        "static_library": attr.label(
            allow_single_file = True,
            doc = "The archive of libpython, one of position-independent code; looked for among the runtime's files by default.",
        ),
        "version": attr.string(mandatory = True, doc = "\"X.Y\"."),
    },
)
