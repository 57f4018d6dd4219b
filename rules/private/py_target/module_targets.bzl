"""The targets below a Python target: Rust code compiled, named and checked, for one Python or for several."""

load("@rules_rust//rust:defs.bzl", "rust_shared_library")
load("//rules/private/extension:abi_choice.bzl", "pyo3_abi_choice")
load("//rules/private/extension:python_cfgs.bzl", "pyo3_python_cfgs")
load("//rules/private/tag:module.bzl", "pyo3_module", "pyo3_shared_module")

# The symbols of Python are found in the process that loads the module
# (PyO3: pyo3-build-config, add_extension_module_link_args).
_LINK_FLAGS = select({
    Label("@platforms//os:macos"): [
        "-Clink-arg=-undefined",
        "-Clink-arg=dynamic_lookup",
    ],
    "//conditions:default": [],
})

_KINDS = ["abi3", "abi3t"]

def _crate_name(name):
    return "".join([char if char.isalnum() else "_" for char in name.elems()])

def module_choice(name):
    """Gives the module that a Python target takes, chosen by what the ABI turns out to be.

    Args:
      name: (str) as given to module_targets

    Returns:
      select of label
    """
    return select({name + ".is_" + kind: name + "." + kind for kind in _KINDS} | {
        "//conditions:default": name + ".module",
    })

def module_targets(
        *,
        name,
        abi,
        allowed_exports,
        common,
        compilation_mode,
        crate_features,
        crate_name,
        deps,
        interpreter_config,
        module_name,
        pyo3,
        rustc_env_files,
        rustc_flags,
        skip_gates,
        tags,
        version,
        visibility,
        **kwargs):
    """Makes `name.rust`, `name.module` and what chooses between modules for one Python and for several.

    Args:
      name: (str) the name of the extension
      abi: (str) see pyo3_extension
      allowed_exports: (list of str) see pyo3_extension
      common: (dict) attributes that all targets have
      compilation_mode: (str) see pyo3_extension
      crate_features: (list of str) see pyo3_extension
      crate_name: (str) see pyo3_extension
      deps: (list of label) see pyo3_extension
      interpreter_config: (label) see pyo3_extension
      module_name: (str) dotted name of the module
      pyo3: (label) the pyo3 crate
      rustc_env_files: (list of label) see pyo3_extension
      rustc_flags: (list of str) see pyo3_extension
      skip_gates: (list of str) see pyo3_extension
      tags: (list of str) tags of all targets
      version: (str) see pyo3_extension
      visibility: (list of label) see pyo3_extension
      **kwargs: attributes of rust_shared_library
    """
    private = dict(tags = tags, visibility = ["//visibility:private"], **common)
    pyo3_python_cfgs(
        name = name + ".cfgs",
        checked = "lint_config" in kwargs or "--check-cfg" in str(rustc_flags),
        deps = deps,
        pyo3 = pyo3,
        **private
    )
    rust_shared_library(
        name = name + ".rust",
        crate_features = crate_features,
        crate_name = crate_name or _crate_name(name),
        deps = deps + [pyo3, name + ".cfgs"],
        rustc_env_files = rustc_env_files + [name + ".cfgs"],
        rustc_flags = rustc_flags + _LINK_FLAGS,
        tags = tags,
        version = version,
        visibility = visibility,
        **(common | kwargs)
    )
    aspects = dict(crate_features = crate_features, rustc_flags = rustc_flags, version = version)
    pyo3_module(
        name = name + ".module",
        abi = abi,
        allowed_exports = allowed_exports,
        compilation_mode = compilation_mode,
        crate = name + ".rust",
        interpreter_config = interpreter_config,
        module_name = module_name,
        pyo3 = pyo3,
        skip_gates = skip_gates,
        **(private | aspects | dict(visibility = visibility))
    )
    pyo3_abi_choice(name = name + ".abi", abi = abi, pyo3 = pyo3, **private)
    for kind in _KINDS:
        native.config_setting(
            name = name + ".is_" + kind,
            flag_values = {name + ".abi": kind},
            tags = tags,
            visibility = ["//visibility:private"],
        )
        pyo3_shared_module(
            name = name + "." + kind,
            crate = name + ".module",
            kind = kind,
            **(private | aspects | dict(visibility = visibility))
        )
