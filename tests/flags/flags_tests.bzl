"""Tests of rules/private/flags."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load("//rules/private/flags:build_info.bzl", "pyo3_build_info")
load("//rules/private/flags:flags.bzl", "pyo3_flags")
load("//rules/private/flags:flags_info.bzl", "PyO3FlagsInfo")
load("//tests/support:analysis.bzl", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_config")

def _crate_arguments(argv):
    """Gives what follows each --crate, files by their names."""
    starts = [i for i in range(len(argv)) if argv[i] == "--crate"]
    return [argv[i + 1:i + 4] + [path.rpartition("/")[2] for path in argv[i + 4:i + 7]] for i in starts]

def _flags_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyO3FlagsInfo]
    action = find_action(env, "PyO3Flags")
    asserts.equals(env, [
        ["pyo3", "0.30.1", "abi3,macros", "pyo3.flags", "pyo3.env", "pyo3.link"],
        ["pyo3-ffi", "0.30.2", "-", "pyo3-ffi.flags", "pyo3-ffi.env", "pyo3-ffi.link"],
    ], _crate_arguments(action.argv))
    asserts.equals(env, [str(target.label)], option_values(action.argv, "--label"))
    asserts.equals(env, 1, len(option_values(action.argv, "--rustc")))
    configs = [path.rpartition("/")[2] for path in option_values(action.argv, "--config")]
    asserts.equals(env, ["facts.json"] if ctx.attr.has_config else [], configs)
    asserts.equals(env, ctx.attr.has_config, "facts.json" in names(action.inputs.to_list()))
    asserts.equals(env, ["pyo3", "pyo3-ffi"], sorted(info.crates))
    asserts.true(env, info.out_dir.is_directory)
    files = [file for crate in info.crates.values() for file in [crate.env, crate.flags, crate.link]]
    asserts.equals(env, names(files), names(info.files.to_list()))
    asserts.equals(env, names(files + [info.out_dir]), names(action.outputs.to_list()))
    asserts.equals(env, names(files), names(target[OutputGroupInfo].pyo3_flags.to_list()))
    return analysistest.end(env)

_flags_test = analysistest.make(_flags_test_impl, attrs = {"has_config": attr.bool()})

def _build_info_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[BuildInfo]
    asserts.equals(
        env,
        ["pyo3-ffi.flags", "pyo3-ffi.link", "pyo3-ffi.env", "out"],
        [file.basename for file in [info.flags, info.linker_flags, info.rustc_env, info.out_dir]],
    )
    asserts.equals(env, None, info.dep_env)
    asserts.equals(env, None, info.link_search_paths)
    asserts.equals(env, [], info.compile_data.to_list())
    return analysistest.end(env)

_build_info_test = analysistest.make(_build_info_test_impl)

def flags_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    facts = "//tests/interpreter:testdata/facts.json"
    crates = {"pyo3": "0.30.1", "pyo3-ffi": "0.30.2"}
    features = {"pyo3": ["abi3", "macros"]}
    fake_config(name = "config", config = facts, facts = facts, tags = ["manual"])
    pyo3_flags(name = "made", config = "config", crate_features = features, crates = crates, tags = ["manual"])
    pyo3_flags(name = "made_for_all", crate_features = features, crates = crates, tags = ["manual"])
    pyo3_build_info(name = "build_info", flags = "made", package = "pyo3-ffi", tags = ["manual"])
    _flags_test(name = name + "_test", has_config = True, target_under_test = "made")
    _flags_test(name = name + "_for_all_test", target_under_test = "made_for_all")
    _build_info_test(name = name + "_build_info_test", target_under_test = "build_info")
    native.test_suite(name = name, tests = [name + "_test", name + "_for_all_test", name + "_build_info_test"])
