"""Tells `select` whether an extension is built once for several Pythons."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/config:abi.bzl", "check_abi_words")
load("//rules/private/config:abi_info.bzl", "PyO3AbiInfo")
load("//rules/private/interpreter:transitions.bzl", "abi_choice_transition")

ABI_ATTRS = {
    "abi": attr.string(default = "auto", doc = "\"auto\": the flag's; else \"version\" or features of pyo3 that choose an ABI."),
    "compilation_mode": attr.string(
        default = "current",
        doc = "\"opt\", \"dbg\", \"fastbuild\", or \"current\": the mode of the build.",
        values = ["current", "dbg", "fastbuild", "opt"],
    ),
    "interpreter_config": attr.label(
        doc = "A pyo3_interpreter_config for this extension and all that is below it, in the place of the flag's.",
    ),
    "pyo3": attr.label(mandatory = True, doc = "The pyo3 crate that it is compiled against."),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

def _abi_choice_impl(ctx):
    label = str(ctx.label).removesuffix(".abi")
    check_abi_words(label, ctx.attr.abi)
    if PyO3AbiInfo in ctx.attr.pyo3:
        abi = ctx.attr.pyo3[PyO3AbiInfo]

        # Bazel asks before it applies the Python target's own transition too, for a Python that it is not built for.
        # So problems are left to the module.
        return [config_common.FeatureFlagInfo(value = abi.kind if abi.shared and not abi.problem else "version")]
    if ctx.attr.abi not in ["auto", "version"]:
        fail(error_text(
            label,
            "`abi` is \"{}\", and the pyo3 crate {} is not one of pyo3.crates".format(ctx.attr.abi, ctx.attr.pyo3.label),
            "a pyo3 whose ABI these rules choose",
            "drop `abi`, or use a crate of pyo3.crates(...)",
        ))
    return [config_common.FeatureFlagInfo(value = "version")]

pyo3_abi_choice = rule(
    implementation = _abi_choice_impl,
    doc = "Its value is \"abi3\" or \"abi3t\" for a module that is built without a Python, else \"version\".",
    cfg = abi_choice_transition,
    attrs = {
        name: ABI_ATTRS[name]
        for name in ["abi", "pyo3", "_allowlist_function_transition"]
    },
)
