"""The tag stage: the interpreter's own file name for an extension, and the wheel tag that follows."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/crates:versions.bzl", "nearest_known")
load("//rules/private/extension:module_name.bzl", "split_module_name")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load(":tag_info.bzl", "PyO3TagInfo")

TAG_ATTRS = {
    "_interpreter": attr.label(default = "//rules/private/interpreter:current", providers = [PyO3InterpreterInfo]),
    "_probe": attr.label(default = "//rules/private/probe:current", providers = [PyO3ProbeInfo]),
    "_tag_tool": attr.label(default = "//tools/tag", cfg = "exec"),
}

def tag_extension(ctx, extension):
    """Gives an extension its file name.

    Args:
      ctx: context of a rule with TAG_ATTRS
      extension: (PyO3ExtensionInfo) the compiled module

    Returns:
      PyO3TagInfo
    """
    suffix = ctx.attr._interpreter[PyO3InterpreterInfo].ext_suffix
    folder = split_module_name(extension.module_name).folder
    file = ctx.actions.declare_file(folder + extension.module + suffix)
    ctx.actions.symlink(output = file, target_file = extension.cdylib)
    facts = ctx.attr._probe[PyO3ProbeInfo].facts
    if not facts:
        # Of a Python that is only described nothing is known that the name could be held to.
        return PyO3TagInfo(ext_suffix = suffix, file = file, tag = None)
    tag = ctx.actions.declare_file(ctx.label.name + ".tag.json")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--facts", facts)
    config = []
    if extension.pyo3:
        config = [extension.pyo3.config]
        args.add_all(["--config", extension.pyo3.config, "--pyo3-version", nearest_known(extension.pyo3.version)])
    args.add("--module", extension.module)
    args.add("--file-name", file.basename)
    args.add("--output", tag)
    run_python_tool(
        ctx,
        ctx.attr._tag_tool,
        mnemonic = "PyO3Tag",
        inputs = depset([facts] + config),
        outputs = [tag],
        arguments = args,
        progress_message = "Tagging %{label}",
    )
    return PyO3TagInfo(ext_suffix = suffix, file = file, tag = tag)
