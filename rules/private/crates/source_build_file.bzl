"""Writes the BUILD file of a crate that is compiled together with others. Pure functions."""

load(":crate_build_file.bzl", "crate_label")
load(":known.bzl", "UNUSED_FILES")

_HEAD = '''\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "files",
    srcs = glob(["**"]),
)

'''

_SOURCE = '''\
load("@rules_pyo3//rules/private/crates:compiled_crate.bzl", "pyo3_compiled_crate")
load("@rules_pyo3//rules/private/crates:crate_source.bzl", "pyo3_crate_source")

pyo3_crate_source(
    name = "source",
    srcs = glob(["**"], exclude = {unused} + ["BUILD.bazel", ".cargo*"]),
    build_script = {build_script},
    crate_features = {features},
    crate_name = "{crate_name}",
    crate_root = "{root}",
    edition = "{edition}",
    package = "{name}",
    package_deps = {package_deps},
    version = "{version}",
)

pyo3_compiled_crate(
    name = "{target}",
    crates = "//:compiler_crates",
    package = "{name}",
    deps = {deps},
)
'''

def source_targets(crates, id, twins = []):
    """Writes the targets of a crate that is compiled together with others.

    Args:
      crates: (dict) from read_metadata
      id: (str) the package id
      twins: (list of str) package ids of crates that are compiled for programs and for the compiler

    Returns:
      str: the part of the BUILD file
    """
    crate = crates[id]
    package = crate.package
    return _SOURCE.format(
        build_script = package.computed,
        crate_name = package.lib_name,
        deps = repr(sorted([crate_label(crates[dep].package, twin = dep in twins) for dep, _ in crate.deps])),
        edition = package.edition,
        features = repr(crate.features),
        name = package.name,
        package_deps = repr({name: crates[dep].package.name for dep, name in crate.deps}),
        root = package.root,
        target = crate_label(package, twin = id in twins).rpartition(":")[2],
        unused = repr(UNUSED_FILES),
        version = package.version,
    )

def source_build_file(crates, id, twins = []):
    """Writes the BUILD file of a crate that is compiled together with others, and for nothing else.

    Args:
      crates: (dict) from read_metadata
      id: (str) the package id
      twins: (list of str) package ids of crates that are compiled for programs and for the compiler

    Returns:
      str: text of the BUILD file
    """
    return _HEAD + source_targets(crates, id, twins)
