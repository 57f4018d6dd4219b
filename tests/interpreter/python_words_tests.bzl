"""Tests of the words that name Pythons, and of the flags that choose one."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:python_flags.bzl", "PYTHON_FLAGS", "no_python_values", "python_flag_values", "version_value")
load("//rules/private/interpreter:python_words.bzl", "parse_python_word", "python_word", "python_word_tag")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments", "failure_test")

_WORD = str(Label("//rules/settings:python_version"))

# Word -> (implementation, version, abiflags), short form.
_WORDS = {
    "3.13": (("cpython", "3.13", ""), "cp313"),
    "3.13d": (("cpython", "3.13", "d"), "cp313d"),
    "3.13t": (("cpython", "3.13", "t"), "cp313t"),
    "3.13td": (("cpython", "3.13", "td"), "cp313td"),
    "3.9": (("cpython", "3.9", ""), "cp39"),
    "graalpy3.12": (("graalpy", "3.12", ""), "graalpy312"),
    "pypy3.11": (("pypy", "3.11", ""), "pp311"),
}

_NONSENSE = {
    "empty": "",
    "flags": "3.13dt",
    "implementation": "jython3.13",
    "major": "2.7",
    "no_minor": "3.",
    "patch": "3.13.1",
    "pypy_flags": "pypy3.11d",
    "tag": "cp313",
}

def _words_test_impl(ctx):
    env = unittest.begin(ctx)
    for word, (expected, tag) in _WORDS.items():
        python = parse_python_word(word)
        asserts.equals(env, expected, (python.implementation, python.version, python.abiflags))
        asserts.equals(env, word, python_word(python))
        asserts.equals(env, tag, python_word_tag(word))
    return unittest.end(env)

_words_test = unittest.make(_words_test_impl)

def _flags_test_impl(ctx):
    env = unittest.begin(ctx)
    others = [flag for flag in PYTHON_FLAGS if flag != _WORD]
    settings = {flag: "as it was" for flag in PYTHON_FLAGS}
    asserts.equals(env, settings, python_flag_values(settings, ""))
    values = python_flag_values(settings, "3.13t")
    asserts.equals(env, sorted(PYTHON_FLAGS), sorted(values))
    asserts.equals(env, "3.13t", values[_WORD])
    asserts.equals(env, sorted(PYTHON_FLAGS), sorted(no_python_values()))
    asserts.equals(env, "", no_python_values()[_WORD])
    for flag in others:
        asserts.true(env, flag.rpartition(":")[2] in ["python_version", "py_freethreaded"], flag)
    return unittest.end(env)

_flags_test = unittest.make(_flags_test_impl)

def _version_value_test_impl(ctx):
    env = unittest.begin(ctx)
    listed = struct(python_version_values = {"3.11": "3.11.1"})
    asserts.equals(env, "3.11.1", version_value(listed, "3.11"))
    asserts.equals(env, None, version_value(listed, "3.14"))
    asserts.equals(env, "3.14", version_value(struct(python_version_values = None), "3.14"))
    return unittest.end(env)

_version_value_test = unittest.make(_version_value_test_impl)

def _nonsense_impl(ctx):
    parse_python_word(ctx.attr.word, ctx.label)

_nonsense = rule(implementation = _nonsense_impl, attrs = {"word": attr.string()})

def _moved_impl(settings, attr):
    return no_python_values() if attr.word == "none" else python_flag_values(settings, attr.word)

_moved = transition(implementation = _moved_impl, inputs = PYTHON_FLAGS, outputs = PYTHON_FLAGS)

def _chosen_impl(ctx):
    return [ctx.attr.interpreter[0][PyO3InterpreterInfo]]

# The real flags are moved here, so a value that rules_python does not accept would fail.
_chosen = rule(
    implementation = _chosen_impl,
    attrs = {
        "interpreter": attr.label(default = "//rules/private/interpreter:current", cfg = _moved),
        "word": attr.string(),
    },
)

def _chosen_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, ctx.attr.expected, python_word(analysistest.target_under_test(env)[PyO3InterpreterInfo]))
    return analysistest.end(env)

_chosen_test = analysistest.make(_chosen_test_impl, attrs = {"expected": attr.string()})

def _choosing(word):
    return analysistest.make(
        fails_with_fragments,
        attrs = FRAGMENTS,
        config_settings = {
            "//command_line_option:extra_toolchains": "//tests/interpreter:declared,//tests/interpreter:linux",
            _WORD: word,
        },
        expect_failure = True,
    )

_flavour_test = _choosing("3.13")
_malformed_test = _choosing("3.13.1")

def _choice_tests(name):
    for word in ["3.13", "3.14", "none"]:
        _chosen(name = "choose_" + word, word = word, tags = ["manual"])
        _chosen_test(
            name = "{}_{}_test".format(name, word),
            # Of the toolchains of this repository, the first one.
            expected = "3.14" if word == "none" else word,
            target_under_test = "choose_" + word,
        )
    _flavour_test(
        name = name + "_flavour_test",
        fragments = [
            "the flag @rules_pyo3//rules/settings:python_version is \"3.13\", but Python 3.13t was chosen",
            "expected: a registered Python toolchain of version 3.13\n",
        ],
        target_under_test = "chosen",
    )
    _malformed_test(
        name = name + "_malformed_test",
        fragments = ["@rules_pyo3//rules/settings:python_version: \"3.13.1\" names no Python"],
        target_under_test = "chosen",
    )
    return [name + suffix for suffix in ["_3.13_test", "_3.14_test", "_none_test", "_flavour_test", "_malformed_test"]]

def python_words_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _words_test, _flags_test, _version_value_test)
    tests = [name + "_pure"] + _choice_tests(name)
    for case, word in _NONSENSE.items():
        _nonsense(name = "nonsense_" + case, word = word, tags = ["manual"])
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = [
                "//tests/interpreter:nonsense_{}: \"{}\" names no Python".format(case, word),
                "expected: \"3.13\", \"3.13t\" (free-threaded)",
                "to do: correct the word",
            ],
            target_under_test = "nonsense_" + case,
        )
        tests.append("{}_{}_failure_test".format(name, case))
    native.test_suite(name = name, tests = tests)
