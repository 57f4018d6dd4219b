"""Words that name Pythons: "3.13", "3.13t" (free-threaded), "3.13d" (debug), "3.13td", "pypy3.11", "graalpy3.12"."""

load("//rules/private/common:errors.bzl", "error_text")

# What a word begins with -> sys.implementation.name.
_IMPLEMENTATIONS = {"": "cpython", "graalpy": "graalpy", "pypy": "pypy"}

# sys.implementation.name -> what wheel tags call it (packaging.tags); others go by their own name.
_TAG_NAMES = {"cpython": "cp", "pypy": "pp"}

# In the order of CPython's sys.abiflags.
_ABIFLAGS = ["", "t", "d", "td"]

def _split(word):
    prefix = word.rstrip("0123456789.dt")
    if prefix.endswith("py"):
        return prefix, word.removeprefix(prefix)
    return "", word

def parse_python_word(word, label = "@rules_pyo3//rules/settings:python_version"):
    """Reads the word of a Python.

    Args:
      word: (str) such as "3.13t"
      label: (Label or str) who names it, for messages

    Returns:
      struct(implementation, version, abiflags): all str: sys.implementation.name, "X.Y", and "", "t", "d" or "td"
    """
    prefix, rest = _split(word)
    version = rest.rstrip("dt")
    abiflags = rest[len(version):]
    minor = version.removeprefix("3.")
    implementation = _IMPLEMENTATIONS.get(prefix)
    if not implementation or minor == version or not minor.isdigit() or abiflags not in (_ABIFLAGS if not prefix else [""]):
        fail(error_text(
            label,
            "\"{}\" names no Python".format(word),
            "\"3.13\", \"3.13t\" (free-threaded), \"3.13d\" (debug), \"3.13td\", \"pypy3.11\" or \"graalpy3.12\", with any version",
            "correct the word; a third part of the version and other flags have no place in it",
        ))
    return struct(abiflags = abiflags, implementation = implementation, version = version)

def python_word(python):
    """Names a Python.

    Args:
      python: (PyO3InterpreterInfo or struct) with implementation, version and abiflags

    Returns:
      str: its word
    """
    prefix = "" if python.implementation == "cpython" else python.implementation
    return prefix + python.version + python.abiflags

def python_word_tag(word, label = "@rules_pyo3//rules/settings:python_version"):
    """Gives the short form of a word, as wheel tags have it.

    Args:
      word: (str) such as "3.13t"
      label: (Label or str) who names it, for messages

    Returns:
      str: such as "cp313t", "pp311" or "graalpy312"
    """
    python = parse_python_word(word, label)
    name = _TAG_NAMES.get(python.implementation, python.implementation)
    return name + python.version.replace(".", "") + python.abiflags
