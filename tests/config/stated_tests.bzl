"""Tests of what users state, and how it reaches the config action; numbers are those of the project's requirements."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/private/config:config.bzl", "pyo3_config")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load("//rules/private/config:environment.bzl", "pyo3_environment")
load("//rules/private/interpreter:interpreter_config.bzl", "pyo3_interpreter_config")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_interpreter", "fake_probe")

_ENVIRONMENT = str(Label("//rules/settings:pyo3_environment"))
_INTERPRETER_CONFIG = str(Label("//rules/settings:interpreter_config"))

def _arguments_test_impl(ctx):
    """The options of the action have exactly the values of `expected`, its inputs are among those named."""
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    action = find_action(env, "PyO3Config")
    for option, values in ctx.attr.expected.items():
        found = [value.rpartition("/")[2] if option == "--config-file" else value for value in option_values(action.argv, option)]
        asserts.equals(env, values, found, option)
    for name in ctx.attr.inputs:
        asserts.true(env, name in names(action.inputs.to_list()), name + " is an input")
    asserts.equals(env, tuple(ctx.attr.expected.get("--setting", [])), target[PyO3ConfigInfo].settings)
    return analysistest.end(env)

def _arguments_test(settings = {}):
    return analysistest.make(
        _arguments_test_impl,
        attrs = {"expected": attr.string_list_dict(), "inputs": attr.string_list()},
        config_settings = settings,
    )

_plain_test = _arguments_test()
_flags_test = _arguments_test({
    _ENVIRONMENT: ["PYO3_ENVIRONMENT_SIGNATURE=b", "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1"],
    _INTERPRETER_CONFIG: str(Label("//tests/config:stated_for_all")),
})

# Case -> (attributes, options of the action, inputs).
_PLAIN = {
    "req_10_of_the_crates": (
        dict(interpreter_config = "stated_for_crates"),
        {"--config-file": [], "--set": ["extra_build_script_line=cargo:a", "extra_build_script_line=cargo:b", "lib_name=crates", "version=3.11"]},
        [],
    ),
    "req_10_of_the_toolchain": (
        dict(interpreter = "stating_python"),
        {"--config-file": ["stated.txt"], "--set": ["shared=false", "version=3.10"]},
        ["stated.txt"],
    ),
    "req_32_51_without_an_interpreter": (
        dict(interpreter = "stating_python", probe = "no_facts"),
        {"--facts": [], "--set": ["shared=false", "version=3.10"]},
        [],
    ),
    "req_66_of_the_environment": (
        dict(environment = "recorded"),
        {
            "--config-file": ["stated.txt"],
            "--cross-lib-dir": ["tests/config/cross_lib_dir"],
            "--setting": ["PYO3_CROSS=1", "PYO3_ENVIRONMENT_SIGNATURE=a"],
        },
        ["recorded_sysconfigdata.py"],
    ),
    "req_66_without_any": (dict(environment = "nothing_recorded"), {"--cross-lib-dir": [], "--setting": []}, []),
}

# The flags go before all else.
_FLAGS = {
    "req_10_of_the_build": (
        dict(interpreter_config = "stated_for_crates"),
        {
            "--config-file": [],
            "--set": ["extra_build_script_line=cargo:a", "extra_build_script_line=cargo:b", "lib_name=all", "version=3.11"],
            "--setting": ["PYO3_ENVIRONMENT_SIGNATURE=b", "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1"],
        },
        [],
    ),
    "req_8_signature": (
        dict(environment = "recorded"),
        {"--setting": ["PYO3_CROSS=1", "PYO3_ENVIRONMENT_SIGNATURE=b", "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1"]},
        [],
    ),
}

def _failure(items):
    return analysistest.make(
        fails_with_fragments,
        attrs = FRAGMENTS,
        config_settings = {_ENVIRONMENT: items},
        expect_failure = True,
    )

_unknown_test = _failure(["PYO3_PYHTON=python3"])
_no_value_test = _failure(["PYO3_NO_PYTHON"])
_interpreter_test = _failure(["VIRTUAL_ENV=/venv"])
_config_file_test = _failure(["PYO3_CONFIG_FILE=/pyo3.txt"])
_lib_dir_test = _failure(["PYO3_CROSS_LIB_DIR=/lib"])

_FAILURES = {
    "config_file": (_config_file_test, ["\"PYO3_CONFIG_FILE\" cannot be set here", "to do: name the file as a label"]),
    "interpreter": (_interpreter_test, ["\"VIRTUAL_ENV\" cannot be set here", "pyo3.system_python(interpreter = \"auto\")"]),
    "lib_dir": (_lib_dir_test, ["\"PYO3_CROSS_LIB_DIR\" cannot be set here", "to do: list it in pyo3.environment"]),
    "no_value": (_no_value_test, ["\"PYO3_NO_PYTHON\" has no value", "expected: NAME=VALUE", "to do: write PYO3_NO_PYTHON=1"]),
    "unknown": (_unknown_test, ["\"PYO3_PYHTON\" cannot be set here", "expected: one of PYO3_BUILD_EXTENSION_MODULE", "to do: correct its name"]),
}

def _targets():
    pyo3_interpreter_config(
        name = "stated_for_python",
        config_file = "stated.txt",
        shared = "false",
        tags = ["manual"],
        version = "3.10",
    )
    pyo3_interpreter_config(
        name = "stated_for_crates",
        extra_build_script_lines = ["cargo:a", "cargo:b"],
        lib_name = "crates",
        tags = ["manual"],
        version = "3.11",
    )
    pyo3_interpreter_config(name = "stated_for_all", lib_name = "all", tags = ["manual"])
    native.genrule(name = "stated_file", outs = ["stated.txt"], cmd = "touch $@", tags = ["manual"])
    native.genrule(name = "recorded_file", outs = ["recorded_sysconfigdata.py"], cmd = "touch $@", tags = ["manual"])
    fake_interpreter(name = "plain_python", tags = ["manual"])
    fake_interpreter(name = "stating_python", interpreter_config = "stated_for_python", tags = ["manual"])
    fake_probe(name = "some_facts", facts = "//tests/interpreter:testdata/facts.json", tags = ["manual"])
    fake_probe(name = "no_facts", tags = ["manual"])
    pyo3_environment(name = "nothing_recorded", tags = ["manual"])
    pyo3_environment(
        name = "recorded",
        config_file = "stated.txt",
        cross_lib_dir = ["recorded_sysconfigdata.py"],
        tags = ["manual"],
        values = {"PYO3_CROSS": "1", "PYO3_ENVIRONMENT_SIGNATURE": "a"},
    )

def _case(name, case, test, attributes, expected, inputs):
    pyo3_config(
        name = case,
        pyo3_version = "0.30.1",
        tags = ["manual"],
        **({"environment": "nothing_recorded", "interpreter": "plain_python", "probe": "some_facts"} | attributes)
    )
    test(name = "{}_{}_test".format(name, case), expected = expected, inputs = inputs, target_under_test = case)

def stated_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    for test, cases in [(_plain_test, _PLAIN), (_flags_test, _FLAGS)]:
        for case, (attributes, expected, inputs) in cases.items():
            _case(name, case, test, attributes, expected, inputs)
    pyo3_config(name = "stated_badly", pyo3_version = "0.30.1", tags = ["manual"])
    for case, (test, fragments) in _FAILURES.items():
        test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = ["the flag @rules_pyo3//rules/settings:pyo3_environment: "] + fragments,
            target_under_test = "stated_badly",
        )
    native.test_suite(
        name = name,
        tests = ["{}_{}_test".format(name, case) for case in _PLAIN.keys() + _FLAGS.keys()] +
                ["{}_{}_failure_test".format(name, case) for case in _FAILURES],
    )
