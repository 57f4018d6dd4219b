"""The provider of recorded variables."""

PyO3EnvironmentInfo = provider(
    doc = "PYO3_* variables that act on every interpreter config.",
    fields = {
        "config_file": "File or None: what PYO3_CONFIG_FILE names",
        "cross_lib_dir": "str or None: a folder that has the sysconfigdata files of PYO3_CROSS_LIB_DIR where that has them",
        "cross_lib_dir_files": "depset of File: those files",
        "values": "dict of str to str: the other variables",
    },
)
