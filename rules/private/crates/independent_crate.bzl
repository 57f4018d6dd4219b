"""A crate that is the same for all Pythons, built once for all of them."""

load("@rules_cc//cc:defs.bzl", "CcInfo")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/interpreter:transitions.bzl", "independent_transition")

_FORWARDED = [CrateInfo, DepInfo, CcInfo, InstrumentedFilesInfo, OutputGroupInfo]

def _independent_crate_impl(ctx):
    crate = ctx.attr.crate
    return [crate[provider] for provider in _FORWARDED if provider in crate] + [
        DefaultInfo(files = crate[DefaultInfo].files, runfiles = crate[DefaultInfo].default_runfiles),
    ]

pyo3_independent_crate = rule(
    implementation = _independent_crate_impl,
    doc = "Forwards a crate, built as if no Python had been chosen for what depends on it.",
    cfg = independent_transition,
    attrs = {
        # rules_rust's rust_analyzer_aspect follows an attribute of this name.
        "crate": attr.label(mandatory = True, providers = [CrateInfo], doc = "The Rust library or proc macro."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    provides = [CrateInfo, DepInfo],
)
