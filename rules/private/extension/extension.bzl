"""The extension stage: a cdylib that carries the entry symbol of its module."""

load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load(":extension_info.bzl", "PyO3ExtensionInfo")
load(":module_name.bzl", "split_module_name")
load(":one_pyo3.bzl", "check_one_pyo3")

EXTENSION_ATTRS = {
    # rules_rust's rust_analyzer_aspect and rust_test follow an attribute of this name.
    "crate": attr.label(
        mandatory = True,
        providers = [TestCrateInfo],
        doc = "The rust_shared_library.",
    ),
    "module_name": attr.string(mandatory = True, doc = "Dotted name of the Python module, relative to the package."),
    "pyo3": attr.label(mandatory = True, doc = "The pyo3 crate that it was compiled against."),
    "_entry_tool": attr.label(default = "//tools/extension", cfg = "exec"),
}

def extension_info(ctx):
    """Checks a compiled extension and describes it.

    Args:
      ctx: context of a rule with EXTENSION_ATTRS

    Returns:
      PyO3ExtensionInfo
    """
    name = split_module_name(ctx.attr.module_name)
    if name.wrong != None:
        fail(error_text(
            ctx.label,
            "the module name \"{}\" has the part \"{}\"".format(ctx.attr.module_name, name.wrong),
            "Python identifiers joined by dots",
            "set `module_name` (and the `#[pymodule]` function) to an importable name",
        ))
    check_one_pyo3(ctx.label, ctx.attr.crate)
    crate = ctx.attr.crate[TestCrateInfo].crate
    pyo3 = ctx.attr.pyo3
    return PyO3ExtensionInfo(
        cdylib = crate.output,
        crate = crate,
        data = ctx.attr.crate[DefaultInfo].default_runfiles.files,
        module = name.module,
        module_name = ctx.attr.module_name,
        pyo3 = pyo3[PyO3CratesInfo] if PyO3CratesInfo in pyo3 else None,
    )

def check_entry_symbol(ctx, extension):
    """Declares the validation action that looks for the module's entry symbol.

    Args:
      ctx: context of a rule with EXTENSION_ATTRS
      extension: (PyO3ExtensionInfo) what to look into

    Returns:
      File: exists when the symbol does
    """
    done = ctx.actions.declare_file(ctx.label.name + ".entry.ok")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--library", extension.cdylib)
    args.add("--module", extension.module)
    args.add("--output", done)
    run_python_tool(
        ctx,
        ctx.attr._entry_tool,
        mnemonic = "PyO3Entry",
        inputs = depset([extension.cdylib]),
        outputs = [done],
        arguments = args,
        progress_message = "Checking the entry symbol of %{label}",
    )
    return done
