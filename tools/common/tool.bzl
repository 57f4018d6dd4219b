"""The two targets of a stage's tool."""

load("@rules_python//python:defs.bzl", "py_library")
load("//rules/private/interpreter:python_tool.bzl", "python_tool")

def tool(name, module, deps = [], data = []):
    """Makes the package's Python files a library `lib` and a tool.

    Args:
      name: (str) the tool: the folder's name, so that its label is the folder's
      module: (str) the module whose main(argv) an action calls
      deps: (list of label) Python libraries besides //tools/common
      data: (list of label) files that the modules read
    """
    py_library(
        name = "lib",
        srcs = native.glob(["*.py"]),
        data = data,
        imports = ["."],
        visibility = ["//:__subpackages__"],
        deps = deps + ["//tools/common"],
    )
    python_tool(
        name = name,
        library = ":lib",
        module = module,
        # Targets of users and of generated repositories depend on it.
        visibility = ["//visibility:public"],
    )
