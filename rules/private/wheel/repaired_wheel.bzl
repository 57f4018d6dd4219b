"""The rule behind pyo3_repaired_wheel: grafts shared libraries into a wheel for Linux."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load(":finished_wheel.bzl", "FINISHED_WHEEL_ATTRS", "finished_wheel")
load(":wheel_info.bzl", "PyO3WheelInfo")

def _is_library(file):
    name, _, version = file.basename.rpartition(".so")
    return bool(name) and (not version or version[0] == ".")

def _libraries(ctx):
    """Gives the shared libraries among what `libraries` make."""
    found = []
    for target in ctx.attr.libraries:
        files = [file for file in target[DefaultInfo].files.to_list() if _is_library(file)]
        if not files:
            fail(error_text(
                ctx.label,
                "`libraries` names {}, which makes no shared library".format(target.label),
                "cc_shared_library, cc_binary with `linkshared`, or files such as libx.so.1",
                "name what the extensions are linked with",
            ))
        found += files
    return depset(found).to_list()

def _repair(ctx):
    libraries = _libraries(ctx)
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all([ctx.attr.wheel[PyO3WheelInfo].folder], before_each = "--wheel", expand_directories = False)
    args.add_all(libraries, before_each = "--library")
    args.add_all(ctx.attr.exclude, before_each = "--exclude")
    args.add("--platform", ctx.attr.platform)
    args.add("--target", ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    args.add("--patchelf", ctx.file._patchelf)
    epoch = ctx.configuration.default_shell_env.get("SOURCE_DATE_EPOCH")
    if epoch:
        args.add("--epoch", epoch)
    args.add_all([folder], before_each = "--output", expand_directories = False)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3WheelRepair",
        inputs = depset([ctx.attr.wheel[PyO3WheelInfo].folder, ctx.file._patchelf] + libraries),
        outputs = [folder],
        arguments = args,
        progress_message = "Repairing the wheel %{label}",
    )
    return folder

def _repaired_wheel_impl(ctx):
    return finished_wheel(ctx, _repair(ctx), ctx.attr.exclude)

pyo3_repaired_wheel_file = rule(
    implementation = _repaired_wheel_impl,
    doc = "What the macro pyo3_repaired_wheel repairs a wheel with. Not for direct use.",
    cfg = python_transition,
    attrs = FINISHED_WHEEL_ATTRS | {
        "exclude": attr.string_list(doc = "Patterns (fnmatch) of names of libraries that are left to the system."),
        "libraries": attr.label_list(allow_files = True, doc = "Shared libraries that may be grafted."),
        "platform": attr.string(default = "auto", doc = "As in pyo3_wheel; not \"linux\"."),
        "python_version": attr.string(doc = "The Python, such as \"3.13t\"; empty: the build's."),
        "wheel": attr.label(mandatory = True, providers = [PyO3WheelInfo], doc = "The wheel."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_patchelf": attr.label(default = "@rules_pyo3_repair//:patchelf", allow_single_file = True, cfg = "exec"),
        "_tool": attr.label(default = "//tools/wheel:repair", cfg = "exec"),
    },
    provides = [PyO3WheelInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
