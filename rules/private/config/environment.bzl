"""The rule pyo3_environment: variables that were recorded in the repository phase."""

load(":environment_info.bzl", "PyO3EnvironmentInfo")

def _environment_impl(ctx):
    files = ctx.files.cross_lib_dir
    folder = "/".join([part for part in [ctx.label.workspace_root, ctx.label.package, "cross_lib_dir"] if part])
    return [PyO3EnvironmentInfo(
        config_file = ctx.file.config_file,
        cross_lib_dir = folder if files else None,
        cross_lib_dir_files = depset(files),
        values = ctx.attr.values,
    )]

pyo3_environment = rule(
    implementation = _environment_impl,
    doc = "What pyo3.environment recorded. Not for direct use: the flag of this name sets variables by hand.",
    attrs = {
        "config_file": attr.label(allow_single_file = True, doc = "What PYO3_CONFIG_FILE names."),
        "cross_lib_dir": attr.label_list(allow_files = True, doc = "sysconfigdata files below cross_lib_dir/ of this package."),
        "values": attr.string_dict(doc = "Other variables and their values."),
    },
    provides = [PyO3EnvironmentInfo],
)
