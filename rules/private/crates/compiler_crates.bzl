"""Compiles the libraries below pyo3-macros in one action.

They are a chain in which each needs only the metadata of the one before, and an action gets files only when all of them
are complete. docs/speed.md has what this saves. The action needs neither rules_rust's process wrapper, which is still
being compiled when it starts, nor a linker.
"""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/config:settings_info.bzl", "PyO3SettingsInfo")
load("//rules/private/flags:switches.bzl", "switches")
load(":compiler_crates_info.bzl", "CompilerCratesInfo")
load(":crate_source_info.bzl", "CrateSourceInfo")

# As cargo builds for a release (profile.release.build-override), whatever the user's mode.
COMPILER_SIDE_FLAGS = [
    "--cap-lints=allow",
    "-Copt-level=0",
    "-Cdebuginfo=0",
    "-Cdebug-assertions=off",
    "-Cembed-bitcode=no",
]

def _environment(source):
    """Gives the variables of cargo that crates read when they are compiled."""
    version, _, pre = source.version.partition("+")[0].partition("-")
    major, minor, patch = version.split(".")
    return {
        "CARGO_CRATE_NAME": source.crate_name,
        "CARGO_MANIFEST_DIR": "${pwd}/" + source.root.dirname.removesuffix("/src"),
        "CARGO_PKG_NAME": source.name,
        "CARGO_PKG_VERSION": source.version,
        "CARGO_PKG_VERSION_MAJOR": major,
        "CARGO_PKG_VERSION_MINOR": minor,
        "CARGO_PKG_VERSION_PATCH": patch,
        "CARGO_PKG_VERSION_PRE": pre,
    }

def _plan_entry(source, output):
    # Crates of one name must differ in this to be used together.
    identity = "-{}-{}".format(source.name, source.version)
    return {
        "arguments": [
            source.root.path,
            "--crate-name=" + source.crate_name,
            "--edition=" + source.edition,
            "-Cmetadata=" + identity,
            "-Cextra-filename=-" + source.version,
        ] + COMPILER_SIDE_FLAGS + ["--cfg=feature=\"{}\"".format(feature) for feature in source.features],
        "build_script": {"features": source.features, "version": source.version} if source.build_script else None,
        "deps": source.deps,
        "environment": _environment(source),
        "name": source.name,
        "output": output.path,
    }

def _common_arguments(rust):
    arguments = ["--target={}".format(getattr(rust.target_flag_value, "path", rust.target_flag_value))]
    if getattr(rust, "_toolchain_generated_sysroot", False):
        arguments.append("--sysroot={}".format(rust.sysroot))
    return arguments + ["-L{}".format(path) for path in rust.rust_std_paths.to_list()]

def _compiler_crates_impl(ctx):
    rust = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    sources = {crate[CrateSourceInfo].name: crate[CrateSourceInfo] for crate in ctx.attr.crates}
    outputs = {
        name: ctx.actions.declare_file("{}/lib{}-{}.rlib".format(ctx.label.name, source.crate_name, source.version))
        for name, source in sources.items()
    }
    plan = ctx.actions.declare_file(ctx.label.name + ".plan.json")
    ctx.actions.write(plan, json.encode_indent({
        "crates": [_plan_entry(sources[name], outputs[name]) for name in sorted(sources)],
        "schema": 1,
    }, indent = " ") + "\n")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--rustc", rust.rustc)
    args.add("--target", rust.target_triple.str)
    args.add("--plan", plan)
    args.add_all(["--no-std"] if switches(ctx.attr.settings[PyO3SettingsInfo].settings).no_std else [])
    args.add_all(_common_arguments(rust), format_each = "--common-argument=%s")
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3CompilerCrates",
        inputs = depset(
            [plan],
            transitive = [rust.all_files, rust.rust_std] + [source.inputs for source in sources.values()],
        ),
        outputs = outputs.values(),
        arguments = args,
        progress_message = "Compiling {} Rust crates for the compiler".format(len(sources)),
    )
    return [
        CompilerCratesInfo(outputs = outputs, sources = sources),
        DefaultInfo(files = depset(outputs.values())),
    ]

pyo3_compiler_crates = rule(
    implementation = _compiler_crates_impl,
    doc = "Compiles libraries that only the compiler runs, each as soon as the metadata of its dependencies exists.",
    attrs = {
        "crates": attr.label_list(mandatory = True, providers = [CrateSourceInfo], doc = "pyo3_crate_source targets."),
        "settings": attr.label(mandatory = True, providers = [PyO3SettingsInfo], doc = "The variables in force."),
        "_tool": attr.label(default = "//tools/crates", cfg = "exec"),
    },
    provides = [CompilerCratesInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
