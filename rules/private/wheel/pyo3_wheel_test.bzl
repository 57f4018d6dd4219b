"""The macro pyo3_wheel_test."""

load("//rules/private/interpreter:python_words.bzl", "python_word_tag")
load("//rules/private/py_target:python_test.bzl", "python_test")

_PROGRAM = Label("//tools/wheel:pyo3_wheel_try.py")

def pyo3_wheel_test(*, name, wheel, srcs, data = [], installers = ["pip", "uv"], uv = None, python_versions = [], wheels = [], tags = [], visibility = None, **kwargs):
    """Installs a wheel into a virtual environment of its own, without network, and runs Python tests there.

    The tests see what is installed, and none of the sources. Each of `srcs` is run as a program by the environment's Python,
    in a folder that holds `srcs` and `data` only.

    Args:
      name: (str) the test; a test_suite where there are `python_versions`
      wheel: (label) the pyo3_wheel
      srcs: (list of label) Python files, each a program that fails when something is wrong
      data: (list of label) files that they read, or modules that they import, put beside them
      installers: (list of str) "pip", "uv": a fresh environment for each; uv is left out where there is neither `uv` nor one on PATH
      uv: (label) the program uv, so that every machine uses the same one
      python_versions: (list of str) words of Pythons: a test for each, `name.cp313` and the like, with the wheel for that Python;
        the build's Python by default
      wheels: (list of label) other wheels that the wheel requires: pyo3_wheel targets or .whl files
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: other attributes of py_test, such as size and env
    """
    label = "//{}:{}".format(native.package_name(), name)
    words = {name: ""}
    if python_versions:
        words = {"{}.{}".format(name, python_word_tag(word, label)): word for word in python_versions}
        native.test_suite(
            name = name,
            tags = [tag for tag in tags if tag == "manual"],
            tests = words.keys(),
            visibility = visibility,
        )
    args = ["--label", label, "--wheel", "$(rootpath {})".format(wheel)]
    for option, values in [("--installer", installers), ("--test", srcs), ("--data", data), ("--other-wheel", wheels)]:
        for value in values:
            args += [option, value if option == "--installer" else "$(rootpaths {})".format(value)]
    if uv:
        args += ["--uv", "$(rootpath {})".format(uv)]
    for target, word in words.items():
        python_test(
            name = target,
            srcs = [_PROGRAM],
            args = args,
            data = [wheel] + srcs + data + wheels + ([uv] if uv else []),
            legacy_create_init = 0,
            main = _PROGRAM,
            python_version = word,
            tags = tags,
            visibility = visibility,
            deps = [Label("//tools/wheel:install")],
            **kwargs
        )
