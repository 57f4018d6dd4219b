"""Writes the BUILD file of a crate that is compiled together with others. Pure functions."""

load(":known.bzl", "COMPUTED_BUILD_SCRIPTS", "UNUSED_FILES")

_SOURCE = '''\
load("@rules_pyo3//rules/private/crates:compiled_crate.bzl", "pyo3_compiled_crate")
load("@rules_pyo3//rules/private/crates:crate_source.bzl", "pyo3_crate_source")

package(default_visibility = ["//visibility:public"])

filegroup(
    name = "files",
    srcs = glob(["**"]),
)

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
    name = "{name}",
    crates = "//:compiler_crates",
    package = "{name}",
    deps = {deps},
)
'''

def source_build_file(crates, id):
    """Writes the BUILD file of a crate that is compiled together with others.

    Args:
      crates: (dict) from read_metadata
      id: (str) the package id

    Returns:
      str: text of the BUILD file
    """
    crate = crates[id]
    package = crate.package
    return _SOURCE.format(
        build_script = package.name in COMPUTED_BUILD_SCRIPTS,
        crate_name = package.lib_name,
        deps = repr(sorted(["//vendor/{}:{}".format(crates[dep].package.folder, crates[dep].package.name) for dep, _ in crate.deps])),
        edition = package.edition,
        features = repr(crate.features),
        name = package.name,
        package_deps = repr({name: crates[dep].package.name for dep, name in crate.deps}),
        root = package.root,
        unused = repr(UNUSED_FILES),
        version = package.version,
    )
