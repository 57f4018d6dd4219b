"""Tests of rules/private/tag."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load("//tests/support:analysis.bzl", "find_action", "option_values")

def _tag_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    tag = target[PyO3TagInfo]
    suffix = ctx.attr._interpreter[PyO3InterpreterInfo].ext_suffix
    asserts.equals(env, suffix, tag.ext_suffix)
    asserts.true(env, tag.file.path.endswith("/tests/extension/pkg/_native" + suffix), tag.file.path)
    asserts.equals(env, "good.module.tag.json", tag.tag.basename)
    link = [action for action in analysistest.target_actions(env) if tag.file in action.outputs.to_list()][0]
    asserts.equals(env, [target[PyO3ExtensionInfo].cdylib], link.inputs.to_list())
    action = find_action(env, "PyO3Tag")
    asserts.equals(env, [tag.tag], action.outputs.to_list())
    expected = {
        "--abi-kind": ["version"],
        "--config": [target[PyO3ExtensionInfo].pyo3.config.path],
        "--file-name": ["_native" + suffix],
        "--label": [str(target.label).removesuffix(".module")],
        "--module": ["_native"],
        "--output": [tag.tag.path],
        "--pyo3-version": [target[PyO3ExtensionInfo].pyo3.version],
    }
    for option, values in expected.items():
        asserts.equals(env, values, option_values(action.argv, option), option)
    asserts.equals(env, 1, len(option_values(action.argv, "--facts")))
    return analysistest.end(env)

_tag_test = analysistest.make(
    _tag_test_impl,
    attrs = {"_interpreter": attr.label(default = "//rules/private/interpreter:current")},
)

def tag_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _tag_test(name = name + "_test", target_under_test = "//tests/extension:good.module")
    native.test_suite(name = name, tests = [name + "_test"])
