"""The Python target: a tagged extension that py_library, py_binary and py_test take as a dependency."""

load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules/private/extension:extension.bzl", "EXTENSION_ATTRS", "check_entry_symbol", "extension_info")
load("//rules/private/tag:tag.bzl", "TAG_ATTRS", "tag_extension")
load(":imports.bzl", "import_roots")
load(":mode_transition.bzl", "MODE_ATTRS", "mode_transition")
load(":py_infos.bzl", "PY_INFOS", "py_infos")

def _runfiles(ctx, tagged, extension):
    runfiles = ctx.runfiles(
        files = [tagged.file] + ctx.files.py_srcs + ctx.files.data,
        transitive_files = extension.data,
    )
    targets = ctx.attr.py_deps + ctx.attr.data
    return runfiles.merge_all([target[DefaultInfo].default_runfiles for target in targets])

def _output_groups(extension, tagged, entry):
    tag = [tagged.tag] if tagged.tag else []
    groups = {
        "pyo3_tag": depset(tag),
        "rust": depset([extension.cdylib]),
        "_validation": depset([entry] + tag),
    }
    if extension.pyo3:
        groups["pyo3_config"] = depset([extension.pyo3.config, extension.pyo3.explanation])
        groups["pyo3_flags"] = extension.pyo3.flags
    return OutputGroupInfo(**groups)

def _py_target_impl(ctx):
    extension = extension_info(ctx)
    tagged = tag_extension(ctx, extension)
    entry = check_entry_symbol(ctx, extension)
    return [
        DefaultInfo(
            # py_wheel packs `files` of its direct dependencies.
            files = depset([tagged.file] + ctx.files.py_srcs),
            runfiles = _runfiles(ctx, tagged, extension),
        ),
        _output_groups(extension, tagged, entry),
        # For rust_test, clippy, rustfmt and rust-analyzer.
        ctx.attr.crate[TestCrateInfo],
        coverage_common.instrumented_files_info(
            ctx,
            dependency_attributes = ["crate", "py_deps", "data"],
            extensions = ["py"],
            source_attributes = ["py_srcs"],
        ),
        extension,
        tagged,
    ] + py_infos(
        ctx.files.py_srcs + [tagged.file],
        import_roots(ctx.label, ctx.workspace_name, ctx.attr.imports),
        ctx.attr.py_deps,
    )

pyo3_py_target = rule(
    implementation = _py_target_impl,
    doc = "What the macro pyo3_extension makes of a rust_shared_library. Not for direct use.",
    cfg = mode_transition,
    attrs = EXTENSION_ATTRS | TAG_ATTRS | MODE_ATTRS | {
        # rules_rust's aspects read these of the rule that they look at.
        "crate_features": attr.string_list(doc = "As on the crate."),
        "data": attr.label_list(allow_files = True, doc = "Files that the module reads at run time."),
        "imports": attr.string_list(doc = "As in py_library: folders, relative to the package, to import from."),
        "py_deps": attr.label_list(
            providers = [[provider] for provider in PY_INFOS],
            doc = "Python libraries that the module imports.",
        ),
        "py_srcs": attr.label_list(allow_files = [".py"], doc = "Python files that travel with the module."),
        "rustc_flags": attr.string_list(doc = "As on the crate."),
        # Not empty: clippy's aspect takes it apart.
        "version": attr.string(default = "0.0.0", doc = "As on the crate."),
    },
)
