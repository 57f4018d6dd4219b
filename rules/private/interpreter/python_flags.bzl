"""The flags that choose the Python of a configuration: ours, and those of rules_python that exist.

All of them are moved together, so that toolchains of pyo3.system_python and of rules_python answer alike.
"""

load("@rules_pyo3_features//:features.bzl", "RULES_PYTHON")
load(":python_words.bzl", "parse_python_word")

_WORD = str(Label("//rules/settings:python_version"))

# A label of a flag that does not exist could not even be mentioned in a transition.
_VERSION = str(Label("@rules_python//python/config_settings:python_version")) if RULES_PYTHON.python_version else None
_FREETHREADED = str(Label("@rules_python//python/config_settings:py_freethreaded")) if RULES_PYTHON.py_freethreaded else None

PYTHON_FLAGS = [flag for flag in [_WORD, _VERSION, _FREETHREADED] if flag]

def version_value(features, version):
    """Gives the value of rules_python's python_version for a Python.

    Args:
      features: (struct) as RULES_PYTHON
      version: (str) "X.Y"

    Returns:
      str or None: None when this rules_python does not accept the version
    """
    values = features.python_version_values
    return version if values == None else values.get(version)

def python_flag_values(settings, word):
    """Chooses a Python in a transition.

    Args:
      settings: (dict) the transition's settings, with all of PYTHON_FLAGS
      word: (str) such as "3.13t"; empty leaves everything as it is

    Returns:
      dict: flag -> value, for exactly PYTHON_FLAGS. A version that this rules_python has never heard of moves our flag
        only: its own toolchains could not match anyway
    """
    values = {flag: settings[flag] for flag in PYTHON_FLAGS}
    if not word:
        return values
    python = parse_python_word(word)
    values[_WORD] = word
    if _VERSION:
        values[_VERSION] = version_value(RULES_PYTHON, python.version) or values[_VERSION]
    if _FREETHREADED:
        values[_FREETHREADED] = "yes" if "t" in python.abiflags else "no"
    return values

def no_python_values():
    """Gives the values of a configuration in which the chosen Python makes no difference.

    Returns:
      dict: flag -> value, for exactly PYTHON_FLAGS, always the same
    """
    values = {_WORD: ""}
    if _VERSION:
        values[_VERSION] = RULES_PYTHON.python_version_neutral
    if _FREETHREADED:
        values[_FREETHREADED] = "no"
    return values
