"""Which installed Python cargo would build for: PyO3's own search, without running anything here.

Follows pyo3-build-config 0.30.1, src/impl_.rs, `find_interpreter`. An empty variable counts as unset, so that
`--repo_env=VIRTUAL_ENV=` can take one back.
"""

# Asked in this order where no variable names an interpreter.
CANDIDATES = ["python", "python3"]

def environment_interpreter(virtual_env, conda_prefix, windows):
    """Gives the interpreter of an active environment.

    Args:
      virtual_env: (str or None) VIRTUAL_ENV
      conda_prefix: (str or None) CONDA_PREFIX
      windows: (bool) whether the build runs on Windows

    Returns:
      struct(path, notice): None where there is none
    """
    if virtual_env and conda_prefix:
        return struct(
            notice = "VIRTUAL_ENV and CONDA_PREFIX are both set, so neither is used: unset one of them",
            path = None,
        )
    path = None
    if virtual_env:
        path = virtual_env + ("/Scripts/python.exe" if windows else "/bin/python")
    elif conda_prefix:
        path = conda_prefix + ("/python.exe" if windows else "/bin/python")
    return struct(notice = None, path = path)

def choose_interpreter(getenv, is_python3, windows):
    """Chooses an interpreter in PyO3's order.

    Args:
      getenv: (function) variable -> str or None; asked for no variable that cannot matter
      is_python3: (function) name on PATH -> whether that is a working Python 3
      windows: (bool) whether the build runs on Windows

    Returns:
      struct(name, origin, notices): name or path (None when there is no Python), what named it, what to tell the user
    """
    named = getenv("PYO3_PYTHON")
    if named:
        return struct(name = named, notices = [], origin = "PYO3_PYTHON")
    named = getenv("PYTHON_SYS_EXECUTABLE")
    if named:
        notice = "PYTHON_SYS_EXECUTABLE is an old name, which PyO3 itself does not read any more: set PYO3_PYTHON"
        return struct(name = named, notices = [notice], origin = "PYTHON_SYS_EXECUTABLE")
    virtual_env, conda_prefix = getenv("VIRTUAL_ENV"), getenv("CONDA_PREFIX")
    active = environment_interpreter(virtual_env, conda_prefix, windows)
    if active.path:
        return struct(name = active.path, notices = [], origin = "VIRTUAL_ENV" if virtual_env else "CONDA_PREFIX")
    notices = [active.notice] if active.notice else []
    for name in CANDIDATES:
        if is_python3(name):
            return struct(name = name, notices = notices, origin = "PATH")
    return struct(name = None, notices = notices, origin = "PATH")

def says_python3(stdout, stderr):
    """Tells a Python 3 by what it answers to --version.

    Args:
      stdout: (str) standard output
      stderr: (str) standard error, where old Pythons say it

    Returns:
      bool
    """
    return stdout.startswith("Python 3") or stderr.startswith("Python 3") or stdout.startswith("GraalPy 3")
