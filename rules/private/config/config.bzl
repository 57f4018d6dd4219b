"""The config stage: facts of an interpreter, PyO3 version, features, what users state -> PyO3's interpreter config."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:interpreter_config.bzl", "merge_interpreter_configs")
load("//rules/private/interpreter:interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load(":abi.bzl", "abi_features", "check_abi_words", "resolve_abi")
load(":config_info.bzl", "PyO3ConfigInfo")
load(":environment_info.bzl", "PyO3EnvironmentInfo")
load(":settings.bzl", "SETTINGS_ATTRS", "settings_in_force")

def _stated(ctx):
    """Gives what users state, the most special last: of the Python, of the crates, of the build."""
    own = ctx.attr.interpreter_config
    return merge_interpreter_configs([
        ctx.attr.interpreter[PyO3InterpreterInfo].interpreter_config,
        own[PyO3InterpreterConfigInfo] if own else None,
        ctx.attr._interpreter_config[PyO3InterpreterConfigInfo],
    ])

def _arguments(ctx, facts, stated, settings, config_file):
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--pyo3-version", ctx.attr.pyo3_version)
    args.add("--features", ",".join(ctx.attr.pyo3_features))
    args.add("--abi", ctx.attr._abi[BuildSettingInfo].value)
    pinned = ctx.attr._stable_abi[BuildSettingInfo].value
    args.add_all([pinned] if pinned else [], before_each = "--stable-abi")
    args.add_all(["--strict-abi"] if ctx.attr._strict_abi[BuildSettingInfo].value else [])
    args.add("--target", ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    for key, texts in sorted(stated.values.items()):
        args.add_all(["{}={}".format(key, text) for text in texts], before_each = "--set")
    args.add_all(settings, before_each = "--setting")
    args.add_all([config_file] if config_file else [], before_each = "--config-file")
    args.add_all([facts] if facts else [], before_each = "--facts")
    recorded = ctx.attr.environment[PyO3EnvironmentInfo]
    if recorded.cross_lib_dir:
        args.add("--cross-lib-dir", recorded.cross_lib_dir)
    return args

def _explain(ctx, args, inputs):
    """Declares the action that says where the values come from; it runs when somebody asks."""
    rust = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    explanation = ctx.actions.declare_file(ctx.label.name + ".explain.json")
    args.add_all(["explain", "--format=json", "--no-paths"])
    args.add("--host", rust.target_triple.str)
    args.add("--rustc", rust.rustc)
    args.add("--output", explanation)
    run_python_tool(
        ctx,
        ctx.attr._explain_tool,
        mnemonic = "PyO3Explain",
        inputs = depset([rust.rustc], transitive = [inputs, rust.rustc_lib]),
        outputs = [explanation],
        arguments = args,
        progress_message = "Explaining the configuration of PyO3 %{label}",
    )
    return explanation

def _abi(ctx):
    words = ctx.attr._abi[BuildSettingInfo].value
    check_abi_words("the flag @rules_pyo3//rules/settings:abi", words)
    return resolve_abi(
        abi_features(ctx.attr.pyo3_features, words),
        ctx.attr.interpreter[PyO3InterpreterInfo],
        "windows" in ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str,
        ctx.attr._stable_abi[BuildSettingInfo].value,
    )

def _config_impl(ctx):
    facts = ctx.attr.probe[PyO3ProbeInfo].facts
    stated, settings = _stated(ctx), settings_in_force(ctx)
    recorded = ctx.attr.environment[PyO3EnvironmentInfo]
    config_file = stated.config_file or recorded.config_file
    config = ctx.actions.declare_file(ctx.label.name + ".config.txt")
    args = _arguments(ctx, facts, stated, settings, config_file)
    args.add("--output", config)
    inputs = depset([file for file in [facts, config_file] if file], transitive = [recorded.cross_lib_dir_files])
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Config",
        inputs = inputs,
        outputs = [config],
        arguments = args,
        progress_message = "Configuring PyO3 %{label}",
    )
    explanation = _explain(ctx, _arguments(ctx, facts, stated, settings, config_file), inputs)
    return [
        PyO3ConfigInfo(abi = _abi(ctx), config = config, explanation = explanation, facts = facts, settings = settings),
        DefaultInfo(files = depset([config])),
        OutputGroupInfo(pyo3_config = depset([config, explanation])),
    ]

pyo3_config = rule(
    implementation = _config_impl,
    doc = "Makes the interpreter config of one PyO3 version and feature set.",
    attrs = SETTINGS_ATTRS | {
        "interpreter": attr.label(
            default = "//rules/private/interpreter:current",
            providers = [PyO3InterpreterInfo],
            doc = "The chosen interpreter.",
        ),
        "interpreter_config": attr.label(
            providers = [PyO3InterpreterConfigInfo],
            doc = "What is stated for this pyo3 crate, before the toolchain's word.",
        ),
        "probe": attr.label(
            default = "//rules/private/probe:current",
            providers = [PyO3ProbeInfo],
            doc = "Where the facts come from.",
        ),
        "pyo3_features": attr.string_list(doc = "Cargo features of the crate pyo3."),
        "pyo3_version": attr.string(mandatory = True, doc = "\"X.Y.Z\" of the crate pyo3."),
        "_abi": attr.label(default = "//rules/settings:abi"),
        "_explain_tool": attr.label(default = "//tools:explain", cfg = "exec"),
        "_interpreter_config": attr.label(default = "//rules/settings:interpreter_config"),
        "_stable_abi": attr.label(default = "//rules/private/interpreter:stable_abi"),
        "_strict_abi": attr.label(default = "//rules/settings:strict_abi"),
        "_tool": attr.label(default = "//tools/config", cfg = "exec"),
    },
    provides = [PyO3ConfigInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
