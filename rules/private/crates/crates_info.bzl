"""The provider of the crates stage."""

PyO3CratesInfo = provider(
    doc = "A pyo3 crate that these rules configured; a crate of the user's own does not have it.",
    fields = {
        "abi": "PyO3AbiInfo: the ABI that it was built for",
        "config": "File: the interpreter config it was built with",
        "explanation": "File: origins and effects of the config's values, for people",
        "extension": "struct(checked_flags, env, flags) of File: what crates that use this pyo3 are compiled with",
        "features": "tuple of str: enabled Cargo features of pyo3",
        "flags": "depset of File: the rendered flags of pyo3 and pyo3-ffi",
        "out_dir": "File: an empty directory, for rules that ask for a build script's OUT_DIR",
        "version": "str: \"X.Y.Z\" of pyo3",
    },
)
