"""The rule python_tool: a Python program that actions run with the exec platform's Python."""

load("@rules_python//python:defs.bzl", "PyInfo")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "PythonToolInfo")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE")
load(":transitions.bzl", "independent_transition")

def _import_roots(imports, workspace_name):
    """Turns runfiles-relative import roots into exec-root-relative ones."""
    roots = []
    for root in imports.to_list():
        repository, _, path = root.partition("/")
        if repository == workspace_name:
            roots.append(path or ".")
        else:
            roots.append("external/" + root)
    return roots

def _python_tool_impl(ctx):
    runtime = ctx.toolchains[PYTHON_TOOLCHAIN_TYPE].py3_runtime
    if not runtime:
        fail(error_text(
            ctx.label,
            "the Python toolchain of the exec platform has no Python 3 runtime",
            "a toolchain with `py3_runtime`",
            "register a Python 3 toolchain, for instance with pyo3.system_python(...)",
        ))
    roots = _import_roots(ctx.attr.library[PyInfo].imports, ctx.workspace_name)
    return [PythonToolInfo(
        arguments = ("-I", "-S", "-B", ctx.file._launcher.path, ":".join(roots), ctx.attr.module),
        executable = runtime.interpreter or runtime.interpreter_path,
        inputs = depset(
            [ctx.file._launcher],
            transitive = [ctx.attr.library[DefaultInfo].default_runfiles.files] +
                         ([runtime.files] if runtime.files else []),
        ),
    )]

python_tool = rule(
    implementation = _python_tool_impl,
    doc = "Makes a py_library runnable by actions. Depend on it with cfg = \"exec\".",
    # The Python that tools run with is not one that something is built for.
    cfg = independent_transition,
    attrs = {
        "library": attr.label(mandatory = True, providers = [PyInfo], doc = "The py_library that holds the module."),
        "module": attr.string(mandatory = True, doc = "The module whose main(argv) is called."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
        "_launcher": attr.label(default = "//tools/common:launch.py", allow_single_file = True),
    },
    toolchains = [PYTHON_TOOLCHAIN_TYPE],
)
