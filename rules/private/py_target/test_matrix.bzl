"""The macro pyo3_test_matrix."""

load(":python_list.bzl", "python_targets")
load(":python_test.bzl", "python_test")

def pyo3_test_matrix(name, pythons, srcs, main = None, tags = [], visibility = None, **kwargs):
    """Runs one test under several Pythons.

    Makes a test for each of them, such as `name.cp313` and `name.cp313t`, and a test_suite `name`. What the tests
    depend on is built for their Python. A Python that no registered toolchain matches is an error of its test.

    Args:
      name: (str) the test_suite
      pythons: (list of str) words of Pythons: "3.14", "3.14t" (free-threaded), "3.14d" (debug), "pypy3.11", ...
      srcs: (list of label) see py_test
      main: (label) see py_test; the file itself where `srcs` has only one
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: other attributes of py_test, such as deps, data, args, env and size
    """
    targets = python_targets("//{}:{}".format(native.package_name(), name), name, pythons)
    for python, target in targets.items():
        python_test(
            name = target,
            srcs = srcs,
            main = main or (srcs[0] if len(srcs) == 1 else name + ".py"),
            python_version = python,
            tags = tags,
            visibility = visibility,
            **kwargs
        )
    native.test_suite(
        name = name,
        tags = [tag for tag in tags if tag == "manual"],
        tests = targets.values(),
        visibility = visibility,
    )
