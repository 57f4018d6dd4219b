"""What an extension is compiled with because of its Python: cfgs, and variables that PyO3's macros read."""

load("@rules_cc//cc:defs.bzl", "CcInfo")
load("@rules_rust//rust:rust_common.bzl", "BuildInfo", "CrateInfo")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load("//rules/private/flags:cfgs.bzl", "cfgs_build_info")

def _python_cfgs_impl(ctx):
    # What a Rust target takes as a dependency that adds nothing.
    nothing = CcInfo()
    if PyO3CratesInfo not in ctx.attr.pyo3:
        return [nothing]
    pyo3 = ctx.attr.pyo3[PyO3CratesInfo]
    variables = DefaultInfo(files = depset([pyo3.extension.env]))

    # rules_rust takes one BuildInfo for a target. An extension with a build script has its cfgs from there, as with cargo.
    if any([BuildInfo in dep and CrateInfo not in dep for dep in ctx.attr.deps]):
        return [variables, nothing]
    return [variables, cfgs_build_info(pyo3.extension, pyo3.out_dir, ctx.attr.checked, env = None)]

pyo3_python_cfgs = rule(
    implementation = _python_cfgs_impl,
    doc = "Part of what the macro pyo3_extension makes: a dependency and a `rustc_env_files` of the rust_shared_library.",
    attrs = {
        "checked": attr.bool(doc = "Whether rustc is told which cfgs there are."),
        "deps": attr.label_list(doc = "The extension's other dependencies."),
        "pyo3": attr.label(mandatory = True, doc = "The pyo3 crate that it is compiled against."),
    },
)
