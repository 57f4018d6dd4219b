"""Tests of rules/private/config."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/config:config.bzl", "pyo3_config")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load("//tests/support:analysis.bzl", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_probe")

def _config_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyO3ConfigInfo]
    action = find_action(env, "PyO3Config")
    expected = {
        "--facts": info.facts.path,
        "--features": "abi3-py310,multiple-pymethods",
        "--label": str(target.label),
        "--output": info.config.path,
        "--pyo3-version": "0.30.1",
        "--target": "aarch64-apple-darwin",
    }
    for option, value in expected.items():
        asserts.equals(env, [value], option_values(action.argv, option), option)
    asserts.equals(env, "facts.json", info.facts.basename)
    asserts.true(env, info.facts in action.inputs.to_list())
    asserts.equals(env, [info.config], action.outputs.to_list())
    asserts.equals(env, "made.config.txt", info.config.basename)
    asserts.equals(env, [info.config], target[DefaultInfo].files.to_list())
    asserts.equals(env, [info.config, info.explanation], target[OutputGroupInfo].pyo3_config.to_list())
    asserts.false(env, "pyo3_probe.py" in names(action.inputs.to_list()), "the config does not depend on the probe's code")
    return analysistest.end(env)

_config_test = analysistest.make(
    _config_test_impl,
    config_settings = {"//command_line_option:extra_toolchains": "//tests/probe:foreign"},
)

def config_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    fake_probe(name = "probe", facts = "//tests/interpreter:testdata/facts.json", tags = ["manual"])
    pyo3_config(
        name = "made",
        probe = "probe",
        pyo3_features = ["abi3-py310", "multiple-pymethods"],
        pyo3_version = "0.30.1",
        tags = ["manual"],
    )
    _config_test(name = name + "_test", target_under_test = "made")
    native.test_suite(name = name, tests = [name + "_test"])
