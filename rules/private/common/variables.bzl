"""The environment variables that PyO3's build scripts read, and where a build takes them from."""

load(":errors.bzl", "error_text")

# Chosen in the repository phase, by pyo3.system_python(interpreter = "auto").
INTERPRETER_VARIABLES = ["CONDA_PREFIX", "PYO3_PYTHON", "PYTHON_SYS_EXECUTABLE", "VIRTUAL_ENV"]

# Name files of the machine; actions read only files that a build knows.
FILE_VARIABLES = ["PYO3_CONFIG_FILE", "PYO3_CROSS_LIB_DIR"]

# Plain values.
VALUE_VARIABLES = [
    "PYO3_BUILD_EXTENSION_MODULE",
    "PYO3_CROSS",
    "PYO3_CROSS_INCLUDE_DIR",
    "PYO3_CROSS_PYTHON_IMPLEMENTATION",
    "PYO3_CROSS_PYTHON_VERSION",
    "PYO3_ENVIRONMENT_SIGNATURE",
    "PYO3_MINGW_DLLTOOL",
    "PYO3_NO_PYTHON",
    "PYO3_PRINT_CONFIG",
    "PYO3_USE_ABI3_FORWARD_COMPATIBILITY",
    "PYO3_USE_RAW_DYLIB",
    "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY",
    "PYO3_WIP_NO_STD",
    "UNSAFE_PYO3_BUILD_FREE_THREADED",
    "UNSAFE_PYO3_SKIP_VERSION_CHECK",
    "ZIG_COMMAND",
    "_PYTHON_SYSCONFIGDATA_NAME",
]

_ELSEWHERE = {
    name: "make the toolchain with pyo3.system_python(interpreter = \"auto\"), which reads it"
    for name in INTERPRETER_VARIABLES
} | {
    "PYO3_CONFIG_FILE": "name the file as a label: pyo3_interpreter_config(config_file = ...)",
    "PYO3_CROSS_LIB_DIR": "list it in pyo3.environment(variables = [...]) and set it with --repo_env=PYO3_CROSS_LIB_DIR=...",
}

def check_variable(label, name, known):
    """Fails when a variable of PyO3 cannot be set in some place.

    Args:
      label: (Label or str) the place
      name: (str) the variable
      known: (list of str) those that can
    """
    if name not in known:
        fail(error_text(
            label,
            "the variable \"{}\" cannot be set here".format(name),
            "one of {}".format(", ".join(sorted(known))),
            _ELSEWHERE.get(name, "correct its name"),
        ))

def parse_settings(label, items):
    """Reads NAME=VALUE words.

    Args:
      label: (Label or str) where they come from, for messages
      items: (list of str) the last of one name counts

    Returns:
      dict of str to str
    """
    values = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals:
            fail(error_text(label, "\"{}\" has no value".format(item), "NAME=VALUE", "write {}=1, for instance".format(item)))
        check_variable(label, name, VALUE_VARIABLES)
        values[name] = value
    return values
