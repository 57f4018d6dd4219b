"""The rule behind `name.file`: a wheel as one file, for rules that take a label of one."""

load("@rules_pyo3_features//:py_wheel_info.bzl", "PyWheelInfo")
load(":wheel_info.bzl", "PyO3WheelInfo")

def py_wheel_infos(info):
    """Gives what rules_python's rules know a wheel by.

    Args:
      info: (PyO3WheelInfo) the wheel

    Returns:
      list of PyWheelInfo: one, none where rules_python has no such provider
    """
    return [PyWheelInfo(name_file = info.name_file, wheel = info.file)] if PyWheelInfo else []

def _wheel_single_impl(ctx):
    info = ctx.attr.wheel[PyO3WheelInfo]
    return [
        DefaultInfo(files = depset([info.file]), runfiles = ctx.runfiles([info.file])),
    ] + py_wheel_infos(info)

pyo3_wheel_single = rule(
    implementation = _wheel_single_impl,
    doc = "Gives a wheel as a file under the target's name, and PyWheelInfo.",
    attrs = {
        "wheel": attr.label(mandatory = True, providers = [PyO3WheelInfo], doc = "The wheel."),
    },
)
