"""Tests of which gates a module goes through."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_rust//rust:defs.bzl", "rust_library")
load("//rules:defs.bzl", "pyo3_extension")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments", "failure_test", "find_action", "option_values")
load("//tests/support:other_abi.bzl", "other_abi")

def _gates_test_impl(ctx):
    env = analysistest.begin(ctx)
    action = find_action(env, "PyO3Gates")
    asserts.equals(env, ctx.attr.gates, option_values(action.argv, "--gate"))
    return analysistest.end(env)

_BINARY_GATES = ["entry_symbol", "exports", "libpython", "paths", "python_symbols"]
_SKIP_GATES = str(Label("//rules/settings:skip_gates"))

_gates_test = analysistest.make(_gates_test_impl, attrs = {"gates": attr.string_list()})
_skipping_test = analysistest.make(
    _gates_test_impl,
    attrs = {"gates": attr.string_list()},
    config_settings = {_SKIP_GATES: ["exports"]},
)
_wrong_flag_test = analysistest.make(
    fails_with_fragments,
    attrs = FRAGMENTS,
    config_settings = {_SKIP_GATES: ["nonsense"]},
    expect_failure = True,
)

def gates_tests(name):
    """Makes the tests, of targets of extension_tests too.

    Args:
      name: (str) the test_suite
    """
    common = dict(srcs = ["testdata/lib.rs"], edition = "2021", tags = ["manual"])
    pyo3_extension(name = "two_pyo3_allowed", deps = ["between"], skip_gates = ["one_pyo3", "paths"], **common)
    pyo3_extension(name = "no_such_gate", skip_gates = ["entry"], **common)
    rust_library(name = "user", deps = ["@pyo3_crates//:pyo3"], **common)
    other_abi(name = "user_for_abi3", crate = "user", tags = ["manual"])
    pyo3_extension(name = "two_configurations", deps = ["user_for_abi3"], **common)
    failure_test(
        name = name + "_two_configurations_failure_test",
        fragments = [
            "//tests/extension:two_configurations: its dependencies hold the crate pyo3 2 times:",
            "//tests/extension:two_configurations.rust -> @@",
            "//tests/extension:two_configurations.rust -> @@//tests/extension:user -> ",
            "-ST-",
        ],
        target_under_test = "two_configurations",
    )
    failure_test(
        name = name + "_no_such_gate_failure_test",
        fragments = [
            "//tests/extension:no_such_gate: there is no gate \"entry\"",
            "expected: one of entry_symbol, exports, gil, libpython, one_pyo3, paths, python_symbols",
            "to do: correct the name",
        ],
        target_under_test = "no_such_gate",
    )
    _wrong_flag_test(
        name = name + "_wrong_flag_failure_test",
        fragments = ["the flag @rules_pyo3//rules/settings:skip_gates: there is no gate \"nonsense\""],
        target_under_test = "good.module",
    )
    _gates_test(name = name + "_gates_test", gates = _BINARY_GATES, target_under_test = "good.module")
    _gates_test(
        name = name + "_skipped_gates_test",
        gates = [gate for gate in _BINARY_GATES if gate != "paths"],
        target_under_test = "two_pyo3_allowed.module",
    )
    _skipping_test(
        name = name + "_skip_gates_flag_test",
        gates = [gate for gate in _BINARY_GATES if gate != "exports"],
        target_under_test = "good.module",
    )
    native.test_suite(name = name, tests = [name + suffix for suffix in [
        "_gates_test",
        "_no_such_gate_failure_test",
        "_skip_gates_flag_test",
        "_skipped_gates_test",
        "_two_configurations_failure_test",
        "_wrong_flag_failure_test",
    ]])
