"""Tests of which ABI an extension gets."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules/private/config:abi.bzl", "abi_features", "check_abi_words", "require_abi", "resolve_abi")
load("//rules/private/config:abi_info.bzl", "PyO3AbiInfo")
load("//rules/private/config:pyo3_abi.bzl", "pyo3_abi")
load("//rules/private/interpreter:transitions.bzl", "choose_abi")
load("//tests/support:analysis.bzl", "failure_test")

def _python(version, abiflags = "", implementation = "cpython"):
    return struct(abiflags = abiflags, implementation = implementation, origin = "a test", version = version)

_NONE = _python(None, implementation = None)

# (features, Python, whether on Windows, pinned) -> (kind, floor, shared, whether there is a problem).
_CASES = [
    (([], _python("3.14"), False, ""), ("version", None, False, False)),
    ((["abi3-py310"], _python("3.14"), False, ""), ("abi3", "3.10", True, False)),
    ((["abi3-py312", "abi3-py39", "abi3"], _python("3.14"), False, ""), ("abi3", "3.9", True, False)),
    ((["abi3"], _python("3.13"), False, ""), ("abi3", "3.13", False, False)),
    ((["abi3-py314"], _python("3.13"), False, ""), ("abi3", "3.14", True, True)),
    ((["abi3-py39"], _python("3.13", "t"), False, ""), ("version", None, False, False)),
    ((["abi3-py39"], _python("3.13", "d"), False, ""), ("abi3", "3.9", True, False)),
    ((["abi3-py39"], _python("3.13", "d"), True, ""), ("abi3", "3.9", False, False)),
    ((["abi3-py39"], _python("3.13"), True, ""), ("abi3", "3.9", True, False)),
    ((["abi3-py39"], _python("3.11", implementation = "pypy"), False, ""), ("version", None, False, False)),
    ((["abi3-py39"], _python("3.12", implementation = "graalpy"), False, ""), ("version", None, False, False)),
    ((["abi3t-py315"], _python("3.14"), False, ""), ("version", None, False, False)),
    ((["abi3t-py315"], _python("3.15"), False, ""), ("abi3t", "3.15", True, False)),
    ((["abi3t-py315"], _python("3.15", "t"), False, ""), ("abi3t", "3.15", True, False)),
    ((["abi3-py310", "abi3t-py315"], _python("3.15"), False, ""), ("abi3t", "3.15", True, False)),
    ((["abi3-py310", "abi3t-py315"], _python("3.14"), False, ""), ("abi3", "3.10", True, False)),
    (([], _NONE, False, ""), ("version", None, False, True)),
    ((["abi3"], _NONE, False, ""), ("abi3", None, False, True)),
    ((["abi3-py310"], _NONE, False, ""), ("abi3", "3.10", True, False)),
    ((["abi3-py310", "abi3t-py315"], _NONE, False, "abi3t"), ("abi3t", "3.15", True, False)),
    ((["abi3-py310", "abi3t-py315"], _NONE, False, "abi3"), ("abi3", "3.10", True, False)),
]

def _resolve_test_impl(ctx):
    env = unittest.begin(ctx)
    for case, expected in _CASES:
        abi = resolve_abi(*case)
        found = (abi.kind, abi.floor, abi.shared, abi.problem != None)
        asserts.equals(env, expected, found, str(case))
    return unittest.end(env)

_resolve_test = unittest.make(_resolve_test_impl)

def _features_test_impl(ctx):
    env = unittest.begin(ctx)
    features = ["macros", "abi3-py310", "abi3t-py315", "abi3"]
    asserts.equals(env, features[1:], abi_features(features, "auto"))
    asserts.equals(env, [], abi_features(features, "version"))
    asserts.equals(env, ["abi3-py39"], abi_features(["macros"], "abi3-py39"))
    asserts.equals(env, ["abi3-py310", "abi3", "abi3t"], abi_features(["abi3-py310"], "abi3,abi3t"))
    return unittest.end(env)

_features_test = unittest.make(_features_test_impl)

def _choose_test_impl(ctx):
    env = unittest.begin(ctx)
    for attribute, flag, expected in [
        ("auto", "auto", "auto"),
        ("auto", "abi3-py310", "abi3-py310"),
        ("abi3-py39", "auto", "abi3-py39"),
        ("abi3-py39", "abi3-py310", "abi3-py39"),
        ("abi3-py39", "version", "version"),
        ("version", "abi3-py310", "version"),
    ]:
        asserts.equals(env, expected, choose_abi(attribute, flag), attribute + " and " + flag)
    for words in ["auto", "version", "abi3", "abi3-py39", "abi3t-py315", "abi3-py310,abi3t"]:
        check_abi_words("//a:test", words)
    return unittest.end(env)

_choose_test = unittest.make(_choose_test_impl)

def _rule_test_impl(ctx):
    env = analysistest.begin(ctx)
    abi = analysistest.target_under_test(env)[PyO3AbiInfo]
    asserts.equals(env, (ctx.attr.kind, ctx.attr.shared), (abi.kind, abi.shared))
    return analysistest.end(env)

_ATTRS = {"kind": attr.string(), "shared": attr.bool()}
_rule_test = analysistest.make(_rule_test_impl, attrs = _ATTRS)
_flag_test = analysistest.make(
    _rule_test_impl,
    attrs = _ATTRS,
    config_settings = {str(Label("//rules/settings:abi")): "version"},
)

def _required_abi_impl(ctx):
    require_abi(ctx.label, resolve_abi(ctx.attr.features_of_pyo3, _python(ctx.attr.version or None), False, ""))

_required_abi = rule(
    implementation = _required_abi_impl,
    attrs = {"features_of_pyo3": attr.string_list(), "version": attr.string()},
)

# Name -> (features, version of the Python, what the message says).
_PROBLEMS = {
    "floor_above": (["abi3-py314"], "3.13", [
        "the ABI abi3 is for Python 3.14 and newer, and the chosen Python is 3.13 (a test)",
        "expected: a floor that is not above the Python",
        "to do: lower the floor",
    ]),
    "no_floor": (["abi3"], "", ["a test", "expected: a Python, or a stable ABI with a floor", "to do: register one"]),
    "no_python": ([], "", ["a test", "expected: a Python, or a stable ABI with a floor", "to do: register one"]),
}

_NOT_WORDS = ["", "abi3-py310, abi3t", "abi4", "abi3-py", "abi3-py3", "abi3-py3x", "auto,abi3", "abi3-310"]

def _wrong_words_impl(ctx):
    check_abi_words(ctx.label, ctx.attr.words)

_wrong_words = rule(implementation = _wrong_words_impl, attrs = {"words": attr.string()})

def abi_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _resolve_test, _features_test, _choose_test)
    pyo3_abi(name = "abi3_crates", pyo3_features = ["abi3-py39"], tags = ["manual"])
    _rule_test(name = name + "_rule_test", kind = "abi3", shared = True, target_under_test = "abi3_crates")
    _flag_test(name = name + "_flag_test", kind = "version", target_under_test = "abi3_crates")
    for i, words in enumerate(_NOT_WORDS):
        _wrong_words(name = "abi_words_{}".format(i), tags = ["manual"], words = words)
        failure_test(
            name = "{}_words_{}_failure_test".format(name, i),
            fragments = ["the ABI is \"{}\"".format(words), "expected: \"auto\", \"version\", or \"abi3\"", "to do: correct it"],
            target_under_test = "abi_words_{}".format(i),
        )
    for case, (features, version, fragments) in _PROBLEMS.items():
        _required_abi(name = "abi_" + case, features_of_pyo3 = features, tags = ["manual"], version = version)
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = ["//tests/config:abi_{}: ".format(case) + fragments[0]] + fragments[1:],
            target_under_test = "abi_" + case,
        )
    native.test_suite(
        name = name,
        tests = [name + "_pure", name + "_rule_test", name + "_flag_test"] +
                ["{}_words_{}_failure_test".format(name, i) for i in range(len(_NOT_WORDS))] +
                ["{}_{}_failure_test".format(name, case) for case in _PROBLEMS],
    )
