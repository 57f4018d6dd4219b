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

def module_targets(*, name, common, crate, module, pyo3, tags, visibility):
    """Makes `name.rust`, `name.module` and what chooses between modules for one Python and for several.

    Args:
      name: (str) the name of the extension
      common: (dict) attributes that all targets have
      crate: (dict) attributes of the rust_shared_library
      module: (dict) attributes of the pyo3_module
      pyo3: (label) the pyo3 crate
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of what others may depend on
    """
    if type(pyo3) == "select":
        # A list cannot hold one.
        native.alias(name = name + ".pyo3", actual = pyo3, tags = tags, visibility = ["//visibility:private"])
        pyo3 = name + ".pyo3"
    public = dict(tags = tags, visibility = visibility, **common)
    private = public | dict(visibility = ["//visibility:private"])
    pyo3_python_cfgs(
        name = name + ".cfgs",
        checked = "lint_config" in crate or "--check-cfg" in str(crate["rustc_flags"]),
        deps = crate["deps"],
        pyo3 = pyo3,
        **private
    )
    rust_shared_library(name = name + ".rust", **(crate | public | dict(
        crate_name = crate["crate_name"] or _crate_name(name),
        deps = crate["deps"] + [pyo3, name + ".cfgs"],
        rustc_env_files = crate["rustc_env_files"] + [name + ".cfgs"],
        rustc_flags = crate["rustc_flags"] + _LINK_FLAGS,
    )))
    aspects = {key: crate[key] for key in ["crate_features", "rustc_flags", "version"]}
    pyo3_module(name = name + ".module", crate = name + ".rust", pyo3 = pyo3, **(public | aspects | module))
    pyo3_abi_choice(name = name + ".abi", abi = module["abi"], pyo3 = pyo3, **private)
    for kind in _KINDS:
        native.config_setting(
            name = name + ".is_" + kind,
            flag_values = {name + ".abi": kind},
            tags = tags,
            visibility = ["//visibility:private"],
        )
        pyo3_shared_module(name = name + "." + kind, crate = name + ".module", kind = kind, **(public | aspects))
