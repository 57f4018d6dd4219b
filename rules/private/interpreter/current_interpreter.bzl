"""The interpreter stage: which Python the current configuration builds for."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE", "RUST_TOOLCHAIN_TYPE")
load(":ext_suffix.bzl", "cpython_ext_suffix")
load(":interpreter_info.bzl", "PyO3InterpreterInfo")
load(":libpython_files.bzl", "libpython_files")
load(":python_words.bzl", "parse_python_word", "python_word")
load(":runtime_facts.bzl", "runtime_facts")

NO_PYTHON_TODO = "register one with pyo3.system_python(...), rules_python's python.toolchain(...), or pyo3_python_toolchain(ext_suffix = ...)"

def _no_python(reason):
    return PyO3InterpreterInfo(
        abiflags = "",
        executable = None,
        ext_suffix = None,
        facts = None,
        files = depset(),
        implementation = None,
        interpreter = None,
        interpreter_config = None,
        origin = reason,
        shared_library = None,
        static_library = None,
        version = None,
    )

def _from_runtime(runtime, triple):
    """Derives what an undeclared runtime does not say; the probe proves it."""
    facts = runtime_facts(runtime)
    if not facts:
        # Without a registered toolchain, Bazel's own fallback is chosen.
        path = runtime.interpreter or runtime.interpreter_path
        return _no_python("the Python toolchain ({}) does not tell its version".format(path))
    if facts.implementation != "cpython":
        return _no_python("the toolchain's implementation is \"{}\", and nothing tells its file name suffix".format(facts.implementation))
    suffix = cpython_ext_suffix(facts.version, facts.abiflags, triple)
    if not suffix:
        return _no_python("no file name suffix is known for Python {} on {}".format(facts.version, triple))
    files = runtime.files or depset()
    libpython = libpython_files(files.to_list(), facts.version, facts.abiflags)
    return PyO3InterpreterInfo(
        abiflags = facts.abiflags,
        # Of a path that somebody wrote it is not known whether it is what sys.executable says.
        executable = runtime.interpreter_path,
        ext_suffix = suffix,
        facts = None,
        files = files,
        implementation = facts.implementation,
        interpreter = runtime.interpreter or runtime.interpreter_path,
        interpreter_config = None,
        origin = "the registered Python toolchain",
        shared_library = libpython.shared,
        static_library = libpython.static,
        version = facts.version,
    )

def _current_interpreter_impl(ctx):
    if ctx.attr._stable_abi[BuildSettingInfo].value:
        return [_no_python("no Python is chosen, because what is built serves several")]
    toolchain = ctx.toolchains[PYTHON_TOOLCHAIN_TYPE]
    runtime = toolchain.py3_runtime if toolchain else None
    declared = getattr(toolchain, "pyo3_interpreter", None)
    if not runtime and not declared:
        return [_no_python("no Python 3 toolchain matches this platform")]
    wanted = ctx.attr._python_version[BuildSettingInfo].value
    if wanted:
        parse_python_word(wanted)
    info = declared or _from_runtime(runtime, ctx.toolchains[RUST_TOOLCHAIN_TYPE].target_triple.str)
    chosen = python_word(info) if info.version else None
    if wanted and chosen != wanted:
        found = "Python {} was chosen ({})".format(chosen, info.origin) if chosen else info.origin
        fail(error_text(
            ctx.label,
            "the flag @rules_pyo3//rules/settings:python_version is \"{}\", but {}".format(wanted, found),
            "a registered Python toolchain of version {}".format(wanted),
            NO_PYTHON_TODO,
        ))
    return [info]

current_interpreter = rule(
    implementation = _current_interpreter_impl,
    doc = "Gives PyO3InterpreterInfo of the Python that the configuration builds for.",
    attrs = {
        "_python_version": attr.label(default = "//rules/settings:python_version"),
        "_stable_abi": attr.label(default = "//rules/private/interpreter:stable_abi"),
    },
    provides = [PyO3InterpreterInfo],
    toolchains = [
        config_common.toolchain_type(PYTHON_TOOLCHAIN_TYPE, mandatory = False),
        RUST_TOOLCHAIN_TYPE,
    ],
)
