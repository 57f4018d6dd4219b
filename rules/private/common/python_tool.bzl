"""Python tools that actions run with the build's own interpreter.

A py_binary would start through a launcher that looks for a `python3` on PATH
(rules_python before 1.0) and would start Python twice. An action here runs the
exec platform's interpreter once, isolated (-I) and without site-packages (-S), with
exactly the declared import roots.
"""

load("@rules_python//python:defs.bzl", "PyInfo")
load(":errors.bzl", "error_text")
load(":toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE")

PythonToolInfo = provider(
    doc = "A Python program that actions can run.",
    fields = {
        "arguments": "tuple of str: interpreter options, launcher, import roots and module, to put before the tool's own arguments",
        "executable": "File or str: the exec platform's Python interpreter",
        "inputs": "depset of File: interpreter, launcher and sources",
    },
)

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
    attrs = {
        "library": attr.label(mandatory = True, providers = [PyInfo], doc = "The py_library that holds the module."),
        "module": attr.string(mandatory = True, doc = "The module whose main(argv) is called."),
        "_launcher": attr.label(default = "//tools/common:launch.py", allow_single_file = True),
    },
    toolchains = [PYTHON_TOOLCHAIN_TYPE],
)

def run_python_tool(ctx, tool, *, mnemonic, outputs, inputs, arguments, progress_message, execution_requirements = {}):
    """Declares an action that runs a python_tool.

    Args:
      ctx: the rule's context
      tool: (Target) a python_tool, built for the exec platform
      mnemonic: (str) the action's mnemonic
      outputs: (list of File) what the tool writes
      inputs: (depset of File) what it reads
      arguments: (Args) the tool's own arguments
      progress_message: (str) shown while it runs
      execution_requirements: (dict) passed on to the action
    """
    info = tool[PythonToolInfo]
    ctx.actions.run(
        executable = info.executable,
        arguments = list(info.arguments) + [arguments],
        inputs = depset(transitive = [inputs, info.inputs]),
        outputs = outputs,
        mnemonic = mnemonic,
        progress_message = progress_message,
        env = {"LC_ALL": "C.UTF-8"},
        execution_requirements = execution_requirements,
    )
