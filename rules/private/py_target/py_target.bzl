"""The Python target: a tagged extension that py_library, py_binary and py_test take as a dependency."""

load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load("//rules/private/tag:module.bzl", "ASPECT_ATTRS")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load(":imports.bzl", "import_roots")
load(":py_infos.bzl", "PY_INFOS", "py_infos")

def _runfiles(ctx, tagged, extension):
    runfiles = ctx.runfiles(
        files = [tagged.file] + ctx.files.py_srcs + ctx.files.data,
        transitive_files = extension.data,
    )
    targets = ctx.attr.py_deps + ctx.attr.data
    return runfiles.merge_all([target[DefaultInfo].default_runfiles for target in targets])

def _check_import(ctx, tagged):
    """Declares the action that holds a module that was built without a Python to the chosen one."""
    facts = ctx.attr._probe[PyO3ProbeInfo].facts
    if not tagged.abi.shared or not facts:
        return []
    done = ctx.actions.declare_file(ctx.label.name + ".import.ok")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--facts", facts)
    args.add("--tag", tagged.tag)
    args.add("--output", done)
    run_python_tool(
        ctx,
        ctx.attr._import_check,
        mnemonic = "PyO3ImportCheck",
        inputs = depset([facts, tagged.tag]),
        outputs = [done],
        arguments = args,
        progress_message = "Checking that Python imports %{label}",
    )
    return [done]

def _output_groups(ctx, tagged):
    groups = ctx.attr.crate[OutputGroupInfo]
    own = {name: getattr(groups, name) for name in dir(groups) if not name.startswith("_") and name not in ["to_json", "to_proto"]}
    return OutputGroupInfo(_validation = depset(_check_import(ctx, tagged), transitive = [groups._validation]), **own)

def _py_target_impl(ctx):
    extension, tagged = ctx.attr.crate[PyO3ExtensionInfo], ctx.attr.crate[PyO3TagInfo]
    return [
        DefaultInfo(
            # py_wheel packs `files` of its direct dependencies.
            files = depset([tagged.file] + ctx.files.py_srcs),
            runfiles = _runfiles(ctx, tagged, extension),
        ),
        _output_groups(ctx, tagged),
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
    doc = "What the macro pyo3_extension makes of a pyo3_module. Not for direct use.",
    cfg = python_transition,
    attrs = ASPECT_ATTRS | {
        # rules_rust's rust_analyzer_aspect and rust_test follow an attribute of this name.
        "crate": attr.label(mandatory = True, providers = [PyO3ExtensionInfo, PyO3TagInfo, TestCrateInfo], doc = "The module."),
        "data": attr.label_list(allow_files = True, doc = "Files that the module reads at run time."),
        "imports": attr.string_list(doc = "As in py_library: folders, relative to the package, to import from."),
        "module_name": attr.string(mandatory = True, doc = "The module's dotted name, to find another target of the same."),
        "py_deps": attr.label_list(
            providers = [[provider] for provider in PY_INFOS],
            doc = "Python libraries that the module imports.",
        ),
        "py_srcs": attr.label_list(allow_files = [".py"], doc = "Python files that travel with the module."),
        "python_version": attr.string(doc = "The Python to build for, such as \"3.13\" or \"3.13t\"; empty: the build's."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_import_check": attr.label(default = "//tools/tag:import_check", cfg = "exec"),
        "_probe": attr.label(default = "//rules/private/probe:current", providers = [PyO3ProbeInfo]),
    },
)
