"""A compiled module under its file name, checked: what extensions for several Pythons have in common."""

load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/extension:abi_choice.bzl", "ABI_ATTRS")
load("//rules/private/extension:extension.bzl", "EXTENSION_ATTRS", "extension_info")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/extension:gates.bzl", "run_gates")
load("//rules/private/interpreter:transitions.bzl", "extension_transition", "without_python_transition")
load(":tag.bzl", "TAG_ATTRS", "tag_extension")
load(":tag_info.bzl", "PyO3TagInfo")

def _output_groups(extension, tagged, report):
    tag = [tagged.tag] if tagged.tag else []
    groups = {
        "pyo3_gates": depset([report]),
        "pyo3_tag": depset(tag),
        "rust": depset([extension.cdylib]),
        "_validation": depset([report] + tag),
    }
    if extension.pyo3:
        groups["pyo3_config"] = depset([extension.pyo3.config, extension.pyo3.explanation])
        groups["pyo3_flags"] = extension.pyo3.flags
    return OutputGroupInfo(**groups)

def _module_impl(ctx):
    # What users know it by.
    label = str(ctx.label).removesuffix(".module")
    extension = extension_info(ctx, label)
    tagged = tag_extension(ctx, label, extension)
    return [
        DefaultInfo(files = depset([tagged.file]), runfiles = ctx.runfiles([tagged.file], transitive_files = extension.data)),
        _output_groups(extension, tagged, run_gates(ctx, label, extension)),
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["crate"]),
        # For rust_test, clippy, rustfmt and rust-analyzer.
        ctx.attr.crate[TestCrateInfo],
        extension,
        tagged,
    ]

# rules_rust's aspects read these of the rule that they look at.
ASPECT_ATTRS = {
    "crate_features": attr.string_list(doc = "As on the crate."),
    "rustc_flags": attr.string_list(doc = "As on the crate."),
    # Not empty: clippy's aspect takes it apart.
    "version": attr.string(default = "0.0.0", doc = "As on the crate."),
}

pyo3_module = rule(
    implementation = _module_impl,
    doc = "Part of what the macro pyo3_extension makes: the module for the Python of the configuration.",
    cfg = extension_transition,
    attrs = EXTENSION_ATTRS | TAG_ATTRS | ABI_ATTRS | ASPECT_ATTRS,
    provides = [PyO3ExtensionInfo, PyO3TagInfo, TestCrateInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)

_FORWARDED = [InstrumentedFilesInfo, OutputGroupInfo, PyO3ExtensionInfo, PyO3TagInfo, TestCrateInfo]

def _shared_module_impl(ctx):
    module = ctx.attr.crate
    default = module[DefaultInfo]
    return [DefaultInfo(files = default.files, runfiles = default.default_runfiles)] + [module[provider] for provider in _FORWARDED]

pyo3_shared_module = rule(
    implementation = _shared_module_impl,
    doc = "Part of what the macro pyo3_extension makes: the module for a stable ABI, built without any Python.",
    cfg = without_python_transition,
    attrs = ASPECT_ATTRS | {
        # rules_rust's rust_analyzer_aspect and rust_test follow an attribute of this name.
        "crate": attr.label(mandatory = True, providers = [PyO3TagInfo], doc = "The pyo3_module."),
        "kind": attr.string(mandatory = True, values = ["abi3", "abi3t"], doc = "The stable ABI."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    provides = [PyO3ExtensionInfo, PyO3TagInfo, TestCrateInfo],
)
