"""Which ABI an extension has: known before anything runs, because the name of the file and what is shared follow from it.

The rules are PyO3's (pyo3-build-config 0.30.1, src/impl_.rs, `get_abi3_version` and `from_stable_abi`); the config and tag
stages find the same by PyO3's own way and fail where they do not.
"""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/interpreter:current_interpreter.bzl", "NO_PYTHON_TODO")
load(":abi_info.bzl", "PyO3AbiInfo")

# Oldest Python with the stable ABI for free-threaded ones (PEP 803).
_ABI3T_SINCE = 15

def minor_version(version):
    """Gives Y of "X.Y".

    Args:
      version: (str) "X.Y"

    Returns:
      int
    """
    return int(version.partition(".")[2])

def abi_features(features, words):
    """Gives the Cargo features of pyo3 that choose an ABI.

    Args:
      features: (list of str) those of the crate set
      words: (str) "auto", "version", or names of features joined by commas

    Returns:
      list of str: empty for a version-specific build
    """
    if words == "version":
        return []
    own = [] if words == "auto" else words.split(",")
    return [feature for feature in features if feature.partition("-")[0] in ["abi3", "abi3t"]] + own

def check_abi_words(label, words):
    """Fails when ABI words are none.

    Args:
      label: (Label or str) where they stand, for messages
      words: (str) the words
    """
    if words in ["auto", "version"]:
        return
    for word in words.split(","):
        kind, dash, floor = word.partition("-")
        if kind not in ["abi3", "abi3t"] or (dash and not floor.removeprefix("py3").isdigit()) or floor.isdigit():
            fail(error_text(
                label,
                "the ABI is \"{}\"".format(words),
                "\"auto\", \"version\", or \"abi3\", \"abi3-py3N\", \"abi3t\", \"abi3t-py3N\", several joined by commas, without spaces",
                "correct it",
            ))

def _floor(kind, features):
    """Gives "X.Y" of the lowest floor, "" for the bare feature, None without any."""
    found = [feature.partition("-py3")[2] for feature in features if feature.partition("-")[0] == kind]
    floors = sorted([int(minor) for minor in found if minor])
    return "3.{}".format(floors[0]) if floors else "" if found else None

def _usable(python):
    """Gives the kinds of stable ABI that a Python has, the one that PyO3 prefers first."""
    if not python.version:
        return ["abi3", "abi3t"]
    if python.implementation != "cpython":
        return []
    kinds = [] if "t" in python.abiflags else ["abi3"]
    return (["abi3t"] if minor_version(python.version) >= _ABI3T_SINCE else []) + kinds

def _no_python(python):
    return struct(
        expected = "a Python, or a stable ABI with a floor, such as abi3-py310",
        found = python.origin,
        todo = NO_PYTHON_TODO,
    )

def _floor_above(kind, floor, python):
    return struct(
        expected = "a floor that is not above the Python",
        found = "the ABI {} is for Python {} and newer, and the chosen Python is {} ({})".format(
            kind,
            floor,
            python.version,
            python.origin,
        ),
        todo = "lower the floor, choose a newer Python, or build with --@rules_pyo3//rules/settings:abi=version",
    )

def resolve_abi(features, python, windows, pinned):
    """Finds the ABI that a module gets.

    Args:
      features: (list of str) from abi_features
      python: (PyO3InterpreterInfo) the chosen Python; its version is None where there is none
      windows: (bool) whether the target is Windows
      pinned: (str) the kind of an ABI that is built without a Python, else ""

    Returns:
      PyO3AbiInfo
    """
    for kind in [pinned] if pinned else _usable(python):
        floor = _floor(kind, features)
        if floor == None:
            continue
        problem = None
        if not floor and not python.version:
            problem = _no_python(python)
        elif floor and python.version and minor_version(floor) > minor_version(python.version):
            problem = _floor_above(kind, floor, python)

        # A debug Python on Windows looks for files of another name, linked to another library.
        shared = bool(floor) and not (windows and "d" in python.abiflags)
        return PyO3AbiInfo(floor = floor or python.version, kind = kind, problem = problem, shared = shared)
    problem = None if python.version else _no_python(python)
    return PyO3AbiInfo(floor = None, kind = "version", problem = problem, shared = False)

def require_abi(label, abi):
    """Fails when nothing can be built for an ABI.

    Args:
      label: (Label or str) the target, for the message
      abi: (PyO3AbiInfo) its ABI

    Returns:
      PyO3AbiInfo: the same
    """
    if abi.problem:
        fail(error_text(label, abi.problem.found, abi.problem.expected, abi.problem.todo))
    return abi
