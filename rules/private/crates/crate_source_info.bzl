"""A crate that is compiled together with others, before it is."""

CrateSourceInfo = provider(
    doc = "What rustc needs to know of one library crate.",
    fields = {
        "build_script": "bool: whether it has a build script whose answers are computed",
        "crate_name": "str: the crate's name in Rust",
        "deps": "dict of str to str: name in the source -> name of the package",
        "edition": "str: the Rust edition",
        "features": "tuple of str: enabled Cargo features",
        "inputs": "depset of File: sources and files that they include",
        "name": "str: the package's name",
        "root": "File: lib.rs",
        "version": "str: \"X.Y.Z\"",
    },
)
