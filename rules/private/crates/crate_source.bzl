"""Describes a crate for pyo3_compiler_crates."""

load(":crate_source_info.bzl", "CrateSourceInfo")

def _crate_source_impl(ctx):
    return [CrateSourceInfo(
        build_script = ctx.attr.build_script,
        crate_name = ctx.attr.crate_name,
        deps = ctx.attr.package_deps,
        edition = ctx.attr.edition,
        features = tuple(ctx.attr.crate_features),
        inputs = depset(ctx.files.srcs),
        name = ctx.attr.package,
        root = ctx.file.crate_root,
        version = ctx.attr.version,
    )]

pyo3_crate_source = rule(
    implementation = _crate_source_impl,
    doc = "The source of a library crate that only the compiler runs.",
    attrs = {
        "build_script": attr.bool(doc = "Whether it has a build script whose answers are computed."),
        "crate_features": attr.string_list(doc = "Enabled Cargo features."),
        "crate_name": attr.string(mandatory = True, doc = "The crate's name in Rust."),
        "crate_root": attr.label(mandatory = True, allow_single_file = [".rs"], doc = "lib.rs."),
        "edition": attr.string(mandatory = True, doc = "The Rust edition."),
        "package": attr.string(mandatory = True, doc = "The package's name."),
        "package_deps": attr.string_dict(doc = "Name in the source -> name of the package."),
        "srcs": attr.label_list(mandatory = True, allow_files = True, doc = "All files of the crate."),
        "version": attr.string(mandatory = True, doc = "\"X.Y.Z\"."),
    },
    provides = [CrateSourceInfo],
)
