"""One extension and its test for a PyO3 version."""

load("@rules_pyo3//rules:defs.bzl", "pyo3_extension")
load("@rules_python//python:defs.bzl", "py_test")

def extension(name, crates, **kwargs):
    """Makes an extension of lib.rs in a Python package of its own.

    Args:
      name: (str) the target and the Python package
      crates: (str) the crate repository
      **kwargs: attributes of pyo3_extension
    """
    pyo3_extension(
        name = name,
        srcs = ["lib.rs"],
        module_name = name + ".my_ext",
        pyo3 = "@{}//:pyo3".format(crates),
        **kwargs
    )

def import_test(name, packages):
    """Imports extensions into one Python.

    Args:
      name: (str) the test
      packages: (dict of str to list of str) extension -> cfgs that it was compiled with
    """
    py_test(
        name = name,
        srcs = ["import_versions.py"],
        args = ["{}={}".format(package, ",".join(cfgs)) for package, cfgs in packages.items()],
        main = "import_versions.py",
        deps = packages.keys(),
    )
