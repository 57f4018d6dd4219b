"""What pyo3_extension and pyo3_extension_matrix make alike: one crate, and Python targets of it."""

load("@rules_python//python:defs.bzl", "py_binary")
load("//rules/private/common:attributes.bzl", "COMMON_ATTRS", "pop_attributes")
load("//rules/private/common:errors.bzl", "error_text")
load(":module_targets.bzl", "module_choice", "module_targets")
load(":py_target.bzl", "pyo3_py_target")

# Attributes of the module between the crate and the Python targets.
_MODULE_ATTRS = ["abi", "allowed_exports", "compilation_mode", "interpreter_config", "skip_gates"]

# Attributes of the Python targets alone.
_PYTHON_ATTRS = ["imports", "py_deps", "py_srcs"]

# Those of the crate that are read here and in module_targets.
_CRATE_DEFAULTS = {
    "crate_features": [],
    "crate_name": None,
    "data": [],
    "deps": [],
    "rustc_env_files": [],
    "rustc_flags": [],
    "version": None,
}

def _check(name, srcs, stubs):
    if not srcs:
        fail(error_text(
            "//{}:{}".format(native.package_name(), name),
            "`srcs` is empty",
            "at least one .rs file with a `#[pymodule]`",
            "list the Rust sources",
        ))
    if stubs:
        fail(error_text(
            "//{}:{}".format(native.package_name(), name),
            "`stubs` is True",
            "None or False: type stubs are not generated yet",
            "drop `stubs`, or list a .pyi file in `data`",
        ))

def _check_no_twin(name, module_name):
    for rule in native.existing_rules().values():
        if rule["kind"] == "pyo3_py_target" and rule["module_name"] == module_name:
            fail(error_text(
                "//{}:{}".format(native.package_name(), name),
                "the target \"{}\" of this package makes the module \"{}\" too".format(rule["name"], module_name),
                "one target for each module file",
                "set another `module_name`, or move one of them to another package",
            ))

def extension_module_name(name, module_name):
    """Gives the name of an extension's module.

    Args:
      name: (str) the extension
      module_name: (str or None) what it states

    Returns:
      str: dotted, relative to the package
    """
    return module_name or name.rpartition("/")[2]

def extension_targets(*, name, python_versions, srcs, module_name = None, pyo3 = None, stubs = None, tags = [], visibility = None, **kwargs):
    """Makes one crate, and a Python target of it for each Python.

    Args:
      name: (str) the extension; the crate is `name.rust`
      python_versions: (dict of str to str) Python target -> its `python_version`
      srcs: (list of label) see pyo3_extension
      module_name: (str) see pyo3_extension
      pyo3: (label) see pyo3_extension
      stubs: (bool) see pyo3_extension
      tags: (list of str) see pyo3_extension
      visibility: (list of label) see pyo3_extension
      **kwargs: other attributes of pyo3_extension

    Returns:
      dict: attributes that all targets have
    """
    _check(name, srcs, stubs)
    module_name = extension_module_name(name, module_name)
    _check_no_twin(name, module_name)
    common = pop_attributes(kwargs, COMMON_ATTRS + ["features", "toolchains"])
    module = dict(abi = "auto", module_name = module_name) | pop_attributes(kwargs, _MODULE_ATTRS)
    python = dict(module_name = module_name, tags = tags, visibility = visibility) | pop_attributes(kwargs, _PYTHON_ATTRS) | common
    crate = dict(_CRATE_DEFAULTS, srcs = srcs) | kwargs
    manual = tags + [tag for tag in ["manual"] if tag not in tags]
    module_targets(
        name = name,
        common = common,
        crate = crate,
        module = module,
        pyo3 = pyo3 or Label("//rules/settings:pyo3"),
        tags = manual,
        visibility = visibility,
    )
    for target, python_version in python_versions.items():
        pyo3_py_target(
            name = target,
            crate = module_choice(name),
            crate_features = crate["crate_features"],
            data = crate["data"],
            python_version = python_version,
            rustc_flags = crate["rustc_flags"],
            version = crate["version"],
            **python
        )
        _config_target(target, manual, visibility, common)
    return common

def _config_target(name, tags, visibility, common):
    native.filegroup(
        name = name + ".config_file",
        srcs = [name],
        output_group = "pyo3_config",
        tags = tags,
        visibility = ["//visibility:private"],
        **common
    )
    py_binary(
        name = name + ".config",
        srcs = [Label("//tools/config:pyo3_print_config.py")],
        args = ["$(rlocationpaths :{}.config_file)".format(name)],
        data = [name + ".config_file"],
        legacy_create_init = 0,
        main = Label("//tools/config:pyo3_print_config.py"),
        tags = tags,
        visibility = visibility,
        deps = [Label("//tools/config:print_config")],
        **common
    )
