"""Tests of rules/private/common."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_library")
load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "PythonToolInfo")
load("//rules/private/interpreter:python_tool.bzl", "python_tool")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments")

def _error_text_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        "\n//a:b: `x` is \"1\"\n  expected: 2\n  to do: set `x`",
        error_text("//a:b", "`x` is \"1\"", "2", "set `x`"),
    )
    return unittest.end(env)

_error_text_test = unittest.make(_error_text_test_impl)

def _python_tool_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PythonToolInfo]
    isolated, no_site, no_bytecode, launcher, roots, module = info.arguments
    asserts.equals(env, ["-I", "-S", "-B"], [isolated, no_site, no_bytecode])
    asserts.true(env, launcher.endswith("tools/common/launch.py"))
    asserts.true(env, "tests/common/roots" in roots.split(":"), "import roots: " + roots)
    asserts.true(env, "tools/common" in roots.split(":"), "import roots: " + roots)
    asserts.equals(env, "tool", module)
    inputs = [file.basename for file in info.inputs.to_list()]
    for name in ["launch.py", "pyo3_common.py", "pyo3_testing.py"]:
        asserts.true(env, name in inputs, name + " is an input")
    return analysistest.end(env)

_python_tool_test = analysistest.make(_python_tool_test_impl)

_no_python_test = analysistest.make(
    fails_with_fragments,
    attrs = FRAGMENTS,
    config_settings = {"//command_line_option:extra_toolchains": "//tests/support:no_python"},
    expect_failure = True,
)

def common_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _error_text_test)
    py_library(
        name = name + "_library",
        testonly = True,
        srcs = ["pyo3_testing.py"],
        imports = ["roots"],
        tags = ["manual"],
        deps = ["//tools/common"],
    )
    python_tool(
        name = name + "_tool",
        testonly = True,
        library = name + "_library",
        module = "tool",
        tags = ["manual"],
    )
    _python_tool_test(name = name + "_tool_test", target_under_test = name + "_tool")
    _no_python_test(
        name = name + "_no_python_test",
        fragments = [
            "//tests/common:common_rules_tool: the Python toolchain of the exec platform has no Python 3 runtime",
            "expected: a toolchain with `py3_runtime`",
            "to do: register a Python 3 toolchain",
        ],
        target_under_test = name + "_tool",
    )
    native.test_suite(
        name = name,
        tests = [name + "_pure", name + "_tool_test", name + "_no_python_test"],
    )
