"""Tests of matrices: their names, their tests, and what they hold."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_library")
load("//rules:defs.bzl", "pyo3_test_matrix")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:python_words.bzl", "python_word")
load("//rules/private/py_target:import_tests.bzl", "check_refused", "import_name")
load("//rules/private/py_target:matrix_library.bzl", "pyo3_matrix_library")
load("//rules/private/py_target:py_infos.bzl", "PY_INFOS", "py_infos")
load("//rules/private/py_target:python_list.bzl", "python_targets")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load("//tests/support:analysis.bzl", "failure_test", "names")

# package, module_name, imports -> the name to import by
_IMPORT_NAMES = [
    ("", "my_ext", [], "my_ext"),
    ("", "pkg._native", ["."], "pkg._native"),
    ("a/b", "my_ext", [], "a.b.my_ext"),
    ("a/b", "pkg._native", ["."], "pkg._native"),
    ("a/b", "python.pkg._native", ["python"], "pkg._native"),
    ("a/b", "python.pkg._native", ["other", "./python/", "."], "pkg._native"),
    ("a/b", "pkg._native", ["other", ".."], "a.b.pkg._native"),
    # A root that the module itself would be.
    ("a", "native", ["native"], "a.native"),
]

def _import_name_test_impl(ctx):
    env = unittest.begin(ctx)
    for package, module_name, imports, expected in _IMPORT_NAMES:
        asserts.equals(env, expected, import_name(package, module_name, imports))
    return unittest.end(env)

_import_name_test = unittest.make(_import_name_test_impl)

# What is said of wrong lists.
_LISTS = {
    "double": (lambda: python_targets("//a:m", "m", ["3.13", "3.13"]), ["//a:m: `pythons` is [\"3.13\", \"3.13\"]", "to do: list the Pythons"]),
    "empty": (lambda: python_targets("//a:m", "m", []), ["`pythons` is []", "expected: at least one word such as \"3.13\", and each once"]),
    "refused": (
        lambda: check_refused("//a:m", {"3.13": "m.cp313"}, ["3.13", "3.13t"]),
        ["//a:m: `refused_by` and `pythons` both name 3.13\n", "to do: drop them from one of the two"],
    ),
    "word": (lambda: python_targets("//a:m", "m", ["3"]), ["//a:m: \"3\" names no Python"]),
}

def _list_impl(ctx):
    _LISTS[ctx.attr.case][0]()

_list = rule(implementation = _list_impl, attrs = {"case": attr.string()})

def _fake_module_impl(ctx):
    file = ctx.file.shared
    if not file:
        file = ctx.actions.declare_file("fake_modules/{}.so".format(ctx.attr.module))
        ctx.actions.write(file, "")
    return [
        DefaultInfo(files = depset([file]), runfiles = ctx.runfiles([file])),
        PyO3TagInfo(file = file, tag = None),
    ] + py_infos([file], ["_main/" + ctx.label.name], [])

_fake_module = rule(
    implementation = _fake_module_impl,
    attrs = {"module": attr.string(), "shared": attr.label(allow_single_file = True)},
)

def _mode_transition_impl(_settings, attr):
    return {"//command_line_option:compilation_mode": attr.mode}

# Another configuration, as a transition on the Python makes one.
_in_mode = transition(
    implementation = _mode_transition_impl,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def _in_mode_impl(ctx):
    dep = ctx.attr.dep[0]
    return [dep[DefaultInfo], dep[PyO3TagInfo]] + [dep[kind] for kind in PY_INFOS]

_module_in_mode = rule(
    implementation = _in_mode_impl,
    attrs = {"dep": attr.label(cfg = _in_mode), "mode": attr.string()},
)

def _library_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    expected = ["cp313.so", "cp314.so", "shared.txt"]
    asserts.equals(env, expected, names(target[DefaultInfo].files.to_list()))
    asserts.equals(env, expected, names(target[DefaultInfo].default_runfiles.files.to_list()))
    for kind in PY_INFOS:
        asserts.equals(env, expected, names(target[kind].transitive_sources.to_list()))
        asserts.equals(env, ["_main/cp313", "_main/cp314", "_main/same", "_main/same_again"], sorted(target[kind].imports.to_list()))
    return analysistest.end(env)

_library_test = analysistest.make(_library_test_impl)

def _python_of_test_impl(ctx):
    """Shows the Python that a test of a matrix is configured for."""
    env = analysistest.begin(ctx)
    executable = analysistest.target_under_test(env)[DefaultInfo].files_to_run.executable
    asserts.equals(env, "by_name." + ctx.attr.tag, executable.basename)
    runfiles = names(analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list())
    for name in ["by_name.py", "by_name.{}.inner".format(ctx.attr.tag), executable.basename, ctx.attr.word]:
        asserts.true(env, name in runfiles, "{} is among {}".format(name, runfiles))
    asserts.equals(env, {"KEPT": "yes"}, analysistest.target_under_test(env)[RunEnvironmentInfo].environment)
    return analysistest.end(env)

_python_of_test = analysistest.make(
    _python_of_test_impl,
    attrs = {"tag": attr.string(), "word": attr.string()},
)

def _word_file_impl(ctx):
    file = ctx.actions.declare_file(python_word(ctx.attr._interpreter[PyO3InterpreterInfo]))
    ctx.actions.write(file, "")
    return [DefaultInfo(files = depset([file]))]

_word_file = rule(
    implementation = _word_file_impl,
    doc = "Makes a file that is named by the Python of the configuration.",
    attrs = {"_interpreter": attr.label(default = "//rules/private/interpreter:current")},
)

def _libraries(name):
    _fake_module(name = "cp313", module = "cp313", tags = ["manual"])
    _fake_module(name = "cp314", module = "cp314", tags = ["manual"])
    for module in ["same", "same_again"]:
        _fake_module(name = module, shared = "testdata/shared.txt", tags = ["manual"])
    pyo3_matrix_library(name = "together", tags = ["manual"], deps = ["cp313", "cp314", "same", "same_again"])
    _library_test(name = name + "_library_test", target_under_test = "together")
    for mode in ["dbg", "opt"]:
        _module_in_mode(name = "cp313_" + mode, dep = "cp313", mode = mode, tags = ["manual"])
    pyo3_matrix_library(name = "clash", tags = ["manual"], deps = ["cp313_dbg", "cp313_opt"])
    failure_test(
        name = name + "_clash_failure_test",
        fragments = [
            "//tests/py_target:clash: ",
            "//tests/py_target:cp313_dbg and ",
            "//tests/py_target:cp313_opt make different files of the name tests/py_target/fake_modules/cp313.so",
            "expected: a file name for each Python",
            "to do: give the stable ABI a floor",
        ],
        target_under_test = "clash",
    )
    return [name + "_library_test", name + "_clash_failure_test"]

def _tests_of_pythons(name):
    _word_file(name = "word_file", tags = ["manual"])
    py_library(name = "word_library", data = ["word_file"], tags = ["manual"])
    pyo3_test_matrix(
        name = "by_name",
        size = "small",
        srcs = ["testdata/by_name.py"],
        args = ["$(rootpath word_file)"],
        data = ["word_file"],
        env = {"KEPT": "yes"},
        pythons = ["3.13", "3.14"],
        deps = ["word_library"],
    )
    pyo3_test_matrix(
        name = "not_there",
        srcs = ["testdata/by_name.py"],
        pythons = ["3.99"],
        tags = ["manual"],
    )
    failure_test(
        name = name + "_not_there_failure_test",
        fragments = [
            "the flag @rules_pyo3//rules/settings:python_version is \"3.99\"",
            "expected: a registered Python toolchain of version 3.99",
        ],
        target_under_test = "not_there.cp399",
    )
    tests = ["by_name", name + "_not_there_failure_test"]
    for word, tag in {"3.13": "cp313", "3.14": "cp314"}.items():
        _python_of_test(
            name = "{}_{}_test".format(name, tag),
            tag = tag,
            target_under_test = "by_name." + tag,
            word = word,
        )
        tests.append("{}_{}_test".format(name, tag))
    return tests

def matrix_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _import_name_test)
    tests = [name + "_pure"] + _libraries(name) + _tests_of_pythons(name)
    for case, (_, fragments) in _LISTS.items():
        _list(name = "list_" + case, case = case, tags = ["manual"])
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = fragments,
            target_under_test = "list_" + case,
        )
        tests.append("{}_{}_failure_test".format(name, case))
    native.test_suite(name = name, tests = tests)
