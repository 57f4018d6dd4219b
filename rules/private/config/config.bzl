"""The config stage: facts of an interpreter, PyO3 version and features -> PyO3's interpreter config."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load(":config_info.bzl", "PyO3ConfigInfo")

def _config_impl(ctx):
    facts = ctx.attr.probe[PyO3ProbeInfo].facts
    config = ctx.actions.declare_file(ctx.label.name + ".config.txt")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--facts", facts)
    args.add("--pyo3-version", ctx.attr.pyo3_version)
    args.add("--features", ",".join(ctx.attr.pyo3_features))
    args.add("--target", ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    args.add("--output", config)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Config",
        inputs = depset([facts]),
        outputs = [config],
        arguments = args,
        progress_message = "Configuring PyO3 %{label}",
    )
    return [
        PyO3ConfigInfo(config = config, facts = facts),
        DefaultInfo(files = depset([config])),
        OutputGroupInfo(pyo3_config = depset([config])),
    ]

pyo3_config = rule(
    implementation = _config_impl,
    doc = "Makes the interpreter config of one PyO3 version and feature set.",
    attrs = {
        "probe": attr.label(
            default = "//rules/private/probe:current",
            providers = [PyO3ProbeInfo],
            doc = "Where the facts come from.",
        ),
        "pyo3_features": attr.string_list(doc = "Cargo features of the crate pyo3."),
        "pyo3_version": attr.string(mandatory = True, doc = "\"X.Y.Z\" of the crate pyo3."),
        "_tool": attr.label(default = "//tools/config", cfg = "exec"),
    },
    provides = [PyO3ConfigInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
