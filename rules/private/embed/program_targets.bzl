"""What pyo3_binary and pyo3_test make alike: Rust code, linked with a Python that finds itself."""

load("@rules_cc//cc:defs.bzl", "cc_library")
load("//rules/private/common:attributes.bzl", "COMMON_ATTRS", "RUN_ATTRS", "pop_attributes")
load("//rules/private/extension:python_cfgs.bzl", "pyo3_python_cfgs")
load("//rules/private/tag:module.bzl", "ASPECT_ATTRS")
load(":embedded_python.bzl", "pyo3_embedded_python")
load(":init_path.bzl", "pyo3_init_path")

def _crate_name(name):
    return "".join([char if char.isalnum() else "_" for char in name.rpartition("/")[2].elems()])

def _python_targets(name, crate, libpython, py_deps, pyo3, private):
    pyo3_init_path(name = name + ".init_path", program = name, **private)
    cc_library(
        name = name + ".init",
        srcs = [name + ".init_path", Label("//rules/private/embed:init_source")],
        # Programs are position independent, whatever the compilation mode.
        copts = ["-fPIC"],
        linkstatic = True,
        **private
    )
    pyo3_embedded_python(
        name = name + ".python",
        crate = crate,
        init = name + ".init",
        libpython = libpython,
        link_args = name + ".link_args",
        program = name,
        py_deps = py_deps,
        pyo3 = pyo3,
        **private
    )

def _crate_attributes(name, crate, pyo3, attributes, private):
    """Gives what the Rust target has beside the attributes of the user."""
    deps = attributes.get("deps", []) + [name + ".python"]
    if crate:
        # The crate brings along what it was compiled with.
        return {"deps": deps}
    pyo3_python_cfgs(
        name = name + ".cfgs",
        checked = "lint_config" in attributes or "--check-cfg" in str(attributes.get("rustc_flags")),
        deps = attributes.get("deps", []),
        pyo3 = pyo3,
        **private
    )
    return {
        "crate_name": attributes.get("crate_name") or _crate_name(name),
        "deps": deps + [pyo3, name + ".cfgs"],
        "rustc_env_files": attributes.get("rustc_env_files", []) + [name + ".cfgs"],
    }

def program_targets(*, name, rust_rule, program, crate, libpython, py_deps, python_version, pyo3, args, data, tags, visibility, attributes):
    """Makes a Rust target and the target around it that users name.

    Args:
      name: (str) the program
      rust_rule: (rule) rust_binary or rust_test
      program: (rule) pyo3_program or pyo3_program_test
      crate: (label) the crate that is tested, or None
      libpython: (str) see pyo3_binary
      py_deps: (list of label) see pyo3_binary
      python_version: (str) see pyo3_binary
      pyo3: (label) see pyo3_binary
      args: (list of str) see rust_binary
      data: (list of label) see rust_binary
      tags: (list of str) tags of what users name
      visibility: (list of label) its visibility
      attributes: (dict) other attributes of the rule
    """
    attributes = dict(attributes)
    common, run = pop_attributes(attributes, COMMON_ATTRS), pop_attributes(attributes, RUN_ATTRS)
    private = common | dict(
        tags = tags + [tag for tag in ["manual"] if tag not in tags],
        visibility = ["//visibility:private"],
    )
    pyo3 = pyo3 or Label("//rules/settings:pyo3")
    if type(pyo3) == "select":
        # A list cannot hold one.
        native.alias(name = name + ".pyo3", actual = pyo3, **private)
        pyo3 = name + ".pyo3"
    aspect_attributes = {key: attributes[key] for key in ASPECT_ATTRS if key in attributes}
    _python_targets(name, crate, libpython, py_deps, pyo3, private)
    attributes |= _crate_attributes(name, crate, pyo3, attributes, private)
    rust_rule(
        name = name + ".rust",
        data = data + [name + ".python"],
        # For rust_clippy and others that look at Rust targets.
        **((dict(crate = crate) if crate else {}) | attributes | private | dict(visibility = visibility))
    )
    program(
        name = name,
        args = args,
        crate = name + ".rust",
        data = data,
        python = name + ".python",
        python_version = python_version,
        tags = tags,
        visibility = visibility,
        **(common | run | aspect_attributes)
    )
