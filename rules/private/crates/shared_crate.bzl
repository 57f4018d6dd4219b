"""The pyo3 crate of a stable ABI with a floor, which is the same for all Pythons."""

load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/interpreter:transitions.bzl", "without_python_transition")
load(":crates_info.bzl", "PyO3CratesInfo")
load(":forward_crate.bzl", "forward_crate")

def _shared_crate_impl(ctx):
    return forward_crate(ctx.attr.crate, [PyO3CratesInfo])

pyo3_shared_crate = rule(
    implementation = _shared_crate_impl,
    doc = "Forwards pyo3 as extensions for this stable ABI use it, so that programs and other crates add no second one.",
    cfg = without_python_transition,
    attrs = {
        # rules_rust's rust_analyzer_aspect follows an attribute of this name.
        "crate": attr.label(mandatory = True, providers = [PyO3CratesInfo], doc = "The pyo3_crate."),
        "kind": attr.string(mandatory = True, values = ["abi3", "abi3t"], doc = "The stable ABI."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    provides = [CrateInfo, DepInfo, PyO3CratesInfo],
)
