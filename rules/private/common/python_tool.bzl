"""Python tools that actions run with the build's own interpreter.

A py_binary would start through a launcher that looks for a `python3` on PATH
(rules_python before 1.0) and would start Python twice. An action here runs the
exec platform's interpreter once, isolated (-I) and without site-packages (-S), with
exactly the declared import roots.
"""

PythonToolInfo = provider(
    doc = "A Python program that actions can run.",
    fields = {
        "arguments": "tuple of str: interpreter options, launcher, import roots and module, to put before the tool's own arguments",
        "executable": "File or str: the exec platform's Python interpreter",
        "inputs": "depset of File: interpreter, launcher and sources",
    },
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
