"""Tests of what pyo3_extension_matrix makes."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "pyo3_extension_matrix")
load("//rules/private/py_target:py_infos.bzl", "PY_INFOS")
load("//tests/support:analysis.bzl", "names")

def _matrix_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.files, names(target[DefaultInfo].files.to_list()))
    for kind in PY_INFOS:
        asserts.equals(env, ctx.attr.files, names(target[kind].transitive_sources.to_list()))
    return analysistest.end(env)

_matrix_test = analysistest.make(_matrix_test_impl, attrs = {"files": attr.string_list()})

def _refusal_test_impl(ctx):
    env = analysistest.begin(ctx)
    runfiles = names(analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list())
    for name in ["refused.cpython-314-x86_64-linux-gnu.so", "pyo3_import_module.py", "pyo3_load_module.py"]:
        asserts.true(env, name in runfiles, "{} is among {}".format(name, runfiles))
    return analysistest.end(env)

_refusal_test = analysistest.make(_refusal_test_impl)

def extension_matrix_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    files = {
        "own_each": ("version", ["own_each.cpython-313-x86_64-linux-gnu.so", "own_each.cpython-314-x86_64-linux-gnu.so"]),
        "shared_by_all": ("abi3-py310", ["shared_by_all.abi3.so"]),
    }
    for matrix, (abi, expected) in files.items():
        pyo3_extension_matrix(
            name = matrix,
            srcs = ["testdata/lib.rs"],
            abi = abi,
            pythons = ["3.14", "3.13"],
            tags = ["manual"],
        )
        _matrix_test(
            name = "{}_{}_test".format(name, matrix),
            files = expected,
            target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
            target_under_test = matrix,
        )
    pyo3_extension_matrix(
        name = "refused",
        srcs = ["testdata/lib.rs"],
        pythons = ["3.14"],
        refused_by = ["3.13"],
        tags = ["manual"],
    )
    _refusal_test(
        name = name + "_refusal_test",
        target_compatible_with = ["@platforms//os:linux", "@platforms//cpu:x86_64"],
        target_under_test = "refused.cp313.refusal_test",
    )
    native.test_suite(
        name = name,
        tests = ["{}_{}_test".format(name, matrix) for matrix in files] + [name + "_refusal_test"],
    )
