"""The pyo3 crate as users depend on it."""

load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load("//rules/private/flags:flags_info.bzl", "PyO3FlagsInfo")
load(":crates_info.bzl", "PyO3CratesInfo")
load(":forward_crate.bzl", "forward_crate")

def _pyo3_crate_impl(ctx):
    flags = ctx.attr.flags[PyO3FlagsInfo]
    return forward_crate(ctx.attr.crate) + [
        PyO3CratesInfo(
            abi = ctx.attr.config[PyO3ConfigInfo].abi,
            config = ctx.attr.config[PyO3ConfigInfo].config,
            explanation = ctx.attr.config[PyO3ConfigInfo].explanation,
            extension = flags.extension,
            features = tuple(ctx.attr.crate_features),
            flags = flags.files,
            out_dir = flags.out_dir,
            version = ctx.attr.version,
        ),
    ]

pyo3_crate = rule(
    implementation = _pyo3_crate_impl,
    doc = "Forwards a crate and tells how it was configured.",
    attrs = {
        "config": attr.label(mandatory = True, providers = [PyO3ConfigInfo], doc = "Its interpreter config."),
        # rules_rust's rust_analyzer_aspect follows an attribute of this name.
        "crate": attr.label(mandatory = True, providers = [CrateInfo], doc = "The rust_library of pyo3."),
        "crate_features": attr.string_list(doc = "Enabled Cargo features."),
        "flags": attr.label(mandatory = True, providers = [PyO3FlagsInfo], doc = "Its rendered flags."),
        "version": attr.string(mandatory = True, doc = "\"X.Y.Z\"."),
    },
    provides = [CrateInfo, DepInfo, PyO3CratesInfo],
)
