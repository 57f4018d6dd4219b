"""Tests of what users state of the interpreter config."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:current_interpreter.bzl", "current_interpreter")
load("//rules/private/interpreter:interpreter_config.bzl", "merge_interpreter_configs", "pyo3_interpreter_config", "stated_values")
load("//rules/private/interpreter:interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:python_toolchain.bzl", "pyo3_python_toolchain")

_EVERYTHING = dict(
    abi3 = "false",
    build_flags = ["Py_DEBUG", "Py_REF_DEBUG"],
    executable = "/opt/bin/python3",
    extra_build_script_lines = ["cargo:rustc-link-lib=a", "cargo:rustc-link-lib=b"],
    implementation = "CPython",
    lib_dir = "/opt/lib",
    lib_name = "python3.13",
    pointer_width = "64",
    python_framework_prefix = "/Library/Frameworks",
    shared = "true",
    suppress_build_script_link_lines = "true",
    target_abi = "CPython-abi3-3.10",
    version = "3.13",
)

_VALUES = {
    "abi3": ("false",),
    "build_flags": ("Py_DEBUG,Py_REF_DEBUG",),
    "executable": ("/opt/bin/python3",),
    "extra_build_script_line": ("cargo:rustc-link-lib=a", "cargo:rustc-link-lib=b"),
    "implementation": ("CPython",),
    "lib_dir": ("/opt/lib",),
    "lib_name": ("python3.13",),
    "pointer_width": ("64",),
    "python_framework_prefix": ("/Library/Frameworks",),
    "shared": ("true",),
    "suppress_build_script_link_lines": ("true",),
    "target_abi": ("CPython-abi3-3.10",),
    "version": ("3.13",),
}

def _req_10_rule_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterConfigInfo]
    asserts.equals(env, _VALUES, info.values)
    asserts.equals(env, "facts.json", info.config_file.basename)
    return analysistest.end(env)

_req_10_rule_test = analysistest.make(_req_10_rule_test_impl)

def _req_10_toolchain_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    asserts.equals(env, _VALUES, info.interpreter_config.values)
    return analysistest.end(env)

_req_10_toolchain_test = analysistest.make(_req_10_toolchain_test_impl, config_settings = {
    "//command_line_option:extra_toolchains": "//tests/interpreter:stating,//tests/interpreter:linux",
})

def _req_32_51_described_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    asserts.equals(env, (None, None, ".abi3.so"), (info.interpreter, info.facts, info.ext_suffix))
    return analysistest.end(env)

_req_32_51_described_test = analysistest.make(_req_32_51_described_test_impl, config_settings = {
    "//command_line_option:extra_toolchains": "//tests/interpreter:described,//tests/interpreter:linux",
})

def _layer(config_file = None, **values):
    return PyO3InterpreterConfigInfo(config_file = config_file, values = values)

def _req_10_layers_test_impl(ctx):
    env = unittest.begin(ctx)
    for layers, config_file, values in [
        ([], None, {}),
        ([None, _layer(), None], None, {}),
        ([_layer(shared = ("true",), version = ("3.9",)), None, _layer(version = ("3.10",))], None, {"shared": ("true",), "version": ("3.10",)}),
        ([_layer("below", version = ("3.9",)), _layer(shared = ("true",))], "below", {"shared": ("true",), "version": ("3.9",)}),
        ([_layer(version = ("3.9",)), _layer("above", shared = ("true",))], "above", {"shared": ("true",)}),
    ]:
        merged = merge_interpreter_configs(layers)
        asserts.equals(env, (config_file, values), (merged.config_file, merged.values))
    return unittest.end(env)

_req_10_layers_test = unittest.make(_req_10_layers_test_impl)

def _req_10_nothing_stated_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, {}, stated_values({"build_flags": [], "extra_build_script_lines": [], "shared": ""}))
    asserts.equals(env, {"build_flags": ("",)}, stated_values({"build_flags": [""]}))
    return unittest.end(env)

_req_10_nothing_stated_test = unittest.make(_req_10_nothing_stated_test_impl)

def interpreter_config_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    pyo3_interpreter_config(
        name = "everything",
        config_file = "testdata/facts.json",
        tags = ["manual"],
        **_EVERYTHING
    )
    for toolchain, suffix, runtime in [
        ("described", ".abi3.so", None),
        ("stating", ".cpython-312-x86_64-linux-gnu.so", "hermetic_runtime"),
    ]:
        pyo3_python_toolchain(
            name = toolchain + "_toolchain",
            ext_suffix = suffix,
            interpreter_config = "everything",
            runtime = runtime,
            tags = ["manual"],
            version = "3.12",
        )
        native.toolchain(name = toolchain, toolchain = toolchain + "_toolchain", toolchain_type = PYTHON_TOOLCHAIN_TYPE)
    current_interpreter(name = "stating_interpreter", tags = ["manual"])
    _req_10_rule_test(name = name + "_rule_test", target_under_test = "everything")
    _req_10_toolchain_test(name = name + "_toolchain_test", target_under_test = "stating_interpreter")
    _req_32_51_described_test(name = name + "_described_test", target_under_test = "stating_interpreter")
    unittest.suite(name + "_pure", _req_10_layers_test, _req_10_nothing_stated_test)
    native.test_suite(name = name, tests = [name + "_" + case for case in ["described_test", "pure", "rule_test", "toolchain_test"]])
