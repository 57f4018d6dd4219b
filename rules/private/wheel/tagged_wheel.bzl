"""The rule behind pyo3_tagged_wheel: corrects the tags of a wheel that another rule packs."""

load("@rules_pyo3_features//:py_wheel_info.bzl", "PyWheelInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load(":finished_wheel.bzl", "FINISHED_WHEEL_ATTRS", "finished_wheel")
load(":wheel_attrs.bzl", "LAYOUT_ATTRS")
load(":wheel_extensions.bzl", "EXTENSION_ATTRS", "described_extension", "extension_reports", "wheel_extensions")
load(":wheel_info.bzl", "PyO3WheelInfo")
load(":wheel_parts.bzl", "pyo3_wheel_parts")

def _packed_wheel(ctx):
    """Gives the wheel, and the file with its name where it has another one itself."""
    target = ctx.attr.wheel
    if PyWheelInfo and PyWheelInfo in target:
        return target[PyWheelInfo].wheel, target[PyWheelInfo].name_file
    files = target[DefaultInfo].files.to_list()
    if len(files) != 1 or files[0].extension != "whl":
        fail(error_text(
            ctx.label,
            "`wheel` names {}, which makes {}".format(target.label, ", ".join([file.basename for file in files]) or "no file"),
            "one file whose name ends with .whl, or a py_wheel",
            "name the wheel",
        ))
    return files[0], None

def _retag(ctx, parts):
    wheel, name_file = _packed_wheel(ctx)
    description = ctx.actions.declare_file(ctx.label.name + ".retag.json")
    ctx.actions.write(description, json.encode_indent({
        "extensions": [described_extension(ctx, part) for part in parts],
        "label": str(ctx.label),
        "name_file": name_file.path if name_file else None,
        "platform": ctx.attr.platform,
        "schema": 1,
        "wheel": wheel.path,
    }, indent = " ") + "\n")
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--retag", description)
    args.add_all([folder], before_each = "--output", expand_directories = False)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3WheelRetag",
        inputs = depset(
            [description, wheel] + ([name_file] if name_file else []) + [part.tagged.file for part in parts],
            transitive = [extension_reports(parts)],
        ),
        outputs = [folder],
        arguments = args,
        progress_message = "Tagging the wheel %{label}",
    )
    return folder

def _tagged_wheel_impl(ctx):
    parts = wheel_extensions(ctx)
    if not parts:
        fail(error_text(
            ctx.label,
            "`deps` bring no extension",
            "the extensions in the wheel, which its tags follow from",
            "name them; a wheel without any has the right tags as it is",
        ))
    return finished_wheel(ctx, _retag(ctx, parts))

pyo3_tagged_wheel_file = rule(
    implementation = _tagged_wheel_impl,
    doc = "What the macro pyo3_tagged_wheel corrects tags with. Not for direct use.",
    cfg = python_transition,
    attrs = EXTENSION_ATTRS | FINISHED_WHEEL_ATTRS | {
        "deps": attr.label_list(aspects = [pyo3_wheel_parts], doc = "The extensions in the wheel, or libraries that depend on them."),
        "platform": LAYOUT_ATTRS["platform"],
        "python_version": attr.string(doc = "The Python, such as \"3.13t\"; empty: the build's."),
        "wheel": attr.label(allow_files = [".whl"], mandatory = True, doc = "A py_wheel, or a file."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_tool": attr.label(default = "//tools/wheel:retag", cfg = "exec"),
    },
    provides = [PyO3WheelInfo],
    toolchains = [config_common.toolchain_type(RUST_TOOLCHAIN_TYPE, mandatory = False)],
)
