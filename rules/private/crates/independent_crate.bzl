"""A crate that is the same for all Pythons, built once for all of them."""

load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/interpreter:transitions.bzl", "independent_transition")
load(":forward_crate.bzl", "forward_crate")

def _independent_crate_impl(ctx):
    return forward_crate(ctx.attr.crate)

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
