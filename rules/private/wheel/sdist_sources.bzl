"""The aspect that finds the source files of what goes into a wheel, however deep."""

load("//rules/private/common:attributes.bzl", "attribute_targets")
load(":sdist_sources_info.bzl", "PyO3SdistSourcesInfo")

# Those that name sources, or targets that have some: of py_library, of Rust's rules and build scripts, of ours.
_FOLLOWED = [
    "actual",
    "compile_data",
    "crate",
    "crate_root",
    "data",
    "deps",
    "hdrs",
    "proc_macro_deps",
    "py_deps",
    "py_srcs",
    "pyi_srcs",
    "script",
    "srcs",
]

def _sources_impl(_target, ctx):
    below = [each for name in _FOLLOWED for each in attribute_targets(ctx.rule.attr, name)]
    files = [file for each in below for file in each[DefaultInfo].files.to_list() if file.is_source]
    return [PyO3SdistSourcesInfo(files = depset(
        files,
        transitive = [each[PyO3SdistSourcesInfo].files for each in below if PyO3SdistSourcesInfo in each],
    ))]

pyo3_sdist_sources = aspect(
    implementation = _sources_impl,
    doc = "Collects PyO3SdistSourcesInfo.",
    attr_aspects = _FOLLOWED,
)
