"""Names of Python modules."""

# https://docs.python.org/3/reference/lexical_analysis.html#keywords
_KEYWORDS = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_DIGITS = "0123456789"

def is_identifier(name):
    """Tells whether a name can be imported and can be a Rust function.

    Args:
      name: (str) one part of a module's name

    Returns:
      bool: ASCII only, because a file name and a C symbol carry it
    """
    if not name or name in _KEYWORDS or name[0] not in _LETTERS:
        return False
    return all([char in _LETTERS + _DIGITS for char in name.elems()])

def split_module_name(module_name):
    """Splits a dotted name.

    Args:
      module_name: (str) such as "pkg.sub._native"

    Returns:
      struct(module, folder, wrong): last part, folder of the file ("pkg/sub/" or ""), and the
      first part that is no identifier (None when all are)
    """
    parts = module_name.split(".")
    wrong = [part for part in parts if not is_identifier(part)]
    return struct(
        folder = "".join([part + "/" for part in parts[:-1]]),
        module = parts[-1],
        wrong = wrong[0] if wrong else None,
    )
