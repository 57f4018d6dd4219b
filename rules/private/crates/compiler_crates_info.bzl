"""Crates that were compiled together."""

CompilerCratesInfo = provider(
    doc = "Libraries that only the compiler runs.",
    fields = {
        "outputs": "dict of str to File: name of the package -> .rlib",
        "sources": "dict of str to CrateSourceInfo",
    },
)
