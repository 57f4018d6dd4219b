"""Tests of rules/private/embed: what is refused, what the tool is asked, and what programs consist of."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_python//python:defs.bzl", "py_library", "py_runtime")
load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules:defs.bzl", "pyo3_binary", "pyo3_test")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/embed:embed_info.bzl", "PyO3EmbedInfo")
load("//rules/private/embed:embedded_python.bzl", "pyo3_embedded_python")
load("//rules/private/interpreter:python_toolchain.bzl", "pyo3_python_toolchain")
load("//tests/support:analysis.bzl", "FRAGMENTS", "fails_with_fragments", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_rust_toolchain")

def _toolchains(*names):
    return {"//command_line_option:extra_toolchains": ",".join(["//tests/embed:" + name for name in names])}

def _failure(settings):
    return analysistest.make(fails_with_fragments, attrs = FRAGMENTS, config_settings = settings, expect_failure = True)

_graalpy_test = _failure(_toolchains("graalpy", "linux"))
_no_python_test = _failure(_toolchains("cpython", "linux") | {str(Label("//rules/private/interpreter:stable_abi")): "abi3"})
_pypy_test = _failure(_toolchains("pypy", "linux"))
_windows_test = _failure(_toolchains("cpython", "windows"))

# Case -> (test, what is said).
_REFUSED = {
    "graalpy": (_graalpy_test, [
        "//tests/embed:fake: the chosen Python is graalpy 3.12 (",
        "expected: CPython: PyO3 embeds no other Python",
        "to do: set `python_version`, such as \"3.13\", or register a toolchain of CPython",
    ]),
    "no_python": (_no_python_test, [
        "//tests/embed:fake: there is no Python to embed: ",
        "expected: a Python toolchain for the platform that the program is built for",
        "to do: register one with pyo3.system_python(...)",
    ]),
    "pypy": (_pypy_test, [
        "//tests/embed:fake: the chosen Python is pypy 3.11 (",
        "expected: CPython: PyO3 embeds no other Python",
    ]),
    "windows": (_windows_test, [
        "//tests/embed:fake: the program is built for x86_64-pc-windows-msvc",
        "expected: Linux or macOS: embedding on Windows is not supported yet",
        "to do: exclude it there with `target_compatible_with`",
    ]),
}

def _in_build_test_impl(ctx):
    """A Python in the build: everything is named by its place in runfiles."""
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    argv = find_action(env, "PyO3Embed").argv
    expected = {
        "--config-path": ["_main/tests/embed/fake.pyo3.cfg"],
        "--executable": ["_main/tests/embed/cpython/bin/python3"],
        "--home": ["_main/tests/embed/cpython"],
        "--libpython": ["auto"],
        "--name": ["fake"],
        "--target": ["x86_64-unknown-linux-gnu"],
    }
    for option, values in expected.items():
        asserts.equals(env, values, option_values(argv, option), option)
    asserts.true(env, option_values(argv, "--shared-library")[0].endswith("/lib/libpython3.12.so.1.0"))
    asserts.true(env, option_values(argv, "--staged-library")[0].endswith("/fake.libs/libpython3.12.so.1.0"))
    info = target[PyO3EmbedInfo]
    asserts.equals(env, ["libpython3.12.so.1.0"], names(info.libraries))
    asserts.equals(env, None, info.program)
    runfiles = names(target[DefaultInfo].default_runfiles.files.to_list())
    for name in ["fake.pyo3.cfg", "libpython3.12.so.1.0", "python3"]:
        asserts.true(env, name in runfiles, "{} is among {}".format(name, runfiles))
    return analysistest.end(env)

_in_build_test = analysistest.make(_in_build_test_impl, config_settings = _toolchains("cpython", "linux"))

def _static_test_impl(ctx):
    env = analysistest.begin(ctx)
    argv = find_action(env, "PyO3Embed").argv
    asserts.equals(env, ["static"], option_values(argv, "--libpython"))
    asserts.equals(env, [], option_values(argv, "--shared-library") + option_values(argv, "--staged-library"))
    asserts.equals(env, ["libpython3.12.a"], [path.rpartition("/")[2] for path in option_values(argv, "--static-library")])
    target = analysistest.target_under_test(env)
    asserts.equals(env, [], target[PyO3EmbedInfo].libraries)
    linked = names(target[DefaultInfo].files.to_list())
    asserts.equals(env, ["fake_static.link_args", "init.txt", "libpython3.12.a"], linked)
    return analysistest.end(env)

_static_test = analysistest.make(_static_test_impl, config_settings = _toolchains("cpython", "linux"))

def _pyo3_test_impl(ctx):
    """The tool learns what pyo3 was compiled with: auto-initialize excludes a static library."""
    env = analysistest.begin(ctx)
    argv = find_action(env, "PyO3Embed").argv
    asserts.true(env, "macros" in option_values(argv, "--feature"), "macros is among the features")
    asserts.equals(env, 1, len(option_values(argv, "--pyo3-config")))
    return analysistest.end(env)

_pyo3_test = analysistest.make(_pyo3_test_impl)

def _program_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.program, target[DefaultInfo].files_to_run.executable.basename)
    asserts.equals(env, target[DefaultInfo].files_to_run.executable, target[PyO3EmbedInfo].program)
    asserts.equals(env, "yes", target[RunEnvironmentInfo].environment["KEPT"])
    asserts.equals(env, "main.rs", target[TestCrateInfo].crate.root.basename)
    version = ctx.attr.python_version
    if version:
        asserts.equals(env, version, target[PyO3EmbedInfo].interpreter.version)
    runfiles = names(target[DefaultInfo].default_runfiles.files.to_list())
    for name in [ctx.attr.program, ctx.attr.program + ".pyo3.cfg", "facts.json", "library.py"]:
        asserts.true(env, name in runfiles, "{} is among {}".format(name, runfiles))
    return analysistest.end(env)

_program_test = analysistest.make(
    _program_test_impl,
    attrs = {"program": attr.string(), "python_version": attr.string()},
)

def _link_test_impl(ctx):
    """The linker gets its words, and the compiler the sources as they lie in the workspace."""
    env = analysistest.begin(ctx)
    action = find_action(env, "Rustc")
    words = [word.rpartition("/")[2] for word in action.argv if word.startswith("--codegen=link-arg=@")]
    asserts.equals(env, ["carrier_test.link_args"], words)
    inputs = action.inputs.to_list()
    asserts.equals(env, [True], [file.is_source for file in inputs if file.basename == "main.rs"])
    for name in ["carrier_test.link_args", "libcarrier_test.init.a"]:
        asserts.true(env, name in names(inputs), "{} is an input".format(name))
    return analysistest.end(env)

_link_test = analysistest.make(_link_test_impl)

def _toolchain(name, toolchain, type):
    native.toolchain(name = name, toolchain = toolchain, toolchain_type = type)

def _fake_toolchains():
    native.genrule(
        name = "runtime_files",
        outs = ["cpython/" + file for file in ["bin/python3", "lib/libpython3.12.so.1.0", "lib/libpython3.12.a", "lib/python3.12/os.py"]],
        cmd = "touch $(OUTS)",
        tags = ["manual"],
    )
    py_runtime(
        name = "runtime",
        files = ["runtime_files"],
        interpreter = "cpython/bin/python3",
        python_version = "PY3",
        tags = ["manual"],
    )
    for name, version in {"cpython": "3.12", "graalpy": "3.12", "pypy": "3.11"}.items():
        pyo3_python_toolchain(
            name = name + "_toolchain",
            ext_suffix = ".of-a-test.so",
            facts = "testdata/facts.json",
            implementation = name,
            runtime = "runtime",
            tags = ["manual"],
            version = version,
        )
        _toolchain(name, name + "_toolchain", PYTHON_TOOLCHAIN_TYPE)
    for name, triple in {"linux": "x86_64-unknown-linux-gnu", "windows": "x86_64-pc-windows-msvc"}.items():
        fake_rust_toolchain(name = name + "_toolchain", target_triple = triple, tags = ["manual"])
        _toolchain(name, name + "_toolchain", RUST_TOOLCHAIN_TYPE)

def _fake_programs():
    native.filegroup(name = "archive", srcs = ["testdata/init.txt"], tags = ["manual"])
    for name, libpython in {"fake": "auto", "fake_static": "static"}.items():
        pyo3_embedded_python(
            name = name + ".python",
            init = "archive",
            libpython = libpython,
            link_args = name + ".link_args",
            program = name,
            pyo3 = "archive",
            tags = ["manual"],
        )

def _real_programs():
    py_library(name = "library", srcs = ["testdata/library.py"], tags = ["manual"])
    common = dict(
        srcs = ["testdata/main.rs"],
        data = ["testdata/facts.json"],
        edition = "2021",
        env = {"KEPT": "yes"},
        py_deps = ["library"],
        tags = ["manual"],
    )
    pyo3_binary(name = "carrier", **common)
    pyo3_binary(name = "carrier-3.13", python_version = "3.13", **common)
    pyo3_test(name = "carrier_test", **common)

# Program -> the Python that it names.
_PROGRAMS = {"carrier": "", "carrier-3.13": "3.13", "carrier_test": ""}

def embed_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _fake_toolchains()
    _fake_programs()
    _real_programs()
    tests = [name + "_in_build_test", name + "_link_test", name + "_pyo3_test", name + "_static_test"]
    _in_build_test(name = name + "_in_build_test", target_under_test = "fake.python")
    _link_test(name = name + "_link_test", target_under_test = "carrier_test.rust")
    _pyo3_test(name = name + "_pyo3_test", target_under_test = "carrier.python")
    _static_test(name = name + "_static_test", target_under_test = "fake_static.python")
    for case, (test, fragments) in _REFUSED.items():
        test(name = "{}_{}_failure_test".format(name, case), fragments = fragments, target_under_test = "fake.python")
        tests.append("{}_{}_failure_test".format(name, case))
    for program, version in _PROGRAMS.items():
        _program_test(
            name = "{}_{}_test".format(name, program),
            program = program,
            python_version = version,
            target_under_test = program,
        )
        tests.append("{}_{}_test".format(name, program))
    native.test_suite(name = name, tests = tests)
