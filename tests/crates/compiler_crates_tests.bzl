"""Tests of the crates that are compiled together, in rules/private/crates."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/crates:compiled_crate.bzl", "pyo3_compiled_crate")
load("//rules/private/crates:compiler_crates.bzl", "COMPILER_SIDE_FLAGS", "pyo3_compiler_crates")
load("//rules/private/crates:compiler_crates_info.bzl", "CompilerCratesInfo")
load("//rules/private/crates:crate_source.bzl", "pyo3_crate_source")
load("//tests/support:analysis.bzl", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_settings")

def _compiler_crates_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    plan = find_action(env, "FileWrite")
    action = find_action(env, "PyO3CompilerCrates")
    decoded = json.decode(plan.content)
    asserts.equals(env, 1, decoded["schema"])
    first, second = decoded["crates"]
    asserts.equals(env, ("base-lib", {}), (first["name"], first["deps"]))
    asserts.equals(env, ("quote", {"base": "base-lib"}), (second["name"], second["deps"]))
    asserts.equals(env, None, first["build_script"])
    asserts.equals(env, {"features": [], "version": "1.0.0"}, second["build_script"])
    for argument in ["--crate-name=base_lib", "--edition=2021", "--cfg=feature=\"std\""] + COMPILER_SIDE_FLAGS:
        asserts.true(env, argument in first["arguments"], argument)
    asserts.equals(env, {
        "CARGO_CRATE_NAME": "base_lib",
        "CARGO_MANIFEST_DIR": "${pwd}/tests/crates/testdata",
        "CARGO_PKG_NAME": "base-lib",
        "CARGO_PKG_VERSION": "1.2.3-rc.1+build",
        "CARGO_PKG_VERSION_MAJOR": "1",
        "CARGO_PKG_VERSION_MINOR": "2",
        "CARGO_PKG_VERSION_PATCH": "3",
        "CARGO_PKG_VERSION_PRE": "rc.1",
    }, first["environment"])
    info = target[CompilerCratesInfo]
    asserts.equals(env, ["base-lib", "quote"], sorted(info.outputs))
    asserts.equals(env, sorted([crate["output"] for crate in decoded["crates"]]), sorted([file.path for file in action.outputs.to_list()]))
    asserts.equals(env, [str(target.label)], option_values(action.argv, "--label"))
    asserts.true(env, "--no-std" in action.argv)
    inputs = names(action.inputs.to_list())
    for name in ["lib.rs", "compiler.plan.json"]:
        asserts.true(env, name in inputs, name + " is an input")
    return analysistest.end(env)

_compiler_crates_test = analysistest.make(_compiler_crates_test_impl)

def _compiled_crate_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    crate = target[CrateInfo]
    asserts.equals(env, ("quote", "rlib", "2021"), (crate.name, crate.type, crate.edition))
    asserts.equals(env, [crate.output], target[DefaultInfo].files.to_list())
    asserts.equals(env, "libquote-1.0.0.rlib", crate.output.basename)
    below = target[DepInfo]
    asserts.equals(env, ["base_lib"], [dep.name for dep in below.transitive_crates.to_list()])
    outputs = ["libbase_lib-1.2.3-rc.1+build.rlib"]
    asserts.equals(env, outputs, names(below.transitive_crate_outputs.to_list()))
    asserts.equals(env, outputs, names(below.transitive_metadata_outputs.to_list()))
    return analysistest.end(env)

_compiled_crate_test = analysistest.make(_compiled_crate_test_impl)

def _targets():
    common = dict(crate_root = "testdata/lib.rs", edition = "2021", srcs = ["testdata/lib.rs"], tags = ["manual"])
    pyo3_crate_source(
        name = "base_source",
        crate_features = ["std"],
        crate_name = "base_lib",
        package = "base-lib",
        version = "1.2.3-rc.1+build",
        **common
    )
    pyo3_crate_source(
        name = "quote_source",
        crate_name = "quote",
        build_script = True,
        package = "quote",
        package_deps = {"base": "base-lib"},
        version = "1.0.0",
        **common
    )
    fake_settings(name = "settings", settings = ["PYO3_WIP_NO_STD=1"], tags = ["manual"])
    pyo3_compiler_crates(name = "compiler", crates = ["base_source", "quote_source"], settings = "settings", tags = ["manual"])
    pyo3_compiled_crate(name = "base", crates = "compiler", package = "base-lib", tags = ["manual"])
    pyo3_compiled_crate(name = "quote", crates = "compiler", package = "quote", tags = ["manual"], deps = ["base"])

def compiler_crates_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets()
    _compiler_crates_test(name = name + "_together_test", target_under_test = "compiler")
    _compiled_crate_test(name = name + "_one_test", target_under_test = "quote")
    native.test_suite(name = name, tests = [name + "_together_test", name + "_one_test"])
