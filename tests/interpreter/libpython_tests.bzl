"""Tests of what the interpreter stage knows of libpython."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_runtime")
load("@rules_python//python:py_runtime_pair.bzl", "py_runtime_pair")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:current_interpreter.bzl", "current_interpreter")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:libpython_files.bzl", "libpython_files")
load("//rules/private/interpreter:python_toolchain.bzl", "pyo3_python_toolchain")
load("//tests/support:fakes.bzl", "fake_rust_toolchain")

# (files, ABI flags) -> (shared, static)
_FILES = {
    ("lib/libpython3.13-pic.a lib/libpython3.13.a", ""): (None, "libpython3.13-pic.a"),
    ("lib/libpython3.13.a lib/os.py", ""): (None, "libpython3.13.a"),
    ("lib/libpython3.13.dylib", ""): ("libpython3.13.dylib", None),
    ("lib/libpython3.13.so lib/libpython3.13.so.1.0 lib/libpython3.so", ""): ("libpython3.13.so.1.0", None),
    ("lib/libpython3.13.so.1.0", "t"): (None, None),
    ("lib/libpython3.13t.so.1.0 lib/libpython3.13t.a", "t"): ("libpython3.13t.so.1.0", "libpython3.13t.a"),
    ("python313.dll", ""): (None, None),
}

def _name(file):
    return file.basename if file else None

def _files_test_impl(ctx):
    env = unittest.begin(ctx)
    for (paths, abiflags), expected in _FILES.items():
        files = [struct(basename = path.rpartition("/")[2], path = path) for path in paths.split(" ")]
        found = libpython_files(files, "3.13", abiflags)
        asserts.equals(env, expected, (_name(found.shared), _name(found.static)), paths)
    return unittest.end(env)

_files_test = unittest.make(_files_test_impl)

def _info_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    found = [info.executable, _name(info.shared_library), _name(info.static_library)]
    asserts.equals(env, ctx.attr.expected, [text or "-" for text in found])
    return analysistest.end(env)

def _info_test(*toolchains):
    names = ["//tests/interpreter:libpython_" + name for name in toolchains]
    return analysistest.make(
        _info_test_impl,
        attrs = {"expected": attr.string_list(doc = "executable, shared, static; \"-\" for None")},
        config_settings = {"//command_line_option:extra_toolchains": ",".join(names)},
    )

_declared_test = _info_test("declared", "rust")
_in_build_test = _info_test("in_build", "rust")
_installed_test = _info_test("installed", "rust")
_described_test = _info_test("described", "rust")

_CASES = {
    "declared": (_declared_test, ["/opt/bin/python", "libpython3.13.so.1.0", "other.a"]),
    "described": (_described_test, ["-", "-", "-"]),
    "in_build": (_in_build_test, ["-", "libpython3.13.so.1.0", "-"]),
    "installed": (_installed_test, ["/usr/bin/python3.13", "-", "-"]),
}

def _toolchain(name, toolchain, type = PYTHON_TOOLCHAIN_TYPE):
    native.toolchain(name = "libpython_" + name, toolchain = toolchain, toolchain_type = type)

def _declared_targets():
    common = dict(ext_suffix = ".cpython-313-x86_64-linux-gnu.so", tags = ["manual"], version = "3.13")
    pyo3_python_toolchain(
        name = "libpython_declared_toolchain",
        executable = "/opt/bin/python",
        runtime = "libpython_runtime",
        static_library = "other.a",
        **common
    )
    pyo3_python_toolchain(name = "libpython_described_toolchain", **common)
    pyo3_python_toolchain(name = "libpython_installed_toolchain", runtime = "libpython_installed_runtime", **common)
    for name in ["declared", "described", "installed"]:
        _toolchain(name, "libpython_{}_toolchain".format(name))

def _targets():
    files = ["python/bin/python3", "python/lib/python3.13/os.py", "python/lib/libpython3.13.so.1.0"]
    native.genrule(name = "libpython_files", outs = files + ["other.a"], cmd = "touch $(OUTS)", tags = ["manual"])
    py_runtime(name = "libpython_runtime", files = files, interpreter = files[0], python_version = "PY3", tags = ["manual"])
    py_runtime(
        name = "libpython_installed_runtime",
        interpreter_path = "/usr/bin/python3.13",
        python_version = "PY3",
        tags = ["manual"],
    )
    py_runtime_pair(name = "libpython_pair", py3_runtime = "libpython_runtime", tags = ["manual"])
    _toolchain("in_build", "libpython_pair")
    _declared_targets()
    fake_rust_toolchain(name = "libpython_rust_toolchain", tags = ["manual"])
    _toolchain("rust", "libpython_rust_toolchain", RUST_TOOLCHAIN_TYPE)
    current_interpreter(name = "libpython_chosen", tags = ["manual"])

def libpython_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    unittest.suite(name + "_pure", _files_test)
    for case, (test, expected) in _CASES.items():
        test(name = "{}_{}_test".format(name, case), expected = expected, target_under_test = "libpython_chosen")
    native.test_suite(name = name, tests = [name + "_pure"] + ["{}_{}_test".format(name, case) for case in _CASES])
