"""Hands one crate's rendered flags to rules_rust, in the place of a build script."""

load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load(":flags_info.bzl", "PyO3FlagsInfo")

def _build_info_impl(ctx):
    info = ctx.attr.flags[PyO3FlagsInfo]
    files = info.crates[ctx.attr.package]
    return [BuildInfo(
        # rules_rust 0.54 to 0.75 iterates over it unguarded.
        compile_data = depset(),
        dep_env = None,
        flags = files.flags,
        link_search_paths = None,
        linker_flags = files.link,
        # Crates with a build script of their own above this one need a directory here.
        out_dir = files.out_dir or info.out_dir,
        rustc_env = files.env,
    )]

pyo3_build_info = rule(
    implementation = _build_info_impl,
    doc = "rules_rust's BuildInfo of one crate of a pyo3_flags target.",
    attrs = {
        "flags": attr.label(mandatory = True, providers = [PyO3FlagsInfo], doc = "The pyo3_flags target."),
        # Not "crate": rules_rust's aspects expect a target there.
        "package": attr.string(mandatory = True, doc = "The package's name."),
    },
    provides = [BuildInfo],
)
