"""The attributes `compilation_mode` and `interpreter_config`: build one extension otherwise than the rest."""

load("//rules/private/interpreter:interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")

_MODE = "//command_line_option:compilation_mode"
_CONFIG = str(Label("//rules/settings:interpreter_config"))

MODE_ATTRS = {
    "compilation_mode": attr.string(
        default = "current",
        doc = "\"opt\", \"dbg\", \"fastbuild\", or \"current\": the mode of the build.",
        values = ["current", "dbg", "fastbuild", "opt"],
    ),
    "interpreter_config": attr.label(
        providers = [PyO3InterpreterConfigInfo],
        doc = "A pyo3_interpreter_config for this extension and all that is below it, in the place of the flag's.",
    ),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

def _mode_transition_impl(settings, attr):
    mode = attr.compilation_mode
    return {
        _CONFIG: attr.interpreter_config or settings[_CONFIG],
        _MODE: settings[_MODE] if mode == "current" else mode,
    }

mode_transition = transition(
    implementation = _mode_transition_impl,
    inputs = [_CONFIG, _MODE],
    outputs = [_CONFIG, _MODE],
)
