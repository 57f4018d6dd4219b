"""Tests of rules/private/interpreter."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_runtime")
load("@rules_python//python:py_runtime_pair.bzl", "py_runtime_pair")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:current_interpreter.bzl", "current_interpreter")
load("//rules/private/interpreter:ext_suffix.bzl", "cpython_ext_suffix")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/interpreter:python_toolchain.bzl", "pyo3_python_toolchain")
load("//rules/private/interpreter:runtime_facts.bzl", "library_folder_facts", "runtime_facts")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments")
load("//tests/support:fakes.bzl", "fake_rust_toolchain")

# (version, abiflags, triple) -> EXT_SUFFIX, recorded from real interpreters unless a comment says otherwise.
_SUFFIXES = {
    # Debian 13 and 14, python.org's Linux builds
    ("3.8", "", "x86_64-unknown-linux-gnu"): ".cpython-38-x86_64-linux-gnu.so",
    ("3.10", "", "x86_64-unknown-linux-gnu"): ".cpython-310-x86_64-linux-gnu.so",
    ("3.13", "", "aarch64-unknown-linux-gnu"): ".cpython-313-aarch64-linux-gnu.so",
    ("3.13", "d", "x86_64-unknown-linux-gnu"): ".cpython-313d-x86_64-linux-gnu.so",
    ("3.13", "t", "x86_64-unknown-linux-gnu"): ".cpython-313t-x86_64-linux-gnu.so",
    ("3.14", "", "x86_64-unknown-linux-gnu"): ".cpython-314-x86_64-linux-gnu.so",
    ("3.15", "d", "x86_64-unknown-linux-gnu"): ".cpython-315d-x86_64-linux-gnu.so",
    # python-build-standalone
    ("3.13", "", "x86_64-unknown-linux-musl"): ".cpython-313-x86_64-linux-musl.so",
    # bytedeco's macOS build
    ("3.14", "", "aarch64-apple-darwin"): ".cpython-314-darwin.so",
    # python.org's Windows build
    ("3.13", "", "x86_64-pc-windows-msvc"): ".cp313-win_amd64.pyd",
    # Pyodide
    ("3.14", "", "wasm32-unknown-emscripten"): ".cpython-314-wasm32-emscripten.so",
    # Not recorded: CPython's PC/pyconfig.h and Python/dynload_win.c
    ("3.13", "t", "x86_64-pc-windows-msvc"): ".cp313t-win_amd64.pyd",
    ("3.13", "d", "x86_64-pc-windows-msvc"): "_d.cp313-win_amd64.pyd",
    ("3.13", "td", "aarch64-pc-windows-msvc"): "_d.cp313t-win_arm64.pyd",
    ("3.13", "", "i686-pc-windows-msvc"): ".cp313-win32.pyd",
    # Not recorded: CPython's Misc/platform_triplet.c
    ("3.13", "t", "aarch64-apple-darwin"): ".cpython-313t-darwin.so",
    ("3.13", "", "armv7-unknown-linux-gnueabihf"): ".cpython-313-arm-linux-gnueabihf.so",
    ("3.13", "", "i686-unknown-linux-gnu"): ".cpython-313-i386-linux-gnu.so",
    ("3.13", "", "powerpc64le-unknown-linux-gnu"): ".cpython-313-powerpc64le-linux-gnu.so",
    ("3.13", "", "riscv64gc-unknown-linux-gnu"): ".cpython-313-riscv64-linux-gnu.so",
    ("3.13", "", "s390x-unknown-linux-gnu"): ".cpython-313-s390x-linux-gnu.so",
    # CPython has no rule, or we know of none.
    ("3.13", "", "arm-pc-windows-msvc"): None,
    ("3.13", "", "x86_64-unknown-freebsd"): None,
    ("3.13", "", "x86_64-unknown-linux-gnux32"): None,
    ("3.13", "", "aarch64-linux-android"): None,
    ("3.13", "", "wasm32-wasip1"): None,
}

def _ext_suffix_test_impl(ctx):
    env = unittest.begin(ctx)
    for (version, abiflags, triple), expected in _SUFFIXES.items():
        asserts.equals(env, expected, cpython_ext_suffix(version, abiflags, triple), " ".join([version, abiflags, triple]))
    return unittest.end(env)

_ext_suffix_test = unittest.make(_ext_suffix_test_impl)

_FOLDERS = {
    "Lib/os.py": None,
    "external/python_3_12/lib/python3.12/os.py": ("3.12", "", "cpython"),
    "lib/pypy3.11/os.py": ("3.11", "", "pypy"),
    "lib/python2.7/os.py": None,
    "lib/python3.12/os.pyc": None,
    "lib/python3.12/sub/os.py/x": None,
    "lib/python3.13t/os.py": ("3.13", "t", "cpython"),
    "lib/python3.x/os.py": None,
}

def _library_folder_test_impl(ctx):
    env = unittest.begin(ctx)
    for path, expected in _FOLDERS.items():
        facts = library_folder_facts(["bin/python3", path])
        found = (facts.version, facts.abiflags, facts.implementation) if facts else None
        asserts.equals(env, expected, found, path)
    asserts.equals(env, None, library_folder_facts([]))
    return unittest.end(env)

_library_folder_test = unittest.make(_library_folder_test_impl)

def _runtime_facts_test_impl(ctx):
    env = unittest.begin(ctx)
    told = runtime_facts(struct(
        abi_flags = "t",
        files = None,
        implementation_name = "cpython",
        interpreter_version_info = struct(major = 3, minor = 13),
    ))
    asserts.equals(env, ("3.13", "t", "cpython"), (told.version, told.abiflags, told.implementation))
    older = runtime_facts(struct(files = None, interpreter_version_info = struct(major = 3, minor = 11)))
    asserts.equals(env, ("3.11", "", "cpython"), (older.version, older.abiflags, older.implementation))
    seen = runtime_facts(struct(
        abi_flags = "d",
        files = depset([struct(path = "python/lib/python3.14t/os.py")]),
        interpreter_version_info = struct(major = 3, minor = 11),
    ))
    asserts.equals(env, ("3.14", "td", "cpython"), (seen.version, seen.abiflags, seen.implementation))
    for silent in [struct(files = None), struct(files = None, interpreter_version_info = None), struct(files = depset())]:
        asserts.equals(env, None, runtime_facts(silent))
    return unittest.end(env)

_runtime_facts_test = unittest.make(_runtime_facts_test_impl)

_FIELDS = ["abiflags", "ext_suffix", "implementation", "origin", "version"]

def _info_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[PyO3InterpreterInfo]
    for field in _FIELDS:
        asserts.equals(env, ctx.attr.expected[field], getattr(info, field), field)
    asserts.equals(env, ctx.attr.has_facts, info.facts != None)
    interpreter = info.interpreter if type(info.interpreter) == "string" else info.interpreter.basename
    asserts.equals(env, ctx.attr.expected["interpreter"], interpreter)
    return analysistest.end(env)

_INFO_ATTRS = {"expected": attr.string_dict(), "has_facts": attr.bool()}

def _toolchains(*names):
    return {"//command_line_option:extra_toolchains": ",".join(["//tests/interpreter:" + name for name in names])}

_hermetic_test = analysistest.make(_info_test_impl, attrs = _INFO_ATTRS, config_settings = _toolchains("hermetic", "linux"))
_declared_test = analysistest.make(_info_test_impl, attrs = _INFO_ATTRS, config_settings = _toolchains("declared", "linux"))

def _failure(settings):
    return analysistest.make(fails_with_fragments, attrs = FRAGMENTS, config_settings = settings, expect_failure = True)

_version_test = _failure(_toolchains("declared", "linux") | {str(Label("//rules/settings:python_version")): "3.99"})

_silent_version_test = _failure(_toolchains("silent", "linux") | {str(Label("//rules/settings:python_version")): "3.13"})

_FAILURES = {
    "silent_version": (_silent_version_test, [
        "the flag @rules_pyo3//rules/settings:python_version is \"3.13\", but the Python toolchain (",
        "silent/python.exe>) does not tell its version",
        "expected: a registered Python toolchain of version 3.13",
        "to do: register one",
    ]),
    "version": (_version_test, [
        "the flag @rules_pyo3//rules/settings:python_version is \"3.99\", but Python 3.13t was chosen",
        "//tests/interpreter:declared_toolchain",
        "expected: a registered Python toolchain of version 3.99",
        "to do: register one",
    ]),
}

def _toolchain(name, toolchain, type):
    native.toolchain(name = name, toolchain = toolchain, toolchain_type = type)

def _runtime(name, files):
    native.genrule(
        name = name + "_files",
        outs = ["{}/{}".format(name, file) for file in files],
        cmd = "touch $(OUTS)",
        tags = ["manual"],
    )
    py_runtime(
        name = name + "_runtime",
        files = [name + "_files"],
        interpreter = "{}/{}".format(name, files[0]),
        python_version = "PY3",
        tags = ["manual"],
    )
    py_runtime_pair(name = name + "_pair", py3_runtime = name + "_runtime", tags = ["manual"])
    _toolchain(name, name + "_pair", PYTHON_TOOLCHAIN_TYPE)

def _targets():
    _runtime("hermetic", ["bin/python3", "lib/python3.12/os.py"])
    _runtime("pypy", ["bin/pypy3", "lib/pypy3.11/os.py"])
    _runtime("silent", ["python.exe", "Lib/os.py"])
    pyo3_python_toolchain(
        name = "declared_toolchain",
        abiflags = "t",
        ext_suffix = ".cpython-313t-x86_64-linux-gnu.so",
        facts = "testdata/facts.json",
        runtime = "hermetic_runtime",
        tags = ["manual"],
        version = "3.13",
    )
    _toolchain("declared", "declared_toolchain", PYTHON_TOOLCHAIN_TYPE)
    for name, triple in {"freebsd": "x86_64-unknown-freebsd", "linux": "x86_64-unknown-linux-gnu"}.items():
        fake_rust_toolchain(name = name + "_toolchain", target_triple = triple, tags = ["manual"])
        _toolchain(name, name + "_toolchain", RUST_TOOLCHAIN_TYPE)
    current_interpreter(name = "chosen", tags = ["manual"])

def interpreter_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    unittest.suite(name + "_pure", _ext_suffix_test, _library_folder_test, _runtime_facts_test)
    _hermetic_test(
        name = name + "_hermetic_test",
        expected = {
            "abiflags": "",
            "ext_suffix": ".cpython-312-x86_64-linux-gnu.so",
            "implementation": "cpython",
            "interpreter": "python3",
            "origin": "the registered Python toolchain",
            "version": "3.12",
        },
        target_under_test = "chosen",
    )
    _declared_test(
        name = name + "_declared_test",
        expected = {
            "abiflags": "t",
            "ext_suffix": ".cpython-313t-x86_64-linux-gnu.so",
            "implementation": "cpython",
            "interpreter": "python3",
            "origin": str(Label("//tests/interpreter:declared_toolchain")),
            "version": "3.13",
        },
        has_facts = True,
        target_under_test = "chosen",
    )
    for case, (test, fragments) in _FAILURES.items():
        test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = ["//tests/interpreter:chosen: "] + fragments,
            target_under_test = "chosen",
        )
    native.test_suite(
        name = name,
        tests = [name + "_pure", name + "_hermetic_test", name + "_declared_test"] +
                ["{}_{}_failure_test".format(name, case) for case in _FAILURES],
    )
