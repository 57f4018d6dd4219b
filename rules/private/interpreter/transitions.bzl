"""Transitions between what is built for one Python, for another one, and for none.

Builds of several Pythons share what does not depend on the Python only when it is built in one and the same
configuration. So a transition that moves a flag notes in the flag `before` what the flags were, and what does not depend on
the Python is built with those again.
"""

load(":python_flags.bzl", "PYTHON_FLAGS", "no_python_values", "python_flag_values")

_ABI = str(Label("//rules/settings:abi"))
_BEFORE = str(Label("//rules/private/interpreter:before"))
_CONFIG = str(Label("//rules/settings:interpreter_config"))
_ONLY_ABI = str(Label("//rules/private/config:only_abi"))
_MODE = "//command_line_option:compilation_mode"
_STABLE_ABI = str(Label("//rules/private/interpreter:stable_abi"))

_MOVED = PYTHON_FLAGS + [_ABI, _CONFIG]
_ALL = _MOVED + [_BEFORE, _STABLE_ABI]

def _texts(settings):
    return {flag: str(settings[flag]) for flag in _MOVED}

def move_flags(settings, values):
    """Moves flags, and notes what they were.

    Args:
      settings: (dict) what a transition gets, with the flags of `values`, `before` and `stable_abi`
      values: (dict) flag -> new value

    Returns:
      dict: a value for each flag that a transition of this file may set
    """
    moved = {flag: settings[flag] for flag in _ALL} | values
    if settings[_STABLE_ABI]:
        # No Python below this: `before` would tell apart what is the same for all of them.
        return moved
    first = settings[_BEFORE] or json.encode(_texts(settings))
    return moved | {_BEFORE: "" if json.encode(_texts(moved)) == first else first}

def _python_impl(settings, attr):
    return move_flags(settings, python_flag_values(settings, attr.python_version))

python_transition = transition(
    implementation = _python_impl,
    inputs = _ALL,
    outputs = _ALL,
)

def choose_abi(attribute, flag):
    """Gives the ABI words that count for an extension.

    Args:
      attribute: (str) its attribute `abi`
      flag: (str) the flag of that name

    Returns:
      str
    """
    return flag if attribute == "auto" or flag == "version" else attribute

def _extension_impl(settings, attr):
    mode = settings[_MODE] if attr.compilation_mode == "current" else attr.compilation_mode
    return {_MODE: mode} | move_flags(settings, {
        _ABI: choose_abi(attr.abi, settings[_ABI]),
        _CONFIG: attr.interpreter_config or settings[_CONFIG],
    })

extension_transition = transition(
    implementation = _extension_impl,
    inputs = _ALL + [_MODE],
    outputs = _ALL + [_MODE],
)

def _abi_choice_impl(settings, attr):
    return {_ABI: choose_abi(attr.abi, settings[_ABI]), _ONLY_ABI: True}

abi_choice_transition = transition(
    implementation = _abi_choice_impl,
    inputs = [_ABI],
    outputs = [_ABI, _ONLY_ABI],
)

def _without_python_impl(settings, attr):
    return {flag: settings[flag] for flag in _ALL} | no_python_values() | {_BEFORE: "", _STABLE_ABI: attr.kind}

without_python_transition = transition(
    implementation = _without_python_impl,
    inputs = _ALL,
    outputs = _ALL,
)

def _independent_impl(settings, _attr):
    before = settings[_BEFORE]
    values = {flag: settings[flag] for flag in _ALL}
    if settings[_STABLE_ABI]:
        # Such a configuration has the Python flags' own defaults.
        values |= {_ABI: "auto", _CONFIG: str(Label("//rules/settings:nothing_stated"))}
    elif before:
        values |= json.decode(before)
    return values | {_BEFORE: "", _STABLE_ABI: ""}

independent_transition = transition(
    implementation = _independent_impl,
    inputs = _ALL,
    outputs = _ALL,
)
