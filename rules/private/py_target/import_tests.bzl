"""The tests that a matrix generates: each Python imports its own file, and others refuse them all."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/interpreter:python_words.bzl", "python_word_tag")
load(":python_test.bzl", "python_test")

_PROGRAM = Label("//tools/py_target:pyo3_import_module.py")
_LIBRARY = Label("//tools/py_target:import_test")

# The flag switches the gate off in all packages.
_SKIPPED = select({
    Label("//rules/private/extension:skips_gil"): ["--skip-gil"],
    "//conditions:default": [],
})

def import_name(package, module_name, imports):
    """Gives the name that a program imports a module by.

    Args:
      package: (str) package of the target
      module_name: (str) the target's `module_name`, relative to the package
      imports: (list of str) the target's `imports`

    Returns:
      str: the shortest one, such as "pkg._native"; with no `imports`, the package's folders come first
    """
    full = module_name.split(".")
    names = [(package.split("/") if package else []) + full]
    for root in imports:
        folders = [part for part in root.split("/") if part not in ("", ".")]
        if ".." not in folders and full[:len(folders)] == folders and len(folders) < len(full):
            names.append(full[len(folders):])
    return ".".join(min(names, key = len))

def check_refused(label, targets, refused_by):
    """Fails when a Python is to refuse what is built for it.

    Args:
      label: (str) the matrix, as messages name it
      targets: (dict of str to str) word -> its extension
      refused_by: (list of str) words of Pythons
    """
    built = [word for word in refused_by if word in targets]
    if built:
        fail(error_text(
            label,
            "`refused_by` and `pythons` both name {}".format(", ".join(built)),
            "Pythons that nothing is built for in `refused_by`",
            "drop them from one of the two",
        ))

def import_tests(name, targets, module, refused_by, gil_used, skip_gates, **kwargs):
    """Makes one test for each Python, and a test_suite of them.

    Args:
      name: (str) the matrix; the test_suite is `name.tests`
      targets: (dict of str to str) word -> its extension
      module: (str) full name of the module
      refused_by: (list of str) words of Pythons that must not be able to load any of the files
      gil_used: (bool) whether importing switches the GIL on
      skip_gates: (list of str) see pyo3_extension; "gil" leaves the GIL out of the tests
      **kwargs: attributes of all tests
    """
    label = "//{}:{}".format(native.package_name(), name)
    check_refused(label, targets, refused_by)
    gil = (["--gil-used"] if gil_used else []) + (["--skip-gil"] if "gil" in skip_gates else [])
    cases = {
        word: (target + ".import_test", gil, ["$(rlocationpaths :{})".format(target)])
        for word, target in targets.items()
    } | {
        word: ("{}.{}.refusal_test".format(name, python_word_tag(word, label)), ["--refused"], [])
        for word in refused_by
    }
    for word, (test, options, files) in cases.items():
        python_test(
            name = test,
            size = "small",
            srcs = [_PROGRAM],
            args = ["--label", label, "--module", module, "--python", word] + options + files + _SKIPPED,
            # What it refuses is refused by other files of the same name, so all of them lie side by side.
            data = [targets[word]] if word in targets else [],
            main = _PROGRAM,
            python_version = word,
            deps = [name, _LIBRARY],
            **kwargs
        )
    native.test_suite(
        name = name + ".tests",
        tags = [tag for tag in kwargs.get("tags", []) if tag == "manual"],
        tests = [test for test, _, _ in cases.values()],
        visibility = kwargs.get("visibility"),
    )
