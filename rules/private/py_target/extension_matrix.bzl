"""The macro pyo3_extension_matrix."""

load(":extension_targets.bzl", "extension_module_name", "extension_targets")
load(":import_tests.bzl", "import_name", "import_tests")
load(":matrix_library.bzl", "pyo3_matrix_library")
load(":python_list.bzl", "python_targets")

def pyo3_extension_matrix(
        *,
        name,
        pythons,
        gil_used = False,
        refused_by = [],
        tests = True,
        tags = [],
        visibility = None,
        **kwargs):
    """Builds one extension module for several Pythons.

    Makes an extension for each of them, such as `name.cp313`, `name.cp313t` and `name.pp311`, each with its `.config`, and
    `name`, which holds all of them side by side: depend on it as on a py_library, and every Python imports its own file. All
    are compiled from `name.rust`, once where a stable ABI has a floor (`abi = "abi3-py310"`): then Pythons share one file.

    `name.tests` is a test_suite, with one test for each Python: the Python imports the module from the file that was built
    for it, and where it is free-threaded, the GIL stays off.

    Args:
      name: (str) the target with all extensions, and the module unless `module_name` says otherwise
      pythons: (list of str) words of Pythons: "3.14", "3.14t" (free-threaded), "3.14d" (debug), "pypy3.11", ...
      gil_used: (bool) whether the module needs the GIL, `#[pymodule(gil_used = true)]`: then the tests of free-threaded
        Pythons expect that importing it switches the GIL on
      refused_by: (list of str) words of other Pythons, which must not be able to load any of the files: `name.tests` has
        a test for each, `name.cp39.refusal_test`, which says what the Python did instead
      tests: (bool) whether to make `name.tests`
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: other attributes of pyo3_extension, for all of the extensions
    """
    label = "//{}:{}".format(native.package_name(), name)
    targets = python_targets(label, name, pythons)
    module_name = extension_module_name(name, kwargs.get("module_name"))
    common = extension_targets(
        name = name,
        python_versions = {target: word for word, target in targets.items()},
        tags = tags,
        visibility = visibility,
        **kwargs
    )
    pyo3_matrix_library(
        name = name,
        tags = tags,
        visibility = visibility,
        deps = targets.values(),
        **common
    )
    if tests:
        import_tests(
            name = name,
            gil_used = gil_used,
            module = import_name(native.package_name(), module_name, kwargs.get("imports", [])),
            refused_by = refused_by,
            skip_gates = kwargs.get("skip_gates", []),
            tags = tags,
            targets = targets,
            visibility = visibility,
            **common
        )
