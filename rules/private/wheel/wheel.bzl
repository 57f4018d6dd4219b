"""The rule behind pyo3_wheel: packs a wheel, and checks it beside the build."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load(":finished_wheel.bzl", "FINISHED_WHEEL_ATTRS", "finished_wheel")
load(":linked_crates.bzl", "linked_crates")
load(":wheel_attrs.bzl", "FILE_ATTRS", "LAYOUT_ATTRS", "METADATA_ATTRS")
load(":wheel_extensions.bzl", "EXTENSION_ATTRS", "described_extension", "extension_reports", "wheel_extensions")
load(":wheel_files.bzl", "placed_files", "write_file_list")
load(":wheel_info.bzl", "PyO3WheelInfo")
load(":wheel_parts.bzl", "pyo3_wheel_parts")
load(":wheel_paths.bzl", "wheel_paths")

def _extensions(ctx, paths, parts):
    """Describes the extensions that the wheel holds, by path."""
    found = {}
    for part in parts:
        path = paths.place(part.tagged.file)
        if path != None:
            found[path] = described_extension(ctx, part) | {"path": path}
    return [found[path] for path in sorted(found)]

def _path(file):
    return file.path if file else None

def _license_path(ctx, file):
    """Gives a licence file's path below the wheel's package, as PEP 639 has it below the project."""
    path = file.short_path.removeprefix("../").removeprefix(ctx.label.workspace_name + "/")
    folder = ctx.label.package + "/" if ctx.label.package else ""
    return path.removeprefix(folder) if path.startswith(folder) else file.basename

def _placed(placed):
    return [{"path": each.path, "source": each.file.path} for each in placed]

def _description(ctx, paths, parts, crates, data, distinfo):
    """Gives what the tool reads: attributes and paths."""
    return {
        "build_tag": ctx.attr.build_tag,
        "cargo_toml": _path(ctx.file.cargo_toml),
        "cargo_workspace_toml": _path(ctx.file.cargo_workspace_toml),
        "compression": ctx.attr.compression,
        "crates": crates.file.path if parts else None,
        "data": _placed(data),
        "distinfo": _placed(distinfo),
        "epoch": ctx.configuration.default_shell_env.get("SOURCE_DATE_EPOCH"),
        "exclude": ctx.attr.exclude,
        "extensions": _extensions(ctx, paths, parts),
        "label": str(ctx.label),
        "license_files": [{"path": _license_path(ctx, file), "source": file.path} for file in ctx.files.license_files],
        "metadata": {name: getattr(ctx.attr, name) for name in METADATA_ATTRS} | {
            "description_file": _path(ctx.file.description_file),
        },
        "platform": ctx.attr.platform,
        "pyproject": _path(ctx.file.pyproject),
        "schema": 1,
    }

def _pack(ctx, parts):
    paths = wheel_paths(ctx.label, ctx.workspace_name, ctx.attr.deps, ctx.attr.strip_path_prefixes)
    data = placed_files(ctx.label, "data_files", ctx.attr.data_files)
    distinfo = placed_files(ctx.label, "extra_distinfo_files", ctx.attr.extra_distinfo_files)
    listed, packed = write_file_list(ctx, paths)
    crates = linked_crates(ctx, ctx.label.name + ".crates.json", [part.extension for part in parts])
    description = ctx.actions.declare_file(ctx.label.name + ".wheel.json")
    ctx.actions.write(description, json.encode_indent(_description(ctx, paths, parts, crates, data, distinfo), indent = " ") + "\n")
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--wheel", description)
    args.add("--files", listed)
    args.add_all([folder], before_each = "--output", expand_directories = False)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Wheel",
        inputs = depset(
            [description, listed] + ctx.files.license_files + [each.file for each in data + distinfo] +
            [file for file in [ctx.file.cargo_toml, ctx.file.cargo_workspace_toml, ctx.file.description_file, ctx.file.pyproject] if file],
            transitive = [packed, crates.inputs, extension_reports(parts)],
        ),
        outputs = [folder],
        arguments = args,
        progress_message = "Packing the wheel %{label}",
    )
    return folder

def _wheel_impl(ctx):
    return finished_wheel(ctx, _pack(ctx, wheel_extensions(ctx)))

pyo3_wheel_file = rule(
    implementation = _wheel_impl,
    doc = "What the macro pyo3_wheel makes a wheel with. Not for direct use.",
    cfg = python_transition,
    attrs = METADATA_ATTRS | FILE_ATTRS | LAYOUT_ATTRS | EXTENSION_ATTRS | FINISHED_WHEEL_ATTRS | {
        "deps": attr.label_list(allow_files = True, aspects = [pyo3_wheel_parts], doc = "What the wheel holds."),
        "python_version": attr.string(doc = "The Python, such as \"3.13t\"; empty: the build's."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_tool": attr.label(default = "//tools/wheel", cfg = "exec"),
    },
    provides = [PyO3WheelInfo],
    toolchains = [config_common.toolchain_type(RUST_TOOLCHAIN_TYPE, mandatory = False)],
)
