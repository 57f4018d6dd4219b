"""The `compilation_mode` attribute: build one extension in another mode than the rest."""

_MODE = "//command_line_option:compilation_mode"

MODE_ATTRS = {
    "compilation_mode": attr.string(
        default = "current",
        doc = "\"opt\", \"dbg\", \"fastbuild\", or \"current\": the mode of the build.",
        values = ["current", "dbg", "fastbuild", "opt"],
    ),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

def _mode_transition_impl(settings, attr):
    mode = attr.compilation_mode
    return {_MODE: settings[_MODE] if mode == "current" else mode}

mode_transition = transition(
    implementation = _mode_transition_impl,
    inputs = [_MODE],
    outputs = [_MODE],
)
