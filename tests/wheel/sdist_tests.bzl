"""Tests of rules/private/wheel/sdist*.bzl: which files are taken, and what is refused."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_python//python:defs.bzl", "py_library")
load("//rules:defs.bzl", "pyo3_extension", "pyo3_sdist")
load("//tests/support:analysis.bzl", "failure_test", "find_action")

_TAGS = ["manual"]
_DATA = "testdata/"
_PROJECT = dict(cargo_toml = _DATA + "mixed/Cargo.toml", pyproject = _DATA + "mixed/pyproject.toml")

# In the package of the test, of what the sdist is made of: added, source, compile_data, data of a filegroup, named twice.
_TAKEN = ["cargo_only/Cargo.toml", "crates/LICENSE.txt", "crates/lib.rs", "mixed/Cargo.toml", "mixed/README.md", "mixed/pyproject.toml"]

def _sdist_rule_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    inputs = [file for file in find_action(env, "PyO3Sdist").inputs.to_list() if file.short_path.startswith("tests/wheel/")]
    expected = ["tests/wheel/testdata/" + path for path in _TAKEN]
    asserts.equals(env, expected, sorted([file.short_path for file in inputs if file.is_source]))
    made = [target.label.name + ending for ending in [".files", ".sdist.json"]]
    asserts.equals(env, sorted(made + ["added.txt"]), sorted([file.basename for file in inputs if not file.is_source]))
    return analysistest.end(env)

_sdist_rule_test = analysistest.make(_sdist_rule_test_impl)

_REFUSED = {
    "lock_outside": (
        dict(cargo_lock = "//rules/private/crates:locks/0.30.1/Cargo.lock"),
        ["/0.30.1/Cargo.lock, which lies outside the package", "to do: move the pyo3_sdist to the package above both"],
    ),
    "no_vendored_crates": (
        dict(vendored_crates = "BUILD.bazel"),
        ["`vendored_crates` has crates in 0 folders", "all files of one folder of `cargo vendor`", "name @NAME//:crates"],
    ),
}

def _targets(name):
    native.genrule(name = name + "_made", outs = ["made.txt"], cmd = "echo > $@", tags = _TAGS)
    native.genrule(name = name + "_added", outs = ["added.txt"], cmd = "echo > $@", tags = _TAGS)
    native.filegroup(name = name + "_texts", srcs = [_DATA + "mixed/README.md", name + "_made"], tags = _TAGS)
    pyo3_extension(
        name = name + "_extension",
        srcs = [_DATA + "crates/lib.rs"],
        compile_data = [_DATA + "crates/LICENSE.txt"],
        edition = "2021",
        tags = _TAGS,
    )
    py_library(
        name = name + "_library",
        data = [name + "_texts"],
        tags = _TAGS,
        deps = [name + "_extension", "@rules_pyo3_wheels//:packaging"],
    )
    pyo3_sdist(
        name = name + "_sdist",
        srcs = [_DATA + "cargo_only/Cargo.toml", name + "_added"],
        tags = _TAGS,
        deps = [name + "_library", _DATA + "mixed/README.md"],
        **_PROJECT
    )
    for case, (attributes, _) in _REFUSED.items():
        pyo3_sdist(name = name + "_" + case, tags = _TAGS, **(_PROJECT | attributes))

def sdist_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets(name)
    _sdist_rule_test(name = name + "_test", target_under_test = name + "_sdist")
    for case, (_, fragments) in _REFUSED.items():
        failure_test(name = "{}_{}_test".format(name, case), fragments = fragments, target_under_test = "{}_{}".format(name, case))
    native.test_suite(
        name = name,
        tests = [name + "_test"] + ["{}_{}_test".format(name, case) for case in _REFUSED],
    )
