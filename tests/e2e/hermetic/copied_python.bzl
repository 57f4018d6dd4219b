"""Copies an installed Python into a tree of its own, laid out as relocatable Pythons are."""

_COPY = """
import os, shutil, sys, sysconfig

prefix = sys.argv[1]
version = "python%d.%d" % sys.version_info[:2]
library = os.path.join(prefix, "lib", version)
leave = shutil.ignore_patterns("__pycache__", "*-packages", "config-*", "idlelib", "test", "tkinter", "turtledemo")
shutil.copytree(sysconfig.get_path("stdlib"), library, ignore = leave)
os.mkdir(os.path.join(prefix, "bin"))
shutil.copy(os.path.realpath(sys.executable), os.path.join(prefix, "bin", "python3"))
if sysconfig.get_config_var("Py_ENABLE_SHARED"):
    folder, name = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME")
    shutil.copy(os.path.join(folder, name), os.path.join(prefix, "lib", name))
"""

_BUILD = """
load("@rules_python//python:defs.bzl", "py_runtime", "py_runtime_pair")

py_runtime(
    name = "runtime",
    files = glob(["bin/**", "lib/**"]),
    interpreter = "bin/python3",
    python_version = "PY3",
)

py_runtime_pair(
    name = "pair",
    py2_runtime = None,
    py3_runtime = ":runtime",
    visibility = ["//visibility:public"],
)

toolchain(
    name = "toolchain",
    toolchain = ":pair",
    toolchain_type = "@rules_python//python:toolchain_type",
)
"""

def _copied_python_impl(rctx):
    result = rctx.execute([rctx.which("python3"), "-I", "-c", _COPY, str(rctx.path("."))])
    if result.return_code != 0:
        fail("copying the Python failed: " + result.stderr)
    rctx.file("BUILD.bazel", _BUILD)

copied_python = repository_rule(
    implementation = _copied_python_impl,
    doc = "Makes a Python toolchain of a copy of the python3 on PATH.",
    environ = ["PATH"],
)
