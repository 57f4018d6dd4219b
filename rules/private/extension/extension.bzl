"""The extension stage: a cdylib that carries the entry symbol of its module."""

load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load(":extension_info.bzl", "PyO3ExtensionInfo")
load(":gates.bzl", "GATES_ATTRS", "skipped_gates")
load(":module_name.bzl", "split_module_name")
load(":one_pyo3.bzl", "check_one_pyo3")

EXTENSION_ATTRS = GATES_ATTRS | {
    # rules_rust's rust_analyzer_aspect and rust_test follow an attribute of this name.
    "crate": attr.label(
        mandatory = True,
        providers = [TestCrateInfo],
        doc = "The rust_shared_library.",
    ),
    "module_name": attr.string(mandatory = True, doc = "Dotted name of the Python module, relative to the package."),
}

def extension_info(ctx, label):
    """Checks a compiled extension and describes it.

    Args:
      ctx: context of a rule with EXTENSION_ATTRS
      label: (str) what messages call the target

    Returns:
      PyO3ExtensionInfo
    """
    name = split_module_name(ctx.attr.module_name)
    if name.wrong != None:
        fail(error_text(
            label,
            "the module name \"{}\" has the part \"{}\"".format(ctx.attr.module_name, name.wrong),
            "Python identifiers joined by dots",
            "set `module_name` (and the `#[pymodule]` function) to an importable name",
        ))
    crate = ctx.attr.crate[TestCrateInfo].crate
    if "one_pyo3" not in skipped_gates(ctx, label):
        check_one_pyo3(label, ctx.attr.crate, crate)
    pyo3 = ctx.attr.pyo3
    return PyO3ExtensionInfo(
        cdylib = crate.output,
        crate = crate,
        data = ctx.attr.crate[DefaultInfo].default_runfiles.files,
        module = name.module,
        module_name = ctx.attr.module_name,
        pyo3 = pyo3[PyO3CratesInfo] if PyO3CratesInfo in pyo3 else None,
    )
