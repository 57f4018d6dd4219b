"""The rule pyo3_bundle: a program that carries Python, for machines without one."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load(":embed_info.bzl", "PyO3EmbedInfo")

_DOC = """\
Makes a folder of a program that carries Python, which runs on a machine without Python, without Bazel and without the
build's outputs, from any place (docs/embedding.md).

The folder NAME holds the program, libpython, the standard library, the program's `py_deps` and the shared libraries that
these need, all but the C library. `NAME.tar.gz` (output group `archive`) is the same as an archive; each of its bytes
follows from the files.
"""

def _runtime_line(file):
    return "python\t\t" + file.path

def _file_line(file):
    return "file\t{}\t{}".format(file.short_path, file.path)

def _link_line(entry):
    return "file\t{}\t{}".format(entry.path, entry.target_file.path)

def _root_line(entry):
    return "root\t{}\t{}".format(entry.path, entry.target_file.path)

def _empty_line(path):
    return "file\t{}\t".format(path)

def _list_of_files(ctx, embed, runtime):
    """Writes where each file of the program's Python lies."""
    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    for files, line in [
        (runtime, _runtime_line),
        (embed.files.files, _file_line),
        (embed.files.symlinks, _link_line),
        (embed.files.root_symlinks, _root_line),
        (embed.files.empty_filenames, _empty_line),
    ]:
        lines.add_all(files, expand_directories = False, map_each = line, uniquify = True)
    output = ctx.actions.declare_file(ctx.label.name + ".files")
    ctx.actions.write(output, lines)
    return output

def _linked_files(entries):
    return depset([entry.target_file for entry in entries.to_list()])

def _make_folder(ctx, embed):
    interpreter = embed.interpreter
    installed = type(interpreter.interpreter) != "File"
    runtime = depset() if installed else interpreter.files
    listed = _list_of_files(ctx, embed, runtime)
    folder = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--facts", embed.facts)
    args.add("--program", embed.program)
    args.add("--config", embed.config)
    args.add("--config-path", "{}/{}".format(ctx.workspace_name, embed.config.short_path))
    args.add("--workspace", ctx.workspace_name)
    args.add_all(embed.libraries, before_each = "--library")
    args.add_all([interpreter.interpreter] if installed else [], before_each = "--interpreter")
    args.add("--files", listed)
    args.add_all(ctx.attr.exclude, before_each = "--exclude")
    args.add_all([folder], before_each = "--output", expand_directories = False)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Bundle",
        inputs = depset(
            [embed.facts, embed.program, embed.config, listed] + embed.libraries,
            transitive = [
                runtime,
                embed.files.files,
                _linked_files(embed.files.symlinks),
                _linked_files(embed.files.root_symlinks),
            ],
        ),
        outputs = [folder],
        arguments = args,
        progress_message = "Bundling %{label}",
        # An installed Python and its libraries are only where its toolchain was made.
        execution_requirements = {"no-remote-cache": "1", "no-remote-exec": "1"} if installed else {},
    )
    return folder

def _pack(ctx, folder, program):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar.gz")
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add_all([folder], before_each = "--folder", expand_directories = False)
    args.add("--name", folder.basename)
    args.add_all([program, "bin/" + program], before_each = "--executable")
    args.add("--output", archive)
    run_python_tool(
        ctx,
        ctx.attr._archive_tool,
        mnemonic = "PyO3BundleArchive",
        inputs = depset([folder]),
        outputs = [archive],
        arguments = args,
        progress_message = "Packing %{label}",
    )
    return archive

def _bundle_impl(ctx):
    embed = ctx.attr.program[PyO3EmbedInfo]
    if not embed.program:
        fail(error_text(
            ctx.label,
            "`program` is {}, a part of a program".format(ctx.attr.program.label),
            "a pyo3_binary or a pyo3_test",
            "name the target without its last part",
        ))
    folder = _make_folder(ctx, embed)
    return [
        DefaultInfo(files = depset([folder])),
        OutputGroupInfo(archive = depset([_pack(ctx, folder, embed.program.basename)])),
    ]

pyo3_bundle = rule(
    implementation = _bundle_impl,
    doc = _DOC,
    attrs = {
        "exclude": attr.string_list(
            doc = "Patterns (fnmatch) of places in the folder that stay empty, such as `lib/python*/tkinter/*`, or " +
                  "`lib/libssl.so.3` for a library that the machine has.",
        ),
        "program": attr.label(mandatory = True, providers = [PyO3EmbedInfo], doc = "The pyo3_binary."),
        "_archive_tool": attr.label(default = "//tools/embed:bundle_archive", cfg = "exec"),
        "_tool": attr.label(default = "//tools/embed:bundle", cfg = "exec"),
    },
)
