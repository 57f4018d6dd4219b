"""The Python libraries of the tools that actions run, fetched by pip against pinned hashes."""

load("//rules/private/common:errors.bzl", "error_text")

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

def _find_pip(rctx):
    """Gives a command that runs pip; which one does not matter, the hashes decide."""
    for python in [rctx.attr.python] if rctx.attr.python else ["python3", "python"]:
        path = rctx.which(python)
        if path and rctx.execute([path, "-m", "pip", "--version"]).return_code == 0:
            return [path, "-m", "pip"]
    for name in ["pip3", "pip"]:
        path = rctx.which(name)
        if path:
            return [path]
    return None

def _tool_wheels_repo_impl(rctx):
    label = "@rules_pyo3_wheels"
    pip = _find_pip(rctx)
    if not pip:
        fail(error_text(
            label,
            "neither python3, python, pip3 nor pip on PATH runs pip",
            "the pip client, to fetch the tools' libraries",
            "install pip (Debian: python3-pip)",
        ))
    result = rctx.execute(pip + [
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        # MarkupSafe has wheels for platforms only. One of them serves all: its compiled part is left out below.
        "--only-binary=:all:",
        "--platform=manylinux2014_x86_64",
        "--platform=manylinux_2_28_x86_64",
        "--python-version=3.12",
        "--implementation=cp",
        "--dest=wheels",
        "--requirement",
        str(rctx.path(rctx.attr.requirements)),
    ], timeout = 900)
    if result.return_code != 0:
        fail(error_text(
            label,
            "pip could not fetch the tools' libraries:\n{}{}".format(result.stdout[-1000:], result.stderr[-2000:]),
            "the files whose hashes {} lists".format(rctx.attr.requirements),
            "check the network and pip's own configuration (index, proxy, certificates)",
        ))
    for wheel in rctx.path("wheels").readdir():
        # Bazel tells archives apart by their extension.
        rctx.extract(_as_zip(rctx, wheel))
    rctx.delete("wheels")
    rctx.file("BUILD.bazel", _BUILD + "".join([
        _LIBRARY.format(name = name, sources = _sources(rctx, name))
        for name in rctx.attr.packages
    ]))

def _sources(rctx, name):
    """Gives the pattern of a library's files; some are one module, not a package."""
    return name + (".py" if rctx.path(name + ".py").exists else "/**/*.py")

def _as_zip(rctx, wheel):
    link = "wheels/{}.zip".format(wheel.basename)
    rctx.symlink(wheel, link)
    return link

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
