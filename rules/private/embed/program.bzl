"""A Rust program under the name that users know, for the Python that they chose."""

load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "TestCrateInfo")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load("//rules/private/tag:module.bzl", "ASPECT_ATTRS")
load(":coverage.bzl", "coverage_providers")
load(":embed_info.bzl", "PyO3EmbedInfo")

def _program_impl(ctx):
    rust = ctx.attr.crate
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = rust[DefaultInfo].files_to_run.executable,
        is_executable = True,
    )
    embed = ctx.attr.python[PyO3EmbedInfo]
    fields = {field: getattr(embed, field) for field in dir(embed) if field not in ["to_json", "to_proto"]}
    providers = [
        DefaultInfo(
            executable = executable,
            runfiles = ctx.runfiles([executable]).merge(rust[DefaultInfo].default_runfiles),
        ),
        PyO3EmbedInfo(**(fields | {"program": executable})),
        # For clippy, rustfmt and rust-analyzer.
        TestCrateInfo(crate = rust[CrateInfo]),
    ] + coverage_providers(ctx, executable, rust, embed.files)
    return providers + ([rust[OutputGroupInfo]] if OutputGroupInfo in rust else [])

_ATTRS = ASPECT_ATTRS | {
    # rules_rust's rust_analyzer_aspect follows an attribute of this name.
    "crate": attr.label(mandatory = True, providers = [CrateInfo], doc = "The rust_binary or rust_test."),
    # `args` refers to them.
    "data": attr.label_list(allow_files = True, doc = "As on the crate."),
    "python": attr.label(mandatory = True, providers = [PyO3EmbedInfo], doc = "The pyo3_embedded_python."),
    "python_version": attr.string(doc = "The Python, such as \"3.13t\"; empty: the build's."),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

pyo3_program = rule(
    implementation = _program_impl,
    doc = "Part of what the macro pyo3_binary makes.",
    attrs = _ATTRS,
    cfg = python_transition,
    executable = True,
)

pyo3_program_test = rule(
    implementation = _program_impl,
    doc = "Part of what the macro pyo3_test makes.",
    attrs = _ATTRS | {
        # What `bazel coverage` runs after a test, as rust_test has it.
        "_collect_cc_coverage": attr.label(
            default = "@rules_rust//util/collect_coverage",
            cfg = "exec",
            executable = True,
        ),
        "_lcov_merger": attr.label(
            default = configuration_field(fragment = "coverage", name = "output_generator"),
            cfg = "exec",
            executable = True,
        ),
    },
    cfg = python_transition,
    fragments = ["coverage"],
    test = True,
)
