"""The rule behind `name.all`: the wheels of several Pythons in one folder."""

load("//rules/private/common:python_tool.bzl", "run_python_tool")
load(":wheel_info.bzl", "PyO3WheelInfo")

def _wheel_set_impl(ctx):
    wheels = [wheel[PyO3WheelInfo].folder for wheel in ctx.attr.wheels]
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all(wheels, before_each = "--wheels", expand_directories = False)
    args.add_all([folder], before_each = "--output", expand_directories = False)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3WheelSet",
        inputs = depset(wheels),
        outputs = [folder],
        arguments = args,
        progress_message = "Collecting the wheels of %{label}",
    )
    return [
        DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder])),
        OutputGroupInfo(_validation = depset([wheel[PyO3WheelInfo].report for wheel in ctx.attr.wheels])),
    ]

pyo3_wheel_set = rule(
    implementation = _wheel_set_impl,
    doc = "Makes a folder of all the wheels; a wheel that serves several Pythons is there once.",
    attrs = {
        "wheels": attr.label_list(mandatory = True, providers = [PyO3WheelInfo], doc = "Wheels."),
        "_tool": attr.label(default = "//tools/wheel:set", cfg = "exec"),
    },
)
