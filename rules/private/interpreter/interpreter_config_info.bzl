"""The provider of what a user states of the interpreter config."""

PyO3InterpreterConfigInfo = provider(
    doc = "What a user states of PyO3's interpreter config, before anything is detected.",
    fields = {
        "config_file": "File or None: a whole config in PyO3's config-file format",
        "values": "dict of str to tuple of str: key of the config file -> its values, for what is stated beside the file",
    },
)
