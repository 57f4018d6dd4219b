"""What a rules_python runtime tells of its Python, on every rules_python version.

PyRuntimeInfo has no version before rules_python 0.29 and no ABI flags before 0.39.
A hermetic runtime's own files tell both: its standard library lies in lib/pythonX.Y[t].
"""

_IMPLEMENTATIONS = {"pypy": "pypy", "python": "cpython"}

def _parse_library_folder(name):
    for prefix, implementation in _IMPLEMENTATIONS.items():
        rest = name.removeprefix(prefix)
        if rest != name and rest.startswith("3."):
            digits = rest.removeprefix("3.").rstrip("td")
            if digits.isdigit():
                return struct(
                    abiflags = "t" if rest.endswith("t") else "",
                    implementation = implementation,
                    version = "3." + digits,
                )
    return None

def library_folder_facts(paths):
    """Reads version and ABI flags from the folder of the standard library.

    Args:
      paths: (list of str) paths of the runtime's files

    Returns:
      struct(version, abiflags, implementation) or None when no path tells
    """
    for path in paths:
        folder, separator, _ = path.partition("/os.py")
        if separator and path.endswith("/os.py"):
            found = _parse_library_folder(folder.rpartition("/")[2])
            if found:
                return found
    return None

def runtime_facts(runtime):
    """Gives version, ABI flags and implementation of a runtime.

    Args:
      runtime: (PyRuntimeInfo) Bazel's own or rules_python's

    Returns:
      struct(version, abiflags, implementation) or None when the runtime does not tell
    """
    stated_flags = getattr(runtime, "abi_flags", None) or ""
    lying_there = library_folder_facts([file.path for file in runtime.files.to_list()]) if runtime.files else None
    if lying_there:
        # Before what is stated: rules_python 0.36 and newer state the version of their flag for a py_runtime without one.
        return struct(
            abiflags = lying_there.abiflags + ("d" if "d" in stated_flags else ""),
            implementation = lying_there.implementation,
            version = lying_there.version,
        )
    version = getattr(runtime, "interpreter_version_info", None)
    if version and getattr(version, "minor", None) != None:
        return struct(
            abiflags = stated_flags,
            implementation = getattr(runtime, "implementation_name", None) or "cpython",
            version = "{}.{}".format(version.major, version.minor),
        )
    return None
