"""Tests of rules/private/flags."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:rust_common.bzl", "BuildInfo")
load("//rules/private/flags:build_info.bzl", "pyo3_build_info")
load("//rules/private/flags:cfgs.bzl", "pyo3_cfgs")
load("//rules/private/flags:flags.bzl", "pyo3_flags")
load("//rules/private/flags:flags_info.bzl", "PyO3FlagsInfo")
load("//rules/private/flags:switches.bzl", "switches")
load("//tests/support:analysis.bzl", "find_action", "names", "option_values")
load("//tests/support:fakes.bzl", "fake_config", "fake_settings")

def _arguments(argv, option, words, files):
    """Gives what follows each occurrence of an option: some words, then files by their names."""
    starts = [i + 1 for i in range(len(argv)) if argv[i] == option]
    return [
        argv[i:i + words] + [path.rpartition("/")[2] for path in argv[i + words:i + words + files]]
        for i in starts
    ]

def _flags_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyO3FlagsInfo]
    action = find_action(env, "PyO3Flags")
    asserts.equals(env, [
        ["pyo3", "0.30.1", "abi3,macros", "pyo3.flags", "pyo3.env", "pyo3.link"],
        ["pyo3-ffi", "0.30.2", "-", "pyo3-ffi.flags", "pyo3-ffi.env", "pyo3-ffi.link"],
    ], _arguments(action.argv, "--crate", 3, 3))
    asserts.equals(env, [str(target.label)], option_values(action.argv, "--label"))
    asserts.equals(env, 1, len(option_values(action.argv, "--rustc")))
    configs = [path.rpartition("/")[2] for path in option_values(action.argv, "--config")]
    asserts.equals(env, ["facts.json"] if ctx.attr.has_config else [], configs)
    asserts.equals(env, ctx.attr.has_config, "facts.json" in names(action.inputs.to_list()))
    asserts.equals(env, ["pyo3", "pyo3-ffi"], sorted(info.crates))
    asserts.true(env, info.out_dir.is_directory)
    asserts.equals(
        env,
        [["0.30.1", "extension.flags", "extension.checked.flags", "extension.env"]] if ctx.attr.has_config else [],
        _arguments(action.argv, "--extension", 1, 3),
    )
    asserts.equals(env, [["pyo3-ffi", "pyo3-ffi.out"]], _arguments(action.argv, "--out-dir", 1, 1))
    asserts.equals(env, ["1"], option_values(action.argv, "--raw-dylib"))
    asserts.true(env, "--no-std" in action.argv)
    asserts.equals(env, None, info.crates["pyo3"].out_dir)
    files = [file for crate in info.crates.values() for file in [crate.env, crate.flags, crate.link]]
    if ctx.attr.has_config:
        files.extend([info.extension.checked_flags, info.extension.env, info.extension.flags])
    else:
        asserts.equals(env, None, info.extension)
    folders = [info.out_dir, info.crates["pyo3-ffi"].out_dir]
    asserts.equals(env, names(files), names(info.files.to_list()))
    asserts.equals(env, names(files + folders), names(action.outputs.to_list()))
    asserts.equals(env, names(files), names(target[OutputGroupInfo].pyo3_flags.to_list()))
    return analysistest.end(env)

_flags_test = analysistest.make(_flags_test_impl, attrs = {"has_config": attr.bool()})

def _switches_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, struct(no_std = False, raw_dylib = None), switches(()))
    for value, no_std in {"0": False, "1": True, "TRUE ": True, "yes": False}.items():
        asserts.equals(env, no_std, switches(("PYO3_WIP_NO_STD=" + value,)).no_std, value)
    for value, raw_dylib in {"0": "0", "1": "1", "a=1": "0"}.items():
        asserts.equals(env, raw_dylib, switches(("PYO3_USE_RAW_DYLIB=" + value,)).raw_dylib, value)
    return unittest.end(env)

_switches_test = unittest.make(_switches_test_impl)

def _build_info_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[BuildInfo]
    asserts.equals(
        env,
        ["{}.{}".format(ctx.attr.package, kind) for kind in ["flags", "link", "env"]] + [ctx.attr.out_dir],
        [file.basename for file in [info.flags, info.linker_flags, info.rustc_env, info.out_dir]],
    )
    asserts.equals(env, None, info.dep_env)
    asserts.equals(env, None, info.link_search_paths)
    asserts.equals(env, [], info.compile_data.to_list())
    return analysistest.end(env)

_build_info_test = analysistest.make(
    _build_info_test_impl,
    attrs = {"out_dir": attr.string(), "package": attr.string()},
)

def _cfgs_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[BuildInfo]
    asserts.equals(
        env,
        [ctx.attr.flags, "extension.env", "out"],
        [file.basename for file in [info.flags, info.rustc_env, info.out_dir]],
    )
    asserts.equals(env, None, info.linker_flags)
    return analysistest.end(env)

_cfgs_test = analysistest.make(_cfgs_test_impl, attrs = {"flags": attr.string()})

def flags_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    facts = "//tests/interpreter:testdata/facts.json"
    crates = {"pyo3": "0.30.1", "pyo3-ffi": "0.30.2"}
    features = {"pyo3": ["abi3", "macros"]}
    settings = ["PYO3_USE_RAW_DYLIB=1", "PYO3_WIP_NO_STD=1"]
    fake_config(name = "config", config = facts, facts = facts, settings = settings, tags = ["manual"])
    fake_settings(name = "settings", settings = settings, tags = ["manual"])
    common = dict(crate_features = features, crates = crates, out_dirs = ["pyo3-ffi"], tags = ["manual"])
    pyo3_flags(name = "made", config = "config", extension_version = "0.30.1", **common)
    pyo3_flags(name = "made_for_all", settings = "settings", **common)
    for crate in crates:
        pyo3_build_info(name = "build_info_of_" + crate, flags = "made", package = crate, tags = ["manual"])
    pyo3_cfgs(name = "cfgs", flags = "made", tags = ["manual"])
    pyo3_cfgs(name = "checked_cfgs", checked = True, flags = "made", tags = ["manual"])
    _flags_test(name = name + "_test", has_config = True, target_under_test = "made")
    _flags_test(name = name + "_for_all_test", target_under_test = "made_for_all")
    for crate, out_dir in {"pyo3": "out", "pyo3-ffi": "pyo3-ffi.out"}.items():
        _build_info_test(
            name = "{}_build_info_of_{}_test".format(name, crate),
            out_dir = out_dir,
            package = crate,
            target_under_test = "build_info_of_" + crate,
        )
    _cfgs_test(name = name + "_cfgs_test", flags = "extension.flags", target_under_test = "cfgs")
    _cfgs_test(name = name + "_checked_cfgs_test", flags = "extension.checked.flags", target_under_test = "checked_cfgs")
    unittest.suite(name + "_pure", _switches_test)
    native.test_suite(name = name, tests = [name + suffix for suffix in [
        "_build_info_of_pyo3-ffi_test",
        "_build_info_of_pyo3_test",
        "_cfgs_test",
        "_checked_cfgs_test",
        "_for_all_test",
        "_pure",
        "_test",
    ]])
