"""The rule of the flag that switches gates off."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":gates.bzl", "check_gate_names")

def _skip_gates_flag_impl(ctx):
    names = ctx.build_setting_value
    check_gate_names("the flag @rules_pyo3//rules/settings:" + ctx.label.name, names)
    return [BuildSettingInfo(value = names)]

pyo3_skip_gates_flag = rule(
    implementation = _skip_gates_flag_impl,
    doc = "A flag of names of gates that can be repeated.",
    build_setting = config.string_list(flag = True, repeatable = True),
)
