"""The provider of the flags stage."""

PyO3FlagsInfo = provider(
    doc = "What the build scripts of some crates would have told rustc.",
    fields = {
        "crates": "dict of str to struct(env, flags, link, out_dir): crate name -> the files that BuildInfo takes; \
out_dir is None for a crate whose build script writes no files",
        "extension": "struct(checked_flags, env, flags) of File, for crates that use PyO3, or None: \
the checked flags also tell rustc which cfgs there are",
        "files": "depset of File: all of them but directories",
        "out_dir": "File: an empty directory, for rules that ask for a build script's OUT_DIR",
    },
)
