"""The gates: checks beside the build, so that a wrong module cannot leave it. docs/gates.md explains each."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/crates:versions.bzl", "nearest_known")

# Those that read the compiled module.
_BINARY_GATES = ["entry_symbol", "exports", "libpython", "paths", "python_symbols"]

GATES = sorted(_BINARY_GATES + ["gil", "one_pyo3"])

GATES_ATTRS = {
    "allowed_exports": attr.string_list(doc = "Patterns (fnmatch) of symbols that the module exports besides its entry points."),
    "skip_gates": attr.string_list(doc = "Names of gates that are switched off."),
    "_gates_tool": attr.label(default = "//tools/extension", cfg = "exec"),
    "_skip_gates": attr.label(default = "//rules/settings:skip_gates"),
}

def check_gate_names(label, names):
    """Fails when a name is no gate's.

    Args:
      label: (Label or str) where the names stand
      names: (list of str) the names
    """
    for name in names:
        if name not in GATES:
            fail(error_text(label, "there is no gate \"{}\"".format(name), "one of {}".format(", ".join(GATES)), "correct the name"))

def skipped_gates(ctx, label):
    """Gives the gates that are switched off for a target.

    Args:
      ctx: context of a rule with GATES_ATTRS
      label: (str) what messages call the target

    Returns:
      list of str
    """
    check_gate_names(label, ctx.attr.skip_gates)
    return ctx.attr.skip_gates + ctx.attr._skip_gates[BuildSettingInfo].value

def run_gates(ctx, label, extension):
    """Declares the validation action that checks a compiled module.

    Args:
      ctx: context of a rule with GATES_ATTRS
      label: (str) what messages call the target
      extension: (PyO3ExtensionInfo) what to look into

    Returns:
      File: the report, schema 1 (tools/common/schemas/gates.schema.json); exists when all gates are passed
    """
    report = ctx.actions.declare_file(ctx.label.name + ".gates.json")
    skipped = skipped_gates(ctx, label)
    args = ctx.actions.args()
    args.add("--label", label)
    args.add("--library", extension.cdylib)
    args.add("--module", extension.module)
    args.add("--target", ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    config = [extension.pyo3.config] if extension.pyo3 else []
    if extension.pyo3:
        args.add_all(["--config", extension.pyo3.config, "--pyo3-version", nearest_known(extension.pyo3.version)])
    args.add_all([gate for gate in _BINARY_GATES if gate not in skipped], before_each = "--gate")
    args.add_all(ctx.attr.allowed_exports, before_each = "--allowed-export")
    args.add("--output", report)
    run_python_tool(
        ctx,
        ctx.attr._gates_tool,
        mnemonic = "PyO3Gates",
        inputs = depset([extension.cdylib] + config),
        outputs = [report],
        arguments = args,
        progress_message = "Checking the module of %{label}",
    )
    return report
