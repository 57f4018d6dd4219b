"""The action that opens a finished wheel and holds it to what installers and indexes rely on."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")

CHECK_ATTRS = {
    "_check_tool": attr.label(default = "//tools/wheel:check", cfg = "exec"),
}

def check_wheel(ctx, folder, exclude = []):
    """Declares the check of a wheel.

    Args:
      ctx: the context of a rule with CHECK_ATTRS
      folder: (File) a folder that holds the wheel
      exclude: (list of str) patterns of names of libraries that the wheel may need beside those of its platform

    Returns:
      File: the report, for PyO3WheelInfo and for the output groups `pyo3_wheel_check` and `_validation`
    """
    report = ctx.actions.declare_file(ctx.label.name + ".wheel_check.json")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all([folder], before_each = "--folder", expand_directories = False)
    args.add_all(exclude, before_each = "--exclude")
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
