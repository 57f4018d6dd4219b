"""Tests of rules/private/probe."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/probe:probe.bzl", "pyo3_probe")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_interpreter", "fake_rust_toolchain")

_NATIVE = {"//command_line_option:extra_toolchains": "//tests/probe:native"}
_FOREIGN = {"//command_line_option:extra_toolchains": "//tests/probe:foreign"}

def _asked_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    action = find_action(env, "PyO3Probe")
    asserts.equals(env, ["/opt/python3"], option_values(action.argv, "--interpreter"))
    asserts.equals(env, [str(target.label)], option_values(action.argv, "--label"))
    declared = option_values(action.argv, "--declared")[0].rpartition("/")[2]
    asserts.equals(env, ctx.attr.declared, declared)
    inputs = names(action.inputs.to_list())
    for name in [declared, "pyo3_probe.py", "launch.py"]:
        asserts.true(env, name in inputs, name + " is an input")
    facts = target[PyO3ProbeInfo].facts
    asserts.equals(env, [facts], action.outputs.to_list())
    asserts.equals(env, [facts], target[DefaultInfo].files.to_list())
    asserts.equals(env, target.label.name + ".facts.json", facts.basename)
    return analysistest.end(env)

_asked_test = analysistest.make(_asked_test_impl, attrs = {"declared": attr.string()}, config_settings = _NATIVE)

_DECLARED = """\
{
 "abiflags": "",
 "ext_suffix": ".cpython-314-x86_64-linux-gnu.so",
 "implementation_name": "cpython",
 "schema": 1,
 "version": [
  3,
  14
 ]
}
"""

def _declared_test_impl(ctx):
    env = analysistest.begin(ctx)
    action = find_action(env, "FileWrite")
    asserts.equals(env, _DECLARED, action.content)
    return analysistest.end(env)

_declared_test = analysistest.make(_declared_test_impl, config_settings = _NATIVE)

def _believed_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, [], analysistest.target_actions(env))
    asserts.equals(env, ["facts.json"], names([target[PyO3ProbeInfo].facts]))
    asserts.equals(env, [target[PyO3ProbeInfo].facts], target[DefaultInfo].files.to_list())
    return analysistest.end(env)

def _req_51_described_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, [], analysistest.target_actions(env))
    asserts.equals(env, None, analysistest.target_under_test(env)[PyO3ProbeInfo].facts)
    return analysistest.end(env)

_req_51_described_test = analysistest.make(_req_51_described_test_impl, config_settings = _NATIVE)

_foreign_test = analysistest.make(_believed_test_impl, config_settings = _FOREIGN)
_no_executable_test = analysistest.make(_believed_test_impl, config_settings = _NATIVE)

_foreign_failure_test = analysistest.make(
    fails_with_fragments,
    attrs = FRAGMENTS,
    config_settings = _FOREIGN,
    expect_failure = True,
)

def _targets():
    for name, triple in {"foreign": "aarch64-apple-darwin", "native": "x86_64-unknown-linux-gnu"}.items():
        fake_rust_toolchain(name = name + "_toolchain", target_triple = triple, tags = ["manual"])
        native.toolchain(name = name, toolchain = name + "_toolchain", toolchain_type = RUST_TOOLCHAIN_TYPE)
    interpreters = {
        "described": dict(interpreter_config = "//rules/settings:nothing_stated"),
        "known": dict(facts = "//tests/interpreter:testdata/facts.json", interpreter = "/opt/python3"),
        "no_executable": dict(facts = "//tests/interpreter:testdata/facts.json"),
        "unknown": dict(interpreter = "/opt/python3"),
    }
    for name, attributes in interpreters.items():
        fake_interpreter(name = name + "_interpreter", tags = ["manual"], **attributes)
        pyo3_probe(name = name, interpreter = name + "_interpreter", tags = ["manual"])

def probe_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    _asked_test(name = name + "_known_test", declared = "facts.json", target_under_test = "known")
    _asked_test(name = name + "_unknown_test", declared = "unknown.declared.json", target_under_test = "unknown")
    _declared_test(name = name + "_declared_test", target_under_test = "unknown")
    _req_51_described_test(name = name + "_req_51_described_test", target_under_test = "described")
    _foreign_test(name = name + "_foreign_test", target_under_test = "known")
    _no_executable_test(name = name + "_no_executable_test", target_under_test = "no_executable")
    _foreign_failure_test(
        name = name + "_foreign_failure_test",
        fragments = [
            "//tests/probe:unknown: the Python 3.14 of a test cannot run where the build runs",
            "and its facts are not declared",
            "expected: a Python toolchain with facts",
            "to do: declare it with pyo3_python_toolchain(facts = ...)",
        ],
        target_under_test = "unknown",
    )
    native.test_suite(name = name, tests = [
        "{}_{}_test".format(name, case)
        for case in ["known", "unknown", "declared", "foreign", "no_executable", "req_51_described", "foreign_failure"]
    ])
