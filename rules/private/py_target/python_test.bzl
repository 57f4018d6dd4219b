"""A test that runs under one Python, whatever the rest of the build uses."""

load("@rules_python//python:defs.bzl", "py_test")
load("//rules/private/common:attributes.bzl", "COMMON_ATTRS", "RUN_ATTRS", "pop_attributes")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:transitions.bzl", "python_transition")

def _link(ctx, file, ending):
    link = ctx.actions.declare_file(ctx.label.name + ending)
    ctx.actions.symlink(output = link, target_file = file, is_executable = True)
    return link

def _links(ctx, runfiles):
    """Gives the executable, and what a launcher on Windows looks for beside it."""
    program = ctx.attr.test[DefaultInfo].files_to_run.executable
    if program.extension != "exe":
        return _link(ctx, program, ""), []
    archive = program.short_path.removesuffix(".exe") + ".zip"
    archives = [file for file in runfiles.files.to_list() if file.short_path == archive]
    return _link(ctx, program, ".exe"), [_link(ctx, file, ".zip") for file in archives]

def _python_test_impl(ctx):
    runfiles = ctx.attr.test[DefaultInfo].default_runfiles
    executable, beside = _links(ctx, runfiles)
    providers = [
        DefaultInfo(
            executable = executable,
            files = depset([executable] + beside),
            runfiles = ctx.runfiles([executable] + beside).merge(runfiles),
        ),
        coverage_common.instrumented_files_info(ctx, dependency_attributes = ["test"]),
    ]
    if RunEnvironmentInfo in ctx.attr.test:
        providers.append(ctx.attr.test[RunEnvironmentInfo])
    return providers

_pyo3_python_test = rule(
    implementation = _python_test_impl,
    doc = "Runs a py_test under the Python that a word names.",
    attrs = {
        # `args` refers to them.
        "data": attr.label_list(allow_files = True, doc = "As in the py_test."),
        "python_version": attr.string(mandatory = True, doc = "The Python, such as \"3.13t\"."),
        "test": attr.label(mandatory = True, doc = "The py_test."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        # Fails where no toolchain is of that Python; py_test would take another one.
        "_interpreter": attr.label(default = "//rules/private/interpreter:current", providers = [PyO3InterpreterInfo]),
    },
    cfg = python_transition,
    test = True,
)

def python_test(name, python_version, args = [], data = [], tags = [], visibility = None, **kwargs):
    """Makes a py_test that runs under one Python.

    Args:
      name: (str) the test; the py_test itself is `name.inner`
      python_version: (str) the Python, such as "3.13t"
      args: (list of str) see py_test
      data: (list of label) see py_test
      tags: (list of str) see py_test
      visibility: (list of label) see py_test
      **kwargs: other attributes of py_test
    """
    common = pop_attributes(kwargs, COMMON_ATTRS)
    run = pop_attributes(kwargs, RUN_ATTRS)
    py_test(
        name = name + ".inner",
        data = data,
        tags = tags + [tag for tag in ["manual"] if tag not in tags],
        visibility = ["//visibility:private"],
        **(common | kwargs)
    )
    _pyo3_python_test(
        name = name,
        args = args,
        data = data,
        python_version = python_version,
        tags = tags,
        test = name + ".inner",
        visibility = visibility,
        **(common | run)
    )
