"""The rule pyo3_settings: PyO3's variables, recorded ones and those of the flag."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:variables.bzl", "parse_settings")
load(":environment_info.bzl", "PyO3EnvironmentInfo")
load(":settings_info.bzl", "PyO3SettingsInfo")

SETTINGS_ATTRS = {
    "environment": attr.label(
        default = "@rules_pyo3_environment//:environment",
        providers = [PyO3EnvironmentInfo],
        doc = "The variables that pyo3.environment recorded.",
    ),
    "_environment_flag": attr.label(default = "//rules/settings:pyo3_environment"),
}

def settings_in_force(ctx):
    """Gives the variables that count.

    Args:
      ctx: context of a rule with SETTINGS_ATTRS

    Returns:
      tuple of str: NAME=VALUE, sorted by name; the flag goes before what was recorded
    """
    recorded = ctx.attr.environment[PyO3EnvironmentInfo].values
    values = recorded | parse_settings(ctx.label, ctx.attr._environment_flag[BuildSettingInfo].value)
    return tuple(["{}={}".format(name, value) for name, value in sorted(values.items())])

def _settings_impl(ctx):
    return [PyO3SettingsInfo(settings = settings_in_force(ctx))]

pyo3_settings = rule(
    implementation = _settings_impl,
    doc = "Gives the variables in force to what does not depend on the Python.",
    attrs = SETTINGS_ATTRS,
    provides = [PyO3SettingsInfo],
)
