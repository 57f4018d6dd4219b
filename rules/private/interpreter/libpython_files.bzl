"""libpython among the files of a Python that is part of the build."""

def libpython_files(files, version, abiflags):
    """Finds the libraries that a program with this Python can be linked to.

    Args:
      files: (list of File) what the Python needs to run
      version: (str) "X.Y"
      abiflags: (str) sys.abiflags

    Returns:
      struct(shared, static): File or None; of a shared one the name that programs ask for at run time
    """
    name = "libpython" + version + abiflags

    # Linux's SONAME goes before the name for linkers, which no program can be started with.
    shared = [name + ".so.1.0", name + ".dylib"]
    static = [name + "-pic.a", name + ".a"]
    found = {file.basename: file for file in files if file.basename in shared + static}
    return struct(shared = _first(found, shared), static = _first(found, static))

def _first(found, names):
    for name in names:
        if name in found:
            return found[name]
    return None
