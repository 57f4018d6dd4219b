"""Python libraries of the tests, installed by pip against pinned hashes."""

load("//rules/private/common:errors.bzl", "error_text")

_BUILD = """\
load("@rules_python//python:defs.bzl", "py_library")

package(default_visibility = ["//visibility:public"])

exports_files(glob(["site/bin/*"]))
"""

_LIBRARY = """
py_library(
    name = "{name}",
    srcs = glob({sources}, allow_empty = True),
    data = glob({files}, exclude = ["**/*.py", "**/* *"], allow_empty = True),
    imports = ["site"],
)
"""

def _library(name, modules):
    """Writes a py_library of some importable names."""
    packages = ["site/{}/**/*".format(module) for module in modules]
    return _LIBRARY.format(
        name = name,
        sources = [package + ".py" for package in packages] + ["site/{}.py".format(module) for module in modules],
        # Some libraries look their own version up in their metadata.
        files = packages + ["site/{}{}".format(module, end) for module in modules for end in [".*", "-*.dist-info/METADATA"]],
    )

def find_pip(rctx):
    """Gives a command that runs pip; which Python has it does not matter.

    Args:
      rctx: the repository context

    Returns:
      list: the start of a command line, None when no pip is at hand
    """
    for name in ["python3", "python"]:
        python = rctx.which(name)
        if python and rctx.execute([python, "-m", "pip", "--version"]).return_code == 0:
            return [python, "-m", "pip"]
    return None

def pip_install(rctx, pip, requirements, options = []):
    """Installs wheels for the machine that runs the build into site/.

    Args:
      rctx: the repository context
      pip: (list) from find_pip
      requirements: (Label) pinned requirements with hashes
      options: (list of str) more options of `pip install`

    Returns:
      exec_result
    """
    return rctx.execute(pip + [
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--no-compile",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--target=site",
        "--requirement",
        str(rctx.path(requirements)),
    ] + options, timeout = 900)

def _wheels_repo_impl(rctx):
    label = "the wheels of the tests, for Python " + rctx.attr.python_version
    pip = find_pip(rctx)
    if not pip:
        fail(error_text(label, "no python3 on PATH has pip", "the pip client", "install pip (Debian: python3-pip)"))
    result = pip_install(rctx, pip, rctx.attr.requirements, ["--python-version=" + rctx.attr.python_version])
    if result.return_code != 0:
        fail(error_text(
            label,
            "pip could not install them:\n{}{}".format(result.stdout[-1000:], result.stderr[-2000:]),
            "the files whose hashes {} lists".format(rctx.attr.requirements),
            "check the network and pip's own configuration, or lock for this platform (tools/dev/locks.json)",
        ))
    rctx.file("BUILD.bazel", _BUILD + "".join([
        _library(name, modules)
        for name, modules in rctx.attr.libraries.items()
    ]))

wheels_repo = repository_rule(
    implementation = _wheels_repo_impl,
    doc = "Installs wheels for the running platform and one Python.",
    attrs = {
        "libraries": attr.string_list_dict(doc = "py_library -> the importable names that it holds, * allowed."),
        "python_version": attr.string(mandatory = True, doc = "\"X.Y\" of the Python that imports them."),
        "requirements": attr.label(default = "//tests/support:requirements_lock.txt", doc = "Pinned requirements with hashes."),
    },
    environ = ["PATH"],
)
