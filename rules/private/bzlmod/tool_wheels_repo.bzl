"""The Python libraries of the tools that actions run, fetched by pip against pinned hashes."""

load(":unpack_wheels.bzl", "unpack_wheels")

_BUILD = """\
load("@rules_python//python:defs.bzl", "py_library")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
py_library(
    name = "{name}",
    srcs = glob(["{sources}"]),
    imports = ["."],
)
"""

def _tool_wheels_repo_impl(rctx):
    # MarkupSafe has wheels for platforms only. One of them serves all: its compiled part is left out below.
    platforms = ["manylinux2014_x86_64", "manylinux_2_28_x86_64"]
    unpack_wheels(rctx, "@rules_pyo3_wheels", rctx.attr.requirements, platforms)
    rctx.file("BUILD.bazel", _BUILD + "".join([
        _LIBRARY.format(name = name, sources = _sources(rctx, name))
        for name in rctx.attr.packages
    ]))

def _sources(rctx, name):
    """Gives the pattern of a library's files; some are one module, not a package."""
    return name + (".py" if rctx.path(name + ".py").exists else "/**/*.py")

tool_wheels_repo = repository_rule(
    implementation = _tool_wheels_repo_impl,
    doc = "Fetches pure Python libraries, one py_library for each importable package.",
    attrs = {
        "packages": attr.string_list(
            default = [
                "abi3info",
                "altgraph",
                "elftools",
                "jinja2",
                "macholib",
                "markupsafe",
                "ordlookup",
                "packaging",
                "pefile",
                "runfiles",
                "tomli",
            ],
            doc = "Import names.",
        ),
        "python": attr.string(doc = "The Python whose pip fetches; the first on PATH by default."),
        "requirements": attr.label(default = "//tools:requirements_lock.txt", doc = "Pinned requirements with hashes."),
    },
    environ = ["PATH"],
)
