"""The rule pyo3_sdist: what people wrote, packed so that pip builds it."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load(":sdist_sources.bzl", "pyo3_sdist_sources")
load(":sdist_sources_info.bzl", "PyO3SdistSourcesInfo")
load(":wheel_attrs.bzl", "FILE_ATTRS")
load(":wheel_paths.bzl", "wheel_paths")

_DOC = """\
Makes a source distribution (PEP 517, PEP 625) of the project in the target's package.

`name` is a folder that holds one file, such as `my_pkg-1.2.0.tar.gz`. It has the project's pyproject.toml, Cargo.toml and
Cargo.lock, the source files of `deps` and of what these depend on as far as they lie in the package or below it, and PKG-INFO. Generated files are
left out, unless `srcs` names them. pip builds it with the [build-system] of the pyproject.toml, maturin for instance; with
`vendored_crates` it needs no network for that.
"""

# File in the project -> what names it.
_PROJECT_FILES = ["cargo_lock", "cargo_toml", "cargo_workspace_toml", "pyproject"]

def _package_path(label, file):
    """Gives a file's path below the package, None when it lies elsewhere."""
    own = "../{}/".format(label.workspace_name) if label.workspace_name else ""
    folder = own + (label.package + "/" if label.package else "")
    foreign = not own and file.short_path.startswith("../")
    return None if foreign or not file.short_path.startswith(folder) else file.short_path.removeprefix(folder)

def _placed(file, path):
    return {"path": path, "source": file.path}

def _project_files(ctx):
    """Places the files that a build backend reads; they have to be where the project has them."""
    placed = {}
    for name in _PROJECT_FILES:
        file = getattr(ctx.file, name)
        path = _package_path(ctx.label, file) if file else None
        if file and path == None:
            fail(error_text(
                ctx.label,
                "`{}` is {}, which lies outside the package".format(name, file.short_path),
                "a file in the package of the sdist or below it, as the sdist has the package as its top folder",
                "move the pyo3_sdist to the package above both, in which the pyproject.toml has to lie",
            ))
        placed[name] = _placed(file, path) if file else None
    return placed

def _described(ctx, file):
    """Places a licence or a description; one from above the project has its bare name (PEP 639)."""
    path = _package_path(ctx.label, file)
    return _placed(file, file.basename if path == None else path)

def _write_list(ctx, files):
    # The function that writes a line cannot see ctx.
    label, paths = ctx.label, wheel_paths(ctx.label, ctx.workspace_name, [], [])

    def _line(file):
        path = _package_path(label, file)
        if path == None:
            return "outside\t{}\t{}".format(paths.place(file) or file.short_path, file.path)
        return "file\t{}\t{}".format(path, file.path)

    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    lines.add_all(files, map_each = _line, allow_closure = True)
    output = ctx.actions.declare_file(ctx.label.name + ".files")
    ctx.actions.write(output, lines)
    return output

def _sources(ctx):
    """Gives the files of this repository among the sources, without those that Bazel made, and `srcs`."""
    paths = wheel_paths(ctx.label, ctx.workspace_name, [], [])
    found = depset(
        [file for file in ctx.files.deps if file.is_source],
        transitive = [dep[PyO3SdistSourcesInfo].files for dep in ctx.attr.deps if PyO3SdistSourcesInfo in dep],
    )
    own = [file for file in found.to_list() if paths.place(file) != None]
    return depset(ctx.files.srcs, transitive = [depset(own)]).to_list()

def _vendored_folder(ctx):
    """Gives the folder that holds a folder for each crate."""
    records = [file.dirname for file in ctx.files.vendored_crates if file.basename == ".cargo-checksum.json"]
    folders = {folder.rpartition("/")[0]: None for folder in records}.keys()
    if ctx.attr.vendored_crates and len(folders) != 1:
        fail(error_text(
            ctx.label,
            "`vendored_crates` has crates in {} folders: {}".format(len(folders), ", ".join(folders)),
            "all files of one folder of `cargo vendor`, .cargo-checksum.json of each crate among them",
            "name @NAME//:crates of a tag `pyo3.vendored_crates`, or a filegroup of `glob([\"vendor/**\"])`",
        ))
    return folders[0] if folders else None

def _sdist_impl(ctx):
    files = _sources(ctx)
    listed = _write_list(ctx, files)
    description = ctx.actions.declare_file(ctx.label.name + ".sdist.json")
    ctx.actions.write(description, json.encode_indent(_project_files(ctx) | {
        "description_file": _described(ctx, ctx.file.description_file) if ctx.file.description_file else None,
        "epoch": ctx.configuration.default_shell_env.get("SOURCE_DATE_EPOCH"),
        "exclude": ctx.attr.exclude,
        "label": str(ctx.label),
        "license_files": [_described(ctx, file) for file in ctx.files.license_files],
        "schema": 1,
        "vendored_crates": _vendored_folder(ctx),
    }, indent = " ") + "\n")
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--sdist", description)
    args.add("--files", listed)
    args.add_all([folder], before_each = "--output", expand_directories = False)
    single = [getattr(ctx.file, name) for name in _PROJECT_FILES + ["description_file"]]
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Sdist",
        inputs = depset([description, listed] + files + ctx.files.license_files + ctx.files.vendored_crates + [file for file in single if file]),
        outputs = [folder],
        arguments = args,
        progress_message = "Packing the source distribution %{label}",
    )
    return [DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder]))]

pyo3_sdist = rule(
    implementation = _sdist_impl,
    doc = _DOC,
    attrs = {name: FILE_ATTRS[name] for name in ["cargo_workspace_toml", "description_file", "license_files"]} | {
        "cargo_lock": attr.label(allow_single_file = [".lock"], doc = "The Cargo.lock; needed with `vendored_crates`."),
        "cargo_toml": attr.label(allow_single_file = [".toml"], mandatory = True, doc = "The Cargo.toml of the extension's crate."),
        "deps": attr.label_list(
            allow_files = True,
            aspects = [pyo3_sdist_sources],
            doc = "What the wheel has as its `deps`: their source files are taken.",
        ),
        "exclude": attr.string_list(doc = "Patterns (fnmatch) of paths below the package that are left out."),
        "pyproject": attr.label(
            allow_single_file = [".toml"],
            mandatory = True,
            doc = "The pyproject.toml of the package, with a [build-system].",
        ),
        "srcs": attr.label_list(allow_files = True, doc = "Files besides, generated ones too: tests, a build.rs, another crate's Cargo.toml."),
        "vendored_crates": attr.label(
            allow_files = True,
            doc = "The crates of the Cargo.lock, to pack: @NAME//:crates of a tag `pyo3.vendored_crates`, or a filegroup of what " +
                  "`cargo vendor --versioned-dirs` makes.",
        ),
        "_tool": attr.label(default = "//tools/wheel:sdist", cfg = "exec"),
    },
)
