"""The rule pyo3_interpreter_config: PyO3's interpreter config as attributes."""

load(":interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")

_DOC = """\
States fields of PyO3's interpreter config; what is not stated is detected as usual.

    pyo3_interpreter_config(
        name = "own_link_lines",
        suppress_build_script_link_lines = "true",
        extra_build_script_lines = ["cargo:rustc-link-lib=static=python3.13"],
    )

Give it to a toolchain (`pyo3_python_toolchain(interpreter_config = ...)`), to a crate repository
(`pyo3.crates(interpreter_config = ...)`), or to everything that is built
(`--@rules_pyo3//rules/settings:interpreter_config=//:own_link_lines`). Of several, the flag goes before the
crate repository and that before the toolchain, field by field; a `config_file` goes before all of what is below it.

Switches are words, "true" or "false", as in the config file: an empty one states nothing.
"""

# Attribute -> key of the config file, where they are not the same.
_KEYS = {"extra_build_script_lines": "extra_build_script_line"}

_SWITCH = ["", "false", "true"]

_FIELDS = {
    "abi3": attr.string(values = _SWITCH, doc = "Whether the ABI is abi3: the key of PyO3 before 0.29."),
    "build_flags": attr.string_list(doc = "Such as \"Py_DEBUG\" and \"Py_GIL_DISABLED\"; [\"\"] states that there are none."),
    "executable": attr.string(doc = "Path of the interpreter."),
    "extra_build_script_lines": attr.string_list(doc = "Lines that the build script of pyo3-ffi prints at its end, \"cargo:...\"."),
    "implementation": attr.string(
        values = ["", "CPython", "GraalVM", "PyPy", "RustPython"],
        doc = "The Python implementation; GraalPy is \"GraalVM\".",
    ),
    "lib_dir": attr.string(doc = "Folder of libpython."),
    "lib_name": attr.string(doc = "Name of libpython as linkers want it, such as \"python3.13\"."),
    "pointer_width": attr.string(values = ["", "32", "64"], doc = "Bits of a pointer."),
    "python_framework_prefix": attr.string(doc = "Folder of Python.framework, on macOS."),
    "shared": attr.string(values = _SWITCH, doc = "Whether libpython is a shared library."),
    "suppress_build_script_link_lines": attr.string(
        values = _SWITCH,
        doc = "Whether the build script of pyo3-ffi leaves linking to `extra_build_script_lines`.",
    ),
    "target_abi": attr.string(doc = "Such as \"CPython-abi3-3.10\": the key of PyO3 0.29 and newer."),
    "version": attr.string(doc = "\"X.Y\" of the interpreter; before PyO3 0.29 the version that is compiled for."),
}

def stated_values(attributes):
    """Gives what is stated, by key of the config file.

    Args:
      attributes: (dict) attribute -> str or list of str, empty where nothing is stated

    Returns:
      dict of str to tuple of str
    """
    values = {}
    for name, value in attributes.items():
        if value:
            lines = name in _KEYS
            text = tuple(value) if lines else (",".join(value) if type(value) == "list" else value,)
            values[_KEYS.get(name, name)] = text
    return values

def merge_interpreter_configs(layers):
    """Lays one config over another.

    Args:
      layers: (list of PyO3InterpreterConfigInfo or None) the strongest last

    Returns:
      struct(config_file, values): a config file replaces all that lies below it
    """
    config_file, values = None, {}
    for layer in layers:
        if layer and layer.config_file:
            config_file, values = layer.config_file, {}
        if layer:
            values = values | layer.values
    return struct(config_file = config_file, values = values)

def _interpreter_config_impl(ctx):
    return [PyO3InterpreterConfigInfo(
        config_file = ctx.file.config_file,
        values = stated_values({name: getattr(ctx.attr, name) for name in _FIELDS}),
    )]

pyo3_interpreter_config = rule(
    implementation = _interpreter_config_impl,
    doc = _DOC,
    attrs = _FIELDS | {
        "config_file": attr.label(
            allow_single_file = True,
            doc = "A file as PYO3_CONFIG_FILE names one; the other attributes go before its lines.",
        ),
    },
    provides = [PyO3InterpreterConfigInfo],
)
