"""The provider of the crates stage."""

PyO3CratesInfo = provider(
    doc = "A pyo3 crate that these rules configured; a crate of the user's own does not have it.",
    fields = {
        "config": "File: the interpreter config it was built with",
        "features": "tuple of str: enabled Cargo features of pyo3",
        "flags": "depset of File: the rendered flags of pyo3 and pyo3-ffi",
        "version": "str: \"X.Y.Z\" of pyo3",
    },
)
