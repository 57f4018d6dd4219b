"""The flags stage: config, target and compiler -> the answers of build scripts, rendered for rustc."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load(":flags_info.bzl", "PyO3FlagsInfo")

def _declare(ctx, crate, kind):
    return ctx.actions.declare_file("{}/{}.{}".format(ctx.label.name, crate, kind))

def _flags_impl(ctx):
    rust = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    out_dir = ctx.actions.declare_directory(ctx.label.name + "/out")
    config = [ctx.attr.config[PyO3ConfigInfo].config] if ctx.attr.config else []
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--rustc", rust.rustc)
    args.add("--target", rust.target_triple.str)
    args.add_all(config, before_each = "--config")
    crates, outputs = {}, [out_dir]
    for crate, version in sorted(ctx.attr.crates.items()):
        files = struct(
            env = _declare(ctx, crate, "env"),
            flags = _declare(ctx, crate, "flags"),
            link = _declare(ctx, crate, "link"),
        )
        features = ",".join(ctx.attr.crate_features.get(crate, [])) or "-"
        args.add_all("--crate", [crate, version, features, files.flags, files.env, files.link])
        crates[crate] = files
        outputs.extend([files.flags, files.env, files.link])
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Flags",
        inputs = depset(config + [rust.rustc], transitive = [rust.rustc_lib]),
        outputs = outputs,
        arguments = args,
        progress_message = "Rendering rustc flags %{label}",
    )
    files = depset(outputs[1:])
    return [
        PyO3FlagsInfo(crates = crates, files = files, out_dir = out_dir),
        DefaultInfo(files = files),
        OutputGroupInfo(pyo3_flags = files),
    ]

pyo3_flags = rule(
    implementation = _flags_impl,
    doc = "Renders flags, environment and link lines for crates whose build scripts are not run.",
    attrs = {
        "config": attr.label(
            providers = [PyO3ConfigInfo],
            doc = "The interpreter config; none for crates that do not depend on the Python.",
        ),
        "crate_features": attr.string_list_dict(doc = "Crate name -> its enabled features."),
        "crates": attr.string_dict(mandatory = True, doc = "Crate name -> version."),
        "_tool": attr.label(default = "//tools/flags", cfg = "exec"),
    },
    provides = [PyO3FlagsInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
