"""The provider of the flags stage."""

PyO3FlagsInfo = provider(
    doc = "What the build scripts of some crates would have told rustc.",
    fields = {
        "crates": "dict of str to struct(flags, env, link): crate name -> the files that BuildInfo takes",
        "files": "depset of File: all of them",
        "out_dir": "File: an empty directory, for rules that ask for a build script's OUT_DIR",
    },
)
