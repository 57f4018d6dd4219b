"""Tests of what is found out about rules_python's flags."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("@rules_pyo3_features//:features.bzl", "RULES_PYTHON")
load("@rules_pyo3_features//:py_wheel_info.bzl", "PyWheelInfo")
load("@rules_python//python:packaging.bzl", RulesPythonWheelInfo = "PyWheelInfo")
load("//rules/private/bzlmod:features_repo.bzl", "features_text", "flag_features", "py_wheel_info_text")

# The words by which the flags are known, as rules_python 0.22.1, 0.29.0, 0.36.0 and 2.3.2 have them.
_LISTED = "string_flag(\n name = \"python_version\",\n values = python_versions,\n)"
_LISTED_OR_EMPTY = "string_flag(\n name = \"python_version\",\n values = [\"\"] + sorted(allowed_flag_values),\n)"
_FREE = "_python_version_flag(\n name = _PYTHON_VERSION_FLAG.name,\n)\n_python_version_flag = rule(\n)"
_FREETHREADED = "string_flag(\n name = \"py_freethreaded\",\n)"

# Text -> python_version, listed, empty, py_freethreaded.
_FEATURES = {
    "nothing that is known": (False, False, True, False),
    _FREE: (True, False, True, False),
    _FREE + _FREETHREADED: (True, False, True, True),
    _LISTED: (True, True, False, False),
    _LISTED_OR_EMPTY: (True, True, True, False),
}

def _flag_features_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, expected in _FEATURES.items():
        found = flag_features(text)
        asserts.equals(env, expected, (found.python_version, found.listed, found.empty, found.py_freethreaded), text)
    return unittest.end(env)

_flag_features_test = unittest.make(_flag_features_test_impl)

def _features_text_test_impl(ctx):
    env = unittest.begin(ctx)
    for text in [_LISTED, _LISTED_OR_EMPTY]:
        asserts.true(env, "load(\"@rules_python//python:versions.bzl\"" in features_text(flag_features(text)))
    listed = features_text(flag_features(_LISTED))
    asserts.true(env, "python_version_neutral = TOOL_VERSIONS.keys()[0]," in listed, listed)
    free = features_text(flag_features(_FREE + _FREETHREADED))
    asserts.false(env, "load(" in free, free)
    for line in ["py_freethreaded = True,", "python_version = True,", "python_version_neutral = \"\",", "python_version_values = None,"]:
        asserts.true(env, line in free, line)
    return unittest.end(env)

_features_text_test = unittest.make(_features_text_test_impl)

def _py_wheel_info_test_impl(ctx):
    env = unittest.begin(ctx)
    known = py_wheel_info_text("# Re-export as public API\nPyWheelInfo = _PyWheelInfo\n")
    asserts.true(env, "load(\"@rules_python//python:packaging.bzl\", _PyWheelInfo = \"PyWheelInfo\")" in known, known)
    asserts.true(env, "\nPyWheelInfo = _PyWheelInfo\n" in known, known)
    unknown = py_wheel_info_text("")
    asserts.false(env, "load(" in unknown, unknown)
    asserts.true(env, "\nPyWheelInfo = None\n" in unknown, unknown)
    return unittest.end(env)

_py_wheel_info_test = unittest.make(_py_wheel_info_test_impl)

def _this_rules_python_test_impl(ctx):
    env = unittest.begin(ctx)

    # Every rules_python that this repository supports has the first flag.
    asserts.true(env, RULES_PYTHON.python_version)
    asserts.equals(env, RulesPythonWheelInfo, PyWheelInfo)
    if RULES_PYTHON.python_version_values != None:
        asserts.equals(env, "3.11.", RULES_PYTHON.python_version_values["3.11"][:5])
    return unittest.end(env)

_this_rules_python_test = unittest.make(_this_rules_python_test_impl)

def features_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name, _flag_features_test, _features_text_test, _py_wheel_info_test, _this_rules_python_test)
