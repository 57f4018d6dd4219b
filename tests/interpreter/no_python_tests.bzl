"""Tests of configurations in which no Python is chosen."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")

def _no_python_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    asserts.equals(env, (None, None, None), (info.version, info.ext_suffix, info.interpreter))
    asserts.equals(env, ctx.attr.origin, info.origin)
    return analysistest.end(env)

def _no_python(settings):
    return analysistest.make(_no_python_test_impl, attrs = {"origin": attr.string()}, config_settings = settings)

_none_test = _no_python({"//command_line_option:extra_toolchains": "//tests/support:no_python,//tests/interpreter:linux"})
_stable_test = _no_python({str(Label("//rules/private/interpreter:stable_abi")): "abi3"})

def no_python_tests(name):
    """Makes the tests, of targets of interpreter_tests.

    Args:
      name: (str) the test_suite
    """
    _none_test(name = name + "_none_test", origin = "no Python 3 toolchain matches this platform", target_under_test = "chosen")
    _stable_test(
        name = name + "_stable_test",
        origin = "no Python is chosen, because what is built serves several",
        target_under_test = "chosen",
    )
    native.test_suite(name = name, tests = [name + "_none_test", name + "_stable_test"])
