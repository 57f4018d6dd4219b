"""Tests of rules/private/wheel/linked_crates.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:defs.bzl", "rust_library")
load("//rules:defs.bzl", "pyo3_extension")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/wheel:linked_crates.bzl", "is_license_file", "linked_crates")
load("//tests/support:analysis.bzl", "find_action", "names")

def _is_license_file_test_impl(ctx):
    env = unittest.begin(ctx)
    for path in ["LICENSE", "LICENSE-MIT", "license.md", "COPYING.LESSER", "LICENSES/MIT.txt", "UNLICENSE", "NOTICE"]:
        asserts.true(env, is_license_file(path), path)
    for path in ["license.rs", "src/LICENSE", "README.md", "a/LICENSES/x", "Cargo.toml"]:
        asserts.false(env, is_license_file(path), path)
    return unittest.end(env)

_is_license_file_test = unittest.make(_is_license_file_test_impl)

def _crates_file_impl(ctx):
    crates = linked_crates(ctx, ctx.label.name + ".json", [each[PyO3ExtensionInfo] for each in ctx.attr.extensions])
    return [DefaultInfo(files = crates.inputs)]

_crates_file = rule(
    implementation = _crates_file_impl,
    attrs = {"extensions": attr.label_list(providers = [PyO3ExtensionInfo])},
)

def _linked_crates_test_impl(ctx):
    env = analysistest.begin(ctx)
    content = json.decode(find_action(env, "FileWrite").content)
    asserts.equals(env, 1, content["schema"])
    crates = {crate["name"]: crate for crate in content["crates"]}
    labels = [crate["label"] for crate in content["crates"]]
    asserts.equals(env, sorted(labels), labels)

    # Linked in, but not what only the compiler runs.
    for name in ["libc", "linked", "linked_lib", "pyo3", "pyo3_ffi"]:
        asserts.true(env, name in crates, name)
    for name in ["pyo3_macros", "pyo3_macros_backend", "syn"]:
        asserts.false(env, name in crates, name)

    asserts.equals(env, ["linked"], [name for name in crates if crates[name]["extension"]])
    asserts.equals(env, ["linked", "linked_lib"], [name for name in sorted(crates) if not crates[name]["external"]])
    asserts.equals(
        env,
        sorted([crates[name]["label"] for name in ["linked_lib", "pyo3"]]),
        crates["linked"]["deps"],
    )
    asserts.equals(env, None, crates["linked"]["manifest"])
    asserts.equals(env, "tests/wheel/testdata/crates/Cargo.toml", crates["linked_lib"]["manifest"])
    asserts.equals(env, ["tests/wheel/testdata/crates/LICENSE.txt"], crates["linked_lib"]["license_files"])
    asserts.true(env, crates["libc"]["manifest"].endswith("/Cargo.toml"))
    asserts.equals(env, ["LICENSE-APACHE", "LICENSE-MIT"], [path.rpartition("/")[2] for path in crates["libc"]["license_files"]])

    inputs = [file.path for file in analysistest.target_under_test(env)[DefaultInfo].files.to_list()]
    for crate in crates.values():
        for path in crate["license_files"] + ([crate["manifest"]] if crate["manifest"] else []):
            asserts.true(env, path in inputs, path)
    asserts.true(env, "linked_crates.json" in names(analysistest.target_under_test(env)[DefaultInfo].files.to_list()))
    return analysistest.end(env)

_linked_crates_test = analysistest.make(_linked_crates_test_impl)

def linked_crates_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    rust_library(
        name = "linked_lib",
        srcs = ["testdata/crates/lib.rs"],
        compile_data = ["testdata/crates/Cargo.toml", "testdata/crates/LICENSE.txt"],
        edition = "2021",
        tags = ["manual"],
    )
    pyo3_extension(
        name = "linked",
        srcs = ["testdata/crates/lib.rs"],
        edition = "2021",
        tags = ["manual"],
        deps = [":linked_lib"],
    )
    _crates_file(name = "linked_crates", extensions = [":linked.module"], tags = ["manual"])
    _is_license_file_test(name = name + "_license_test")
    _linked_crates_test(name = name + "_test", target_under_test = ":linked_crates")
    native.test_suite(name = name, tests = [name + "_license_test", name + "_test"])
