"""Tests written for pytest, as Bazel tests."""

load("@rules_python//python:defs.bzl", "py_test")

def pytest_test(name, srcs, args = [], data = [], deps = [], env = {}, helpers = [], **kwargs):
    """Runs pytest on some files; finding no test in them is a failure.

    Args:
      name: (str) the target
      srcs: (list of label) files with tests
      args: (list of str) more arguments of pytest
      data: (list of label) files that the tests read
      deps: (list of label) Python libraries that they import
      env: (dict of str to str) environment variables
      helpers: (list of label) Python files that they import, without tests of their own
      **kwargs: attributes of py_test
    """
    py_test(
        name = name,
        srcs = srcs + helpers + ["//tests/support:run_pytest.py"],
        args = ["$(rootpath {})".format(src) for src in srcs] + args,
        data = data + ["//:pyproject.toml"],
        # Runfiles point at the sources, and nothing is to be written beside those.
        env = env | {"PYTHONDONTWRITEBYTECODE": "1"},
        # Helpers are imported by their bare names.
        imports = ["."],
        main = "//tests/support:run_pytest.py",
        deps = deps + ["//tests/support:pytest"],
        **kwargs
    )

def pytest_tests(name, data = [], deps = [], **kwargs):
    """Makes a pytest_test of each *_test.py file of the folder, named as the file without .py.

    The other Python files of the folder are helpers. Its snapshots/ and testdata/ are data of the
    tests, and of those of other folders as `:testdata`.

    Args:
      name: (str) the test_suite of all of them
      data: (list of label) what the tests read besides
      deps: (list of label) what they import besides what all tests share
      **kwargs: attributes of each pytest_test
    """
    native.filegroup(
        name = "testdata",
        srcs = native.glob(["snapshots/**", "testdata/**"], allow_empty = True),
        visibility = ["//tests:__subpackages__"],
    )
    srcs = native.glob(["*_test.py"], allow_empty = True)
    names = [src.removesuffix(".py") for src in srcs]
    for test, src in zip(names, srcs):
        pytest_test(
            name = test,
            srcs = [src],
            data = data + [":testdata"],
            helpers = native.glob(["*.py"], allow_empty = True, exclude = srcs),
            deps = deps,
            **kwargs
        )
    native.test_suite(
        name = name,
        tests = names,
        visibility = ["//tests:__subpackages__"],
    )
