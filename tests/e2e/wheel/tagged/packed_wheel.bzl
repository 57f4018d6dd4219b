"""A rule that gives what py_wheel gives, also where rules_python lacks the tool of py_wheel, as Debian's does."""

load("@rules_python//python:packaging.bzl", "PyWheelInfo")

def _packed_wheel_impl(ctx):
    # As a stamped py_wheel's, the file does not have the wheel's name.
    wheel = ctx.actions.declare_file(ctx.label.name + "-_VERSION_.whl")
    name_file = ctx.actions.declare_file(ctx.label.name + ".name")
    args = ctx.actions.args()
    args.add_all([wheel, name_file])
    args.add_all(["{}={}".format(file.short_path, file.path) for file in ctx.files.deps])
    ctx.actions.run(
        executable = ctx.executable._pack,
        arguments = [args],
        inputs = ctx.files.deps,
        outputs = [wheel, name_file],
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([wheel])), PyWheelInfo(name_file = name_file, wheel = wheel)]

packed_wheel = rule(
    implementation = _packed_wheel_impl,
    attrs = {
        "deps": attr.label_list(),
        "_pack": attr.label(cfg = "exec", default = ":pack", executable = True),
    },
)
