"""What follows the module's name in the file name of a module for the stable ABI."""

load("//rules/private/config:abi.bzl", "minor_version")
load("//rules/private/interpreter:ext_suffix.bzl", "cpython_ext_suffix")

# Older Pythons do not look for the names that tell the platform (CPython 3.15, Python/dynload_shlib.c).
_PLATFORM_SINCE = 15

def stable_suffix(kind, floor, triple, debug):
    """Gives the suffix that CPython looks for.

    Args:
      kind: (str) "abi3" or "abi3t"
      floor: (str) "X.Y", the oldest Python
      triple: (str) the Rust target triple
      debug: (bool) whether the Python is a debug build; matters on Windows

    Returns:
      str or None: such as ".abi3.so"; None for a platform that CPython has no rule for
    """
    if "windows" in triple:
        return "_d.pyd" if debug else ".pyd"
    if minor_version(floor) < _PLATFORM_SINCE:
        return ".{}.so".format(kind)
    specific = cpython_ext_suffix(floor, "", triple)
    return ".{}-{}".format(kind, specific.partition("-")[2].partition("-")[2]) if specific else None
