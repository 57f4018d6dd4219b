"""PyInfo for every reader: rules_python's own, and Bazel's where the two differ."""

load("@rules_python//python:defs.bzl", "PyInfo")

# Bazel 7 has both; its py_* rules read only this one.
_BuiltinPyInfo = getattr(getattr(native, "legacy_globals", None), "PyInfo", None)

PY_INFOS = [PyInfo] + ([_BuiltinPyInfo] if _BuiltinPyInfo and _BuiltinPyInfo != PyInfo else [])

def _collect(deps, kind, field):
    return [getattr(dep[kind], field) for dep in deps if kind in dep]

def py_infos(sources, imports, deps):
    """Makes the providers that py_library, py_binary and py_test accept.

    Args:
      sources: (list of File) Python sources and the extension
      imports: (list of str) runfiles-relative import roots
      deps: (list of Target) Python dependencies

    Returns:
      list of PyInfo: one of each kind
    """
    transitive_sources, transitive_imports = [], []
    for kind in PY_INFOS:
        transitive_sources.extend(_collect(deps, kind, "transitive_sources"))
        transitive_imports.extend(_collect(deps, kind, "imports"))
    return [
        # Only the fields that every version of rules_python and Bazel knows.
        kind(
            imports = depset(imports, transitive = transitive_imports),
            transitive_sources = depset(sources, transitive = transitive_sources),
            uses_shared_libraries = True,
        )
        for kind in PY_INFOS
    ]
