"""A crate that is built for another ABI than what depends on it, as a transition of somebody else's does."""

load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")

_ABI = str(Label("//rules/settings:abi"))

def _transition_impl(_settings, _attr):
    return {_ABI: "abi3-py310"}

_transition = transition(implementation = _transition_impl, inputs = [], outputs = [_ABI])

def _other_abi_impl(ctx):
    return [ctx.attr.crate[CrateInfo], ctx.attr.crate[DepInfo]]

other_abi = rule(
    implementation = _other_abi_impl,
    attrs = {
        "crate": attr.label(mandatory = True, providers = [CrateInfo]),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    cfg = _transition,
)
