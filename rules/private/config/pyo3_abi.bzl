"""The rule pyo3_abi: the ABI of a crate set without anything that would be compiled for it."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:runtime_facts.bzl", "runtime_facts")
load(":abi.bzl", "abi_features", "resolve_abi")
load(":abi_info.bzl", "PyO3AbiInfo")

_UNKNOWN = struct(abiflags = "", implementation = "", origin = "the Python toolchain does not tell its version", version = None)

def _chosen_python(toolchain):
    """Gives what decides on the ABI; who compiles asks for more, and fails where that is missing."""
    declared = getattr(toolchain, "pyo3_interpreter", None)
    facts = runtime_facts(toolchain.py3_runtime) if toolchain and not declared and toolchain.py3_runtime else None
    if not facts:
        return declared or _UNKNOWN
    return struct(
        abiflags = facts.abiflags,
        implementation = facts.implementation,
        origin = "the registered Python toolchain",
        version = facts.version,
    )

def _abi_impl(ctx):
    abi = resolve_abi(
        abi_features(ctx.attr.pyo3_features, ctx.attr._abi[BuildSettingInfo].value),
        _chosen_python(ctx.toolchains[PYTHON_TOOLCHAIN_TYPE]),
        ctx.target_platform_has_constraint(ctx.attr._windows[platform_common.ConstraintValueInfo]),
        "",
    )

    # Below what is built without a Python there is nothing left to choose.
    chosen = abi.shared and not abi.problem and not ctx.attr._stable_abi[BuildSettingInfo].value
    return [abi, config_common.FeatureFlagInfo(value = abi.kind if chosen else "version")]

pyo3_abi = rule(
    implementation = _abi_impl,
    doc = "Gives PyO3AbiInfo of a crate set; its value is \"abi3\" or \"abi3t\" where that is to be built without a Python, else \"version\".",
    attrs = {
        "pyo3_features": attr.string_list(doc = "Cargo features of the crate pyo3."),
        "_abi": attr.label(default = "//rules/settings:abi"),
        "_stable_abi": attr.label(default = "//rules/private/interpreter:stable_abi"),
        "_windows": attr.label(default = "@platforms//os:windows"),
    },
    provides = [PyO3AbiInfo],
    toolchains = [config_common.toolchain_type(PYTHON_TOOLCHAIN_TYPE, mandatory = False)],
)
