"""The Python of a program: linker arguments, configuration, and what has to lie beside it."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/interpreter:current_interpreter.bzl", "NO_PYTHON_TODO")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load("//rules/private/py_target:py_infos.bzl", "PY_INFOS")
load(":embed_info.bzl", "PyO3EmbedInfo")
load(":init_path.bzl", "config_path")
load(":link_dependency.bzl", "link_dependency")

def _refuse(label, interpreter, facts, triple):
    """Fails for what cannot be embedded, whatever libraries there are."""
    if not interpreter.version or not facts:
        fail(error_text(
            label,
            "there is no Python to embed: {}".format(interpreter.origin),
            "a Python toolchain for the platform that the program is built for",
            NO_PYTHON_TODO,
        ))
    if interpreter.implementation != "cpython":
        fail(error_text(
            label,
            "the chosen Python is {} {} ({})".format(interpreter.implementation, interpreter.version, interpreter.origin),
            "CPython: PyO3 embeds no other Python",
            "set `python_version`, such as \"3.13\", or register a toolchain of CPython",
        ))
    if "windows" in triple:
        fail(error_text(
            label,
            "the program is built for {}".format(triple),
            "Linux or macOS: embedding on Windows is not supported yet",
            "exclude it there with `target_compatible_with`",
        ))

def _pyo3(ctx):
    """Gives the PyO3CratesInfo of the crate that is tested, or of the pyo3 crate; None for a crate of the user's own."""
    crate = ctx.attr.crate
    if crate and PyO3ExtensionInfo in crate:
        return crate[PyO3ExtensionInfo].pyo3
    return ctx.attr.pyo3[PyO3CratesInfo] if PyO3CratesInfo in ctx.attr.pyo3 else None

def _rlocation(ctx, file):
    path = file.short_path
    return path.removeprefix("../") if path.startswith("../") else ctx.workspace_name + "/" + path

def _source_root(file):
    # Such as "../dep/pkg/lib.py" of another repository; those of the main one come from the program.
    return file.short_path.split("/")[1] if file.short_path.startswith("../") else None

def _imports(deps):
    """Gives the import roots of Python targets, and their sources."""
    imports, sources = [], []
    for kind in PY_INFOS:
        imports.extend([dep[kind].imports for dep in deps if kind in dep])
        sources.extend([dep[kind].transitive_sources for dep in deps if kind in dep])
    return depset(transitive = imports), depset(transitive = sources)

def _stage(ctx, interpreter):
    """Puts libpython beside the program, under the name that the program asks for."""
    library = interpreter.shared_library
    if not library or ctx.attr.libpython == "static":
        return []
    staged = ctx.actions.declare_file("{}.libs/{}".format(ctx.attr.program, library.basename))
    ctx.actions.symlink(output = staged, target_file = library)
    return [staged]

def _add_config_arguments(ctx, args, interpreter, imports, sources):
    args.add("--config-path", config_path(ctx, ctx.attr.program))
    if type(interpreter.interpreter) == "File":
        executable = _rlocation(ctx, interpreter.interpreter)
        args.add("--executable", executable)
        args.add("--home", executable.rpartition("/")[0].rpartition("/")[0])
    else:
        args.add("--executable", interpreter.executable or interpreter.interpreter)
    args.add_all(imports, before_each = "--import")
    args.add("--import", ctx.label.workspace_name or ctx.workspace_name)
    args.add_all(sources, map_each = _source_root, before_each = "--import", uniquify = True)

def _add_link_arguments(ctx, args, interpreter, facts, pyo3, staged):
    args.add("--label", str(ctx.label).removesuffix(".python"))
    args.add("--name", ctx.attr.program)
    args.add("--facts", facts)
    args.add("--target", ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    args.add("--libpython", ctx.attr.libpython)
    args.add_all([interpreter.shared_library] if staged else [], before_each = "--shared-library")
    args.add_all(staged, before_each = "--staged-library")
    args.add_all([interpreter.static_library] if interpreter.static_library else [], before_each = "--static-library")
    args.add_all(ctx.files.init, before_each = "--init")
    args.add_all([pyo3.config] if pyo3 else [], before_each = "--pyo3-config")
    args.add_all(pyo3.features if pyo3 else [], before_each = "--feature")
    args.add("--output-link", ctx.outputs.link_args)

def _embedded_python_impl(ctx):
    label = str(ctx.label).removesuffix(".python")
    interpreter, facts = ctx.attr._interpreter[PyO3InterpreterInfo], ctx.attr._probe[PyO3ProbeInfo].facts
    _refuse(label, interpreter, facts, ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    pyo3 = _pyo3(ctx)
    imports, sources = _imports(ctx.attr.py_deps)
    staged = _stage(ctx, interpreter)
    config = ctx.actions.declare_file(ctx.attr.program + ".pyo3.cfg")
    args = ctx.actions.args()
    _add_link_arguments(ctx, args, interpreter, facts, pyo3, staged)
    _add_config_arguments(ctx, args, interpreter, imports, sources)
    args.add("--output-config", config)
    libraries = [file for file in [interpreter.shared_library, interpreter.static_library] if file]
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Embed",
        inputs = depset([facts] + ([pyo3.config] if pyo3 else []) + ctx.files.init + libraries + staged),
        outputs = [config, ctx.outputs.link_args],
        arguments = args,
        progress_message = "Linking Python {} into {}".format(interpreter.version, label),
    )
    linked = ctx.files.init + (staged if staged else [file for file in [interpreter.static_library] if file])
    deps = ctx.runfiles().merge_all([dep[DefaultInfo].default_runfiles for dep in ctx.attr.py_deps])
    return [
        DefaultInfo(
            files = depset([ctx.outputs.link_args] + linked),
            runfiles = ctx.runfiles([config] + staged, transitive_files = interpreter.files).merge(deps),
        ),
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["py_deps"]),
        link_dependency(ctx, ctx.outputs.link_args, linked),
        PyO3EmbedInfo(
            config = config,
            facts = facts,
            files = deps,
            imports = imports,
            interpreter = interpreter,
            libraries = staged,
            program = None,
        ),
    ]

pyo3_embedded_python = rule(
    implementation = _embedded_python_impl,
    doc = "Part of what pyo3_binary and pyo3_test make: the Python that the program carries.",
    attrs = {
        "crate": attr.label(doc = "The crate that is tested, if it is another target's."),
        "init": attr.label(mandatory = True, doc = "The archive that initialises Python."),
        "libpython": attr.string(mandatory = True, values = ["auto", "shared", "static"], doc = "See pyo3_binary."),
        "link_args": attr.output(mandatory = True, doc = "Arguments for the linker."),
        "program": attr.string(mandatory = True, doc = "Name of the program."),
        "py_deps": attr.label_list(providers = [[provider] for provider in PY_INFOS], doc = "See pyo3_binary."),
        "pyo3": attr.label(mandatory = True, doc = "The pyo3 crate."),
        "_interpreter": attr.label(default = "//rules/private/interpreter:current", providers = [PyO3InterpreterInfo]),
        "_probe": attr.label(default = "//rules/private/probe:current", providers = [PyO3ProbeInfo]),
        "_tool": attr.label(default = "//tools/embed", cfg = "exec"),
    },
    provides = [PyO3EmbedInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
