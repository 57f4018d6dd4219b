"""Hands one crate of pyo3_compiler_crates to rules_rust."""

load("@rules_rust//rust:defs.bzl", "rust_common")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/interpreter:transitions.bzl", "independent_transition")
load(":compiler_crates_info.bzl", "CompilerCratesInfo")

def _crate_info(ctx, source, output):
    return rust_common.create_crate_info(
        aliases = {},
        compile_data = depset(),
        compile_data_targets = depset(),
        deps = depset(),
        edition = source.edition,
        is_test = False,
        name = source.crate_name,
        output = output,
        owner = ctx.label,
        proc_macro_deps = depset(),
        root = source.root,
        rustc_env = {},
        srcs = source.inputs,
        type = "rlib",
    )

def _with_own(deps, field, own):
    """Gives a depset of all dependencies' crates: their own and those below."""
    return depset(
        [own(dep[CrateInfo]) for dep in deps],
        transitive = [getattr(dep[DepInfo], field) for dep in deps],
    )

def _compiled_crate_impl(ctx):
    info = ctx.attr.crates[CompilerCratesInfo]
    deps = ctx.attr.deps
    output = info.outputs[ctx.attr.package]
    return [
        DefaultInfo(files = depset([output])),
        _crate_info(ctx, info.sources[ctx.attr.package], output),
        rust_common.dep_info(
            dep_env = None,
            direct_crates = depset(),
            link_search_path_files = depset(),
            transitive_build_infos = depset(),
            transitive_crate_outputs = _with_own(deps, "transitive_crate_outputs", lambda crate: crate.output),
            transitive_crates = _with_own(deps, "transitive_crates", lambda crate: crate),
            transitive_data = depset(),
            transitive_metadata_outputs = _with_own(deps, "transitive_metadata_outputs", lambda crate: crate.output),
            transitive_noncrates = depset(order = "topological"),
            transitive_proc_macro_data = depset(),
        ),
    ]

pyo3_compiled_crate = rule(
    implementation = _compiled_crate_impl,
    doc = "One crate of a pyo3_compiler_crates target, as a dependency of Rust rules.",
    cfg = independent_transition,
    attrs = {
        "crates": attr.label(mandatory = True, providers = [CompilerCratesInfo], doc = "The pyo3_compiler_crates target."),
        "deps": attr.label_list(providers = [CrateInfo, DepInfo], doc = "The crate's direct dependencies."),
        # Not "crate": rules_rust's aspects expect a target there.
        "package": attr.string(mandatory = True, doc = "The package's name."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    provides = [CrateInfo, DepInfo],
)
