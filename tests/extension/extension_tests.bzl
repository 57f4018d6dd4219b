"""Tests of rules/private/extension."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:defs.bzl", "rust_library")
load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load("//rules:defs.bzl", "pyo3_extension")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/extension:module_name.bzl", "is_identifier", "split_module_name")
load("//rules/private/extension:one_pyo3.bzl", "duplicate_crates", "path_to")
load("//rules/private/extension:python_cfgs.bzl", "pyo3_python_cfgs")
load("//tests/support:analysis.bzl", "failure_test", "find_action", "names", "option_values")

def _is_identifier_test_impl(ctx):
    env = unittest.begin(ctx)
    for name in ["a", "_", "_native", "A9", "match", "type", "None_"]:
        asserts.true(env, is_identifier(name), name)
    for name in ["", "9a", "a-b", "a b", "a.b", "ä", "class", "None", "a\n"]:
        asserts.false(env, is_identifier(name), name)
    return unittest.end(env)

_is_identifier_test = unittest.make(_is_identifier_test_impl)

# Dotted name -> (folder, module, the part that is wrong).
_NAMES = {
    "": ("", "", ""),
    ".native": ("/", "native", ""),
    "native": ("", "native", None),
    "pkg.": ("pkg/", "", ""),
    "pkg._native": ("pkg/", "_native", None),
    "pkg.class.9x": ("pkg/class/", "9x", "class"),
    "pkg.sub._native": ("pkg/sub/", "_native", None),
}

def _split_test_impl(ctx):
    env = unittest.begin(ctx)
    for name, expected in _NAMES.items():
        found = split_module_name(name)
        asserts.equals(env, expected, (found.folder, found.module, found.wrong), name)
    return unittest.end(env)

_split_test = unittest.make(_split_test_impl)

def _crate(name, path, *below):
    return struct(
        deps = depset([struct(crate_info = crate) for crate in below] + [struct(crate_info = None)]),
        name = name,
        output = struct(path = path),
        owner = "//" + path,
    )

def _duplicate_crates_test_impl(ctx):
    env = unittest.begin(ctx)
    crates = [_crate(name, path) for name, path in [
        ("pyo3", "b"),
        ("pyo3", "a"),
        ("pyo3", "a"),
        ("pyo3_ffi", "f"),
        ("libc", "l"),
        ("libc", "m"),
    ]]
    asserts.equals(env, ["//a", "//b"], [crate.owner for crate in duplicate_crates(crates, ["pyo3_ffi", "pyo3"])])
    asserts.equals(env, [], duplicate_crates(crates, ["pyo3_ffi"]))
    asserts.equals(env, [], duplicate_crates([], ["pyo3"]))
    return unittest.end(env)

_duplicate_crates_test = unittest.make(_duplicate_crates_test_impl)

def _path_to_test_impl(ctx):
    env = unittest.begin(ctx)
    wanted = _crate("pyo3", "p")
    shorter = _crate("b", "b", wanted)
    top = _crate("top", "t", _crate("a", "a", _crate("c", "c", wanted)), shorter)
    asserts.equals(env, ["//t", "//b", "//p"], path_to(top, wanted))
    asserts.equals(env, ["//t"], path_to(top, top))
    asserts.equals(env, [], path_to(wanted, top))
    return unittest.end(env)

_path_to_test = unittest.make(_path_to_test_impl)

def _extension_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyO3ExtensionInfo]
    asserts.equals(env, ("_native", "pkg._native"), (info.module, info.module_name))
    asserts.equals(env, "good", info.crate.name)
    asserts.equals(env, info.crate.output, info.cdylib)
    asserts.equals(env, "0.30.1", info.pyo3.version)
    asserts.true(env, "data.txt" in [file.basename for file in info.data.to_list()])
    action = find_action(env, "PyO3Gates")
    asserts.equals(env, [str(target.label).removesuffix(".module")], option_values(action.argv, "--label"))
    asserts.equals(env, [info.cdylib.path], option_values(action.argv, "--library"))
    asserts.equals(env, ["_native"], option_values(action.argv, "--module"))
    validation = [file.basename for file in target[OutputGroupInfo]._validation.to_list()]
    asserts.true(env, "good.module.gates.json" in validation, "the gates are a validation")
    return analysistest.end(env)

_extension_test = analysistest.make(_extension_test_impl)

def _python_cfgs_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.files, names(target[DefaultInfo].files.to_list()))
    asserts.equals(env, bool(ctx.attr.flags), BuildInfo in target)
    if BuildInfo in target:
        asserts.equals(env, ctx.attr.flags, target[BuildInfo].flags.basename)
        asserts.equals(env, None, target[BuildInfo].rustc_env)
    return analysistest.end(env)

_python_cfgs_test = analysistest.make(
    _python_cfgs_test_impl,
    attrs = {"files": attr.string_list(), "flags": attr.string()},
)

# Case -> (attributes, name of the flags, names of the files with variables).
_PYTHON_CFGS = {
    "checked": (dict(checked = True), "extension.checked.flags", ["extension.env"]),
    "other_pyo3": (dict(pyo3 = "other_pyo3"), "", []),
    "own_build_script": (dict(deps = ["@pyo3_crates//:pyo3", "@pyo3_crates//:cfgs"]), "", ["extension.env"]),
    "plain": (dict(deps = ["other_pyo3"]), "extension.flags", ["extension.env"]),
}

def _python_cfgs_tests(name):
    for case, (attributes, flags, files) in _PYTHON_CFGS.items():
        target = "python_cfgs_" + case
        pyo3_python_cfgs(name = target, tags = ["manual"], **(dict(pyo3 = "@pyo3_crates//:pyo3") | attributes))
        _python_cfgs_test(name = "{}_{}_test".format(name, target), files = files, flags = flags, target_under_test = target)
    return ["_python_cfgs_{}_test".format(case) for case in _PYTHON_CFGS]

def _targets():
    rust_library(
        name = "other_pyo3",
        srcs = ["testdata/lib.rs"],
        crate_name = "pyo3",
        edition = "2021",
        tags = ["manual"],
        visibility = ["//tests/py_target:__pkg__"],
    )
    common = dict(srcs = ["testdata/lib.rs"], edition = "2021", tags = ["manual"])
    pyo3_extension(
        name = "good",
        data = ["testdata/data.txt"],
        module_name = "pkg._native",
        visibility = ["//tests/tag:__pkg__"],
        **common
    )
    pyo3_extension(name = "wrong-name", **common)
    rust_library(name = "between", srcs = ["testdata/lib.rs"], edition = "2021", tags = ["manual"], deps = ["other_pyo3"])
    pyo3_extension(name = "two_pyo3", deps = ["between"], **common)

def extension_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    python_cfgs = _python_cfgs_tests(name)
    unittest.suite(name + "_pure", _is_identifier_test, _split_test, _duplicate_crates_test, _path_to_test)
    _extension_test(name = name + "_test", target_under_test = "good.module")
    failure_test(
        name = name + "_name_failure_test",
        fragments = [
            "//tests/extension:wrong-name: the module name \"wrong-name\" has the part \"wrong-name\"",
            "expected: Python identifiers joined by dots",
            "to do: set `module_name`",
        ],
        target_under_test = "wrong-name",
    )
    failure_test(
        name = name + "_two_pyo3_failure_test",
        fragments = [
            "//tests/extension:two_pyo3: its dependencies hold the crate pyo3 2 times:",
            "//tests/extension:two_pyo3.rust -> ",
            "//vendor/pyo3-0.30.1:pyo3 (in bazel-out/",
            "//tests/extension:two_pyo3.rust -> @@//tests/extension:between -> @@//tests/extension:other_pyo3 (in bazel-out/",
            "expected: one pyo3 for the extension",
            "to do: drop the pyo3 in `deps`",
            "`skip_gates = [\"one_pyo3\"]` switches this off",
        ],
        target_under_test = "two_pyo3",
    )
    native.test_suite(name = name, tests = [
        name + suffix
        for suffix in ["_pure", "_test", "_name_failure_test", "_two_pyo3_failure_test"] + python_cfgs
    ])
