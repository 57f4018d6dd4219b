"""The `imports` attribute as py_library has it."""

load("@bazel_skylib//lib:paths.bzl", "paths")
load("//rules/private/common:errors.bzl", "error_text")

def import_roots(label, workspace_name, imports):
    """Turns `imports` into runfiles-relative import roots.

    Args:
      label: (Label) the target
      workspace_name: (str) name of the main repository in runfiles
      imports: (list of str) package-relative folders

    Returns:
      list of str: the repository's own root, as py_* rules add it, then one for each import
    """
    repository = label.workspace_name or workspace_name
    roots = [repository]
    for path in imports:
        root = paths.normalize(paths.join(repository, label.package, path))
        if path.startswith("/") or root.split("/")[0] != repository:
            fail(error_text(
                label,
                "`imports` holds \"{}\", which leaves the repository".format(path),
                "a folder relative to the package, inside the repository",
                "correct `imports`",
            ))
        roots.append(root)
    return roots
