"""The rule of the flag that sets variables of PyO3."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:variables.bzl", "parse_settings")

def _environment_flag_impl(ctx):
    items = ctx.build_setting_value
    parse_settings("the flag @rules_pyo3//rules/settings:" + ctx.label.name, items)
    return [BuildSettingInfo(value = items)]

pyo3_environment_flag = rule(
    implementation = _environment_flag_impl,
    doc = "A flag of NAME=VALUE words that can be repeated.",
    build_setting = config.string_list(flag = True, repeatable = True),
)
