"""The flags stage: config, target and compiler -> the answers of build scripts, rendered for rustc."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load("//rules/private/config:settings_info.bzl", "PyO3SettingsInfo")
load(":flags_info.bzl", "PyO3FlagsInfo")
load(":switches.bzl", "switches")

def _declare(ctx, name):
    return ctx.actions.declare_file("{}/{}".format(ctx.label.name, name))

def _crate_files(ctx, args, crate, version):
    files = struct(
        env = _declare(ctx, crate + ".env"),
        flags = _declare(ctx, crate + ".flags"),
        link = _declare(ctx, crate + ".link"),
        out_dir = ctx.actions.declare_directory("{}/{}.out".format(ctx.label.name, crate)) if crate in ctx.attr.out_dirs else None,
    )
    features = ",".join(ctx.attr.crate_features.get(crate, [])) or "-"
    args.add_all("--crate", [crate, version, features, files.flags, files.env, files.link])
    if files.out_dir:
        args.add_all("--out-dir", [crate, files.out_dir], expand_directories = False)
    return files

def _extension_files(ctx, args):
    files = struct(
        checked_flags = _declare(ctx, "extension.checked.flags"),
        env = _declare(ctx, "extension.env"),
        flags = _declare(ctx, "extension.flags"),
    )
    args.add_all("--extension", [ctx.attr.extension_version, files.flags, files.checked_flags, files.env])
    return files

def _flags_impl(ctx):
    rust = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    out_dir = ctx.actions.declare_directory(ctx.label.name + "/out")
    config = [ctx.attr.config[PyO3ConfigInfo].config] if ctx.attr.config else []
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--rustc", rust.rustc)
    args.add("--target", rust.target_triple.str)
    args.add_all(config, before_each = "--config")
    stated = switches(ctx.attr.config[PyO3ConfigInfo].settings if ctx.attr.config else ctx.attr.settings[PyO3SettingsInfo].settings)
    args.add_all(["--no-std"] if stated.no_std else [])
    args.add_all([stated.raw_dylib] if stated.raw_dylib else [], before_each = "--raw-dylib")
    crates = {crate: _crate_files(ctx, args, crate, version) for crate, version in sorted(ctx.attr.crates.items())}
    extension = _extension_files(ctx, args) if ctx.attr.extension_version else None
    files, out_dirs = [], [out_dir]
    for each in crates.values():
        files.extend([each.env, each.flags, each.link])
        out_dirs.extend([each.out_dir] if each.out_dir else [])
    if extension:
        files.extend([extension.checked_flags, extension.env, extension.flags])
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Flags",
        inputs = depset(config + [rust.rustc], transitive = [rust.rustc_lib]),
        outputs = files + out_dirs,
        arguments = args,
        progress_message = "Rendering rustc flags %{label}",
    )
    return [
        PyO3FlagsInfo(crates = crates, extension = extension, files = depset(files), out_dir = out_dir),
        DefaultInfo(files = depset(files)),
        OutputGroupInfo(pyo3_flags = depset(files)),
    ]

pyo3_flags = rule(
    implementation = _flags_impl,
    doc = "Renders flags, environment and link lines for crates whose build scripts are not run.",
    attrs = {
        "config": attr.label(
            providers = [PyO3ConfigInfo],
            doc = "The interpreter config.",
        ),
        "crate_features": attr.string_list_dict(doc = "Crate name -> its enabled features."),
        "crates": attr.string_dict(mandatory = True, doc = "Crate name -> version."),
        "extension_version": attr.string(doc = "\"X.Y.Z\" of the pyo3 whose users get flags too; needs `config`."),
        "out_dirs": attr.string_list(doc = "Crates whose build scripts write files."),
        "settings": attr.label(
            providers = [PyO3SettingsInfo],
            doc = "Instead of `config`: the variables in force, for crates that do not depend on the Python.",
        ),
        "_tool": attr.label(default = "//tools/flags", cfg = "exec"),
    },
    provides = [PyO3FlagsInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
