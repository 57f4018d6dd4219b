"""Tests of configurations in which no Python is chosen."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")

def _no_python_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    asserts.equals(env, (None, None, None), (info.version, info.ext_suffix, info.interpreter))
    asserts.true(env, ctx.attr.origin in info.origin, info.origin)
    return analysistest.end(env)

def _no_python(settings):
    return analysistest.make(_no_python_test_impl, attrs = {"origin": attr.string()}, config_settings = settings)

def _toolchains(*names):
    return {"//command_line_option:extra_toolchains": ",".join(["//tests/interpreter:" + name for name in names])}

_none_test = _no_python({"//command_line_option:extra_toolchains": "//tests/support:no_python,//tests/interpreter:linux"})
_platform_test = _no_python(_toolchains("hermetic", "freebsd"))
_pypy_test = _no_python(_toolchains("pypy", "linux"))
_silent_test = _no_python(_toolchains("silent", "linux"))
_stable_test = _no_python(_toolchains("declared", "linux") | {str(Label("//rules/private/interpreter:stable_abi")): "abi3"})

# Case -> (test, why there is no Python).
_CASES = {
    "none": (_none_test, "no Python 3 toolchain matches this platform"),
    "platform": (_platform_test, "no file name suffix is known for Python 3.12 on x86_64-unknown-freebsd"),
    "pypy": (_pypy_test, "the toolchain's implementation is \"pypy\", and nothing tells its file name suffix"),
    "silent": (_silent_test, "silent/python.exe>) does not tell its version"),
    "stable": (_stable_test, "no Python is chosen, because what is built serves several"),
}

def no_python_tests(name):
    """Makes the tests, of targets of interpreter_tests.

    Args:
      name: (str) the test_suite
    """
    for case, (test, origin) in _CASES.items():
        test(name = "{}_{}_test".format(name, case), origin = origin, target_under_test = "chosen")
    native.test_suite(name = name, tests = ["{}_{}_test".format(name, case) for case in _CASES])
