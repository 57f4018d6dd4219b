"""Extensions for several Pythons in one runfiles tree."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load(":py_infos.bzl", "PY_INFOS", "py_infos")

def check_one_file_each(label, modules):
    """Fails when two module files want one place; one file that several Pythons share is none.

    Args:
      label: (Label or str) the library
      modules: (list of (Label, File)) who makes which module file
    """
    owners = {}
    for owner, file in modules:
        other, there = owners.setdefault(file.short_path, (owner, file))
        if there != file:
            fail(error_text(
                label,
                "{} and {} make different files of the name {}".format(other, owner, file.short_path),
                "a file name for each Python, or one file that they share",
                "give the stable ABI a floor (abi = \"abi3-py310\"), so that one file serves them, or build version-specific (abi = \"version\")",
            ))

def _matrix_library_impl(ctx):
    modules = [(dep.label, dep[PyO3TagInfo].file) for dep in ctx.attr.deps]
    check_one_file_each(ctx.label, modules)
    runfiles = ctx.runfiles().merge_all([dep[DefaultInfo].default_runfiles for dep in ctx.attr.deps])
    return [
        DefaultInfo(
            files = depset(transitive = [dep[DefaultInfo].files for dep in ctx.attr.deps]),
            runfiles = runfiles,
        ),
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["deps"]),
    ] + py_infos([], [], ctx.attr.deps)

pyo3_matrix_library = rule(
    implementation = _matrix_library_impl,
    doc = "What the macro pyo3_extension_matrix makes of the extensions. Not for direct use.",
    attrs = {
        "deps": attr.label_list(
            mandatory = True,
            doc = "Extensions, one for each Python.",
            providers = [[PyO3TagInfo, provider] for provider in PY_INFOS],
        ),
    },
)
