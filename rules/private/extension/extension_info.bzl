"""The provider of the extension stage."""

PyO3ExtensionInfo = provider(
    doc = "A compiled extension module, before it has its file name.",
    fields = {
        "cdylib": "File: what rustc linked",
        "crate": "CrateInfo: the crate it was compiled from",
        "data": "depset of File: files that the Rust code reads at run time",
        "module": "str: the last part of the module's dotted name, which its entry symbol carries",
        "module_name": "str: the module's dotted name, relative to the package",
        "pyo3": "PyO3CratesInfo or None: the pyo3 below it, None when it is the user's own",
    },
)
