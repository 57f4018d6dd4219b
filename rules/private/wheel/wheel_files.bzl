"""What a wheel holds of its dependencies, as its tool reads it."""

load("//rules/private/common:errors.bzl", "error_text")

def _check_direct(label, files, paths):
    foreign = [file.short_path for file in files if paths.place(file) == None]
    if foreign:
        fail(error_text(
            label,
            "`deps` names files of other repositories: {}".format(", ".join(foreign)),
            "files of the repository that the wheel is in",
            "name what they belong to in `requires`, or place the files themselves with `data_files`",
        ))

def _is_link(file):
    """Tells whether a file is a link that Bazel made for the dynamic linker: programs in runfiles find their libraries by it."""
    return "_solib_" in file.short_path and any([part.startswith("_solib_") for part in file.short_path.split("/")])

def write_file_list(ctx, paths):
    """Writes which files of its `deps` a wheel takes: a line of kind, path in the wheel and path, with tabs between.

    "file" goes into the wheel. "outside" is a file that another package of this repository brings along; the wheel is
    wrong with it, and without it too. Shared libraries that extensions are linked with are not among them; they are foreign
    to the wheel until pyo3_repaired_wheel grafts them.

    Args:
      ctx: context of a rule with `deps`
      paths: (struct) what wheel_paths gave

    Returns:
      (File, depset of File): the list, and the files that it names
    """
    _check_direct(ctx.label, ctx.files.deps, paths)
    direct = depset(ctx.files.deps)
    behind = depset(transitive = [dep[DefaultInfo].default_runfiles.files for dep in ctx.attr.deps])

    def _direct_line(file):
        return "file\t{}\t{}".format(paths.place(file), file.path)

    def _line_behind(file):
        path = paths.place(file)
        if path == None or _is_link(file):
            return None
        return "{}\t{}\t{}".format("file" if paths.inside(file) else "outside", path, file.path)

    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    lines.add_all(direct, map_each = _direct_line, allow_closure = True)
    lines.add_all(behind, map_each = _line_behind, allow_closure = True)
    output = ctx.actions.declare_file(ctx.label.name + ".files")
    ctx.actions.write(output, lines)
    return output, depset(transitive = [direct, behind])

def placed_files(label, attribute, targets):
    """Reads an attribute that maps files to their places.

    Args:
      label: (Label) the wheel
      attribute: (str) its name, for messages
      targets: (dict of Target to str)

    Returns:
      list of struct(path, file), sorted by path
    """
    places = {}
    for target, path in targets.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail(error_text(
                label,
                "`{}` names {}, which is {} files".format(attribute, target.label, len(files)),
                "one file for the path {}".format(path),
                "name the files one by one",
            ))
        if path in places:
            fail(error_text(
                label,
                "`{}` places both {} and {} at {}".format(attribute, places[path].path, files[0].path, path),
                "one file for each path",
                "correct one of the paths",
            ))
        places[path] = files[0]
    return [struct(file = places[path], path = path) for path in sorted(places)]
