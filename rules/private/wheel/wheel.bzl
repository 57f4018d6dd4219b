"""The rule behind pyo3_wheel: packs a wheel, and checks it beside the build."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:transitions.bzl", "python_transition")
load(":linked_crates.bzl", "linked_crates")
load(":wheel_attrs.bzl", "FILE_ATTRS", "LAYOUT_ATTRS", "METADATA_ATTRS")
load(":wheel_files.bzl", "placed_files", "write_file_list")
load(":wheel_info.bzl", "PyO3WheelInfo")
load(":wheel_parts.bzl", "pyo3_wheel_parts")
load(":wheel_parts_info.bzl", "PyO3WheelPartsInfo")
load(":wheel_paths.bzl", "wheel_paths")

def _check_python(ctx, parts):
    """Fails for an extension that the wheel's Python does not import."""
    python = ctx.attr._interpreter[PyO3InterpreterInfo]
    for part in parts:
        abi = part.tagged.abi
        if abi.kind == "version" and part.tagged.ext_suffix != python.ext_suffix:
            fail(error_text(
                ctx.label,
                "{} makes {}, which is of another Python than the wheel's ({} {})".format(
                    part.label,
                    part.tagged.file.basename,
                    python.implementation,
                    python.version,
                ),
                "extensions of one Python, whose files end with {}".format(python.ext_suffix),
                "set `python_version` on the wheel, not on the extension; a wheel for each of several Pythons is made with `python_versions`",
            ))
        if not part.tagged.tag:
            fail(error_text(
                ctx.label,
                "{} is of a Python that is only described".format(part.label),
                "a Python whose facts are known, because the wheel's tags follow from them",
                "give the toolchain of that Python its facts, or build for a stable ABI with a floor",
            ))

def _triple(ctx):
    toolchain = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    return toolchain.target_triple.str if toolchain else ""

def _extensions(ctx, paths, parts):
    """Describes the extensions that the wheel holds, by path."""
    found = {}
    for part in parts:
        path = paths.place(part.tagged.file)
        if path != None:
            found[path] = {
                "gates": part.gates.to_list()[0].path,
                "label": str(part.label),
                "path": path,
                "source": part.tagged.file.path,
                "tag": part.tagged.tag.path,
                "target": _triple(ctx),
            }
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
            [file for file in [ctx.file.cargo_toml, ctx.file.cargo_workspace_toml, ctx.file.description_file, ctx.file.pyproject] if file] +
            [part.tagged.tag for part in parts],
            transitive = [packed, crates.inputs] + [part.gates for part in parts],
        ),
        outputs = [folder],
        arguments = args,
        progress_message = "Packing the wheel %{label}",
    )
    return folder

def _check(ctx, folder):
    report = ctx.actions.declare_file(ctx.label.name + ".wheel_check.json")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all([folder], before_each = "--folder", expand_directories = False)
    args.add("--output", report)
    run_python_tool(
        ctx,
        ctx.attr._check_tool,
        mnemonic = "PyO3WheelCheck",
        inputs = depset([folder]),
        outputs = [report],
        arguments = args,
        progress_message = "Checking the wheel %{label}",
    )
    return report

def _wheel_impl(ctx):
    parts = depset(transitive = [dep[PyO3WheelPartsInfo].extensions for dep in ctx.attr.deps]).to_list()
    _check_python(ctx, parts)
    folder = _pack(ctx, parts)
    report = _check(ctx, folder)
    return [
        DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder])),
        OutputGroupInfo(pyo3_wheel_check = depset([report]), _validation = depset([report])),
        PyO3WheelInfo(folder = folder, report = report),
    ]

pyo3_wheel_file = rule(
    implementation = _wheel_impl,
    doc = "What the macro pyo3_wheel makes a wheel with. Not for direct use.",
    cfg = python_transition,
    attrs = METADATA_ATTRS | FILE_ATTRS | LAYOUT_ATTRS | {
        "deps": attr.label_list(aspects = [pyo3_wheel_parts], doc = "What the wheel holds."),
        "python_version": attr.string(doc = "The Python, such as \"3.13t\"; empty: the build's."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_check_tool": attr.label(default = "//tools/wheel:check", cfg = "exec"),
        "_interpreter": attr.label(default = "//rules/private/interpreter:current", providers = [PyO3InterpreterInfo]),
        "_tool": attr.label(default = "//tools/wheel", cfg = "exec"),
    },
    provides = [PyO3WheelInfo],
    toolchains = [config_common.toolchain_type(RUST_TOOLCHAIN_TYPE, mandatory = False)],
)
