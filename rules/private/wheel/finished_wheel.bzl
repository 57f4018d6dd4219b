"""What every rule that makes a wheel gives: the folder, its check, and PyWheelInfo."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load(":wheel_check.bzl", "CHECK_ATTRS", "check_wheel")
load(":wheel_info.bzl", "PyO3WheelInfo")
load(":wheel_single.bzl", "py_wheel_infos")

FINISHED_WHEEL_ATTRS = CHECK_ATTRS | {
    "_single_tool": attr.label(default = "//tools/wheel:single", cfg = "exec"),
}

def _single_file(ctx, folder):
    """Declares the wheel as one file under the target's name, and a file with its real name, as py_wheel makes them."""
    wheel = ctx.actions.declare_file(ctx.label.name + ".whl")
    name_file = ctx.actions.declare_file(ctx.label.name + ".name")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all([folder], before_each = "--folder", expand_directories = False)
    args.add("--wheel", wheel)
    args.add("--name-file", name_file)
    run_python_tool(
        ctx,
        ctx.attr._single_tool,
        mnemonic = "PyO3WheelFile",
        inputs = depset([folder]),
        outputs = [wheel, name_file],
        arguments = args,
        progress_message = "Copying the wheel %{label}",
    )
    return wheel, name_file

def finished_wheel(ctx, folder, exclude = []):
    """Gives the providers of a wheel.

    Args:
      ctx: the context of a rule with FINISHED_WHEEL_ATTRS
      folder: (File) a folder that holds the wheel
      exclude: (list of str) see check_wheel

    Returns:
      list of providers: DefaultInfo, OutputGroupInfo, PyO3WheelInfo, and PyWheelInfo where rules_python has it
    """
    report = check_wheel(ctx, folder, exclude)
    wheel, name_file = _single_file(ctx, folder)
    info = PyO3WheelInfo(file = wheel, folder = folder, name_file = name_file, report = report)
    return [
        DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder])),
        OutputGroupInfo(pyo3_wheel_check = depset([report]), _validation = depset([report])),
        info,
    ] + py_wheel_infos(info)
