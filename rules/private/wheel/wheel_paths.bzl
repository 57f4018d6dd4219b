"""Where a file lies in a wheel."""

load("//rules/private/py_target:py_infos.bzl", "PY_INFOS")

def _import_roots(deps, repository):
    """Gives the folders of a repository that dependencies are imported from, the deepest first."""
    roots = {}
    for dep in deps:
        for kind in PY_INFOS:
            for root in dep[kind].imports.to_list() if kind in dep else []:
                if root.startswith(repository + "/"):
                    roots[root.removeprefix(repository + "/")] = None
    return sorted(roots, key = len, reverse = True)

def _strip(path, prefixes):
    for prefix in prefixes:
        folder = prefix.strip("/") + "/"
        if path.startswith(folder):
            return path.removeprefix(folder)
    return path

def wheel_paths(label, workspace_name, deps, strip_path_prefixes):
    """Tells where the files of dependencies lie in a wheel.

    Args:
      label: (Label) the wheel
      workspace_name: (str) name of the main repository in runfiles
      deps: (list of Target) the wheel's `deps`
      strip_path_prefixes: (list of str) see pyo3_wheel; empty for the import roots of `deps`

    Returns:
      struct of functions of a File:
        `place` gives its path in the wheel, or None when it is of another repository;
        `inside` tells whether it lies below the wheel's package.
    """
    own = "../{}/".format(label.workspace_name) if label.workspace_name else ""
    prefixes = strip_path_prefixes or _import_roots(deps, label.workspace_name or workspace_name)
    package = label.package + "/" if label.package else ""

    def _place(file):
        path = file.short_path
        if not path.startswith(own) or (not own and path.startswith("../")):
            return None
        return _strip(path.removeprefix(own), prefixes)

    def _inside(file):
        return file.short_path.startswith(own + package)

    return struct(inside = _inside, place = _place)
