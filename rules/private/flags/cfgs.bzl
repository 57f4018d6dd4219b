"""The cfgs of the Python, for Rust code that uses PyO3: what `use_pyo3_cfgs` gives to a crate's build script."""

load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load(":flags_info.bzl", "PyO3FlagsInfo")

def cfgs_build_info(extension, out_dir, checked, env):
    """Makes the BuildInfo of a crate that uses PyO3.

    Args:
      extension: (struct) PyO3FlagsInfo.extension
      out_dir: (File) PyO3FlagsInfo.out_dir
      checked: (bool) whether rustc is told which cfgs there are; it then warns of every other one
      env: (File) variables for rustc, or None

    Returns:
      BuildInfo
    """
    return BuildInfo(
        compile_data = depset(),
        dep_env = None,
        flags = extension.checked_flags if checked else extension.flags,
        link_search_paths = None,
        linker_flags = None,
        out_dir = out_dir,
        rustc_env = env,
    )

def _cfgs_impl(ctx):
    info = ctx.attr.flags[PyO3FlagsInfo]
    return [cfgs_build_info(info.extension, info.out_dir, ctx.attr.checked, info.extension.env)]

pyo3_cfgs = rule(
    implementation = _cfgs_impl,
    doc = """\
Compiles a Rust target that has it in `deps` with the cfgs of the Python, such as `Py_3_12` and `Py_LIMITED_API`.

It takes the place of a build script: a target can have only one of the two.""",
    attrs = {
        "checked": attr.bool(doc = "Whether rustc is told which cfgs there are, for targets that switch its check of cfgs on."),
        "flags": attr.label(mandatory = True, providers = [PyO3FlagsInfo], doc = "The pyo3_flags target."),
    },
    provides = [BuildInfo],
)
