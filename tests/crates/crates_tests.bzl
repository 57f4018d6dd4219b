"""Tests of rules/private/crates."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/crates:crate_graph.bzl", "compiled_into_programs", "compiled_together", "dependent_on_python", "read_metadata")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load("//rules/private/crates:known.bzl", "PYO3_VERSIONS")
load("//tests/support:analysis.bzl", "names")
load(":generated_build_files.bzl", "generated_build_files")
load(":metadata.bzl", "LINUX", "METADATA", "ON_WINDOWS", "WINDOWS", "older_metadata")

def _graphs(metadata = METADATA):
    return {triple: read_metadata(each, "pyo3") for triple, each in metadata.items()}

_NEEDED = ["pyo3 0.30.1", "pyo3-ffi 0.30.1", "pyo3-macros 0.30.1", "quote 1.0.47", "scripted 2.0.0"]

def _read_metadata_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    asserts.equals(env, sorted(_NEEDED + ["libc 0.2.191"]), sorted(graphs[LINUX]))
    asserts.equals(env, sorted(_NEEDED), sorted(graphs[WINDOWS]), "without the build dependency and the root package")
    pyo3 = graphs[WINDOWS]["pyo3 0.30.1"]
    asserts.equals(env, ["default", "macros"], pyo3.features)
    asserts.equals(env, [
        ("pyo3-ffi 0.30.1", "pyo3_ffi"),
        ("pyo3-macros 0.30.1", "pyo3_macros"),
        ("scripted 2.0.0", "renamed"),
    ], pyo3.deps)
    asserts.equals(env, struct(
        build_script = "build.rs",
        computed = True,
        edition = "2021",
        folder = "pyo3-ffi-0.30.1",
        is_proc_macro = False,
        lib_name = "pyo3_ffi",
        links = "python",
        name = "pyo3-ffi",
        root = "src/lib.rs",
        version = "0.30.1",
    ), graphs[LINUX]["pyo3-ffi 0.30.1"].package)
    macros = graphs[LINUX]["pyo3-macros 0.30.1"].package
    asserts.equals(env, (True, "pyo3_macros", None, ""), (macros.is_proc_macro, macros.lib_name, macros.build_script, macros.links))
    return unittest.end(env)

_read_metadata_test = unittest.make(_read_metadata_test_impl)

def _windows_paths_test_impl(ctx):
    env = unittest.begin(ctx)
    package = read_metadata(ON_WINDOWS, "pyo3")["pyo3 0.30.1"].package
    asserts.equals(env, "pyo3-0.30.1", package.folder)
    asserts.equals(env, "src/lib.rs", package.root)
    asserts.equals(env, "build/main.rs", package.build_script)
    return unittest.end(env)

_windows_paths_test = unittest.make(_windows_paths_test_impl)

def _programs_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    expected = ["libc 0.2.191", "pyo3 0.30.1", "pyo3-ffi 0.30.1", "scripted 2.0.0"]
    asserts.equals(env, expected, sorted(compiled_into_programs(graphs[LINUX], "pyo3")))
    asserts.equals(env, expected[1:], sorted(compiled_into_programs(graphs[WINDOWS], "pyo3")))
    return unittest.end(env)

_programs_test = unittest.make(_programs_test_impl)

def _dependent_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["pyo3 0.30.1", "pyo3-ffi 0.30.1"], sorted(dependent_on_python(_graphs()[LINUX])))
    older = dependent_on_python(_graphs(older_metadata("0.28.3"))[LINUX])
    asserts.equals(env, ["pyo3 0.28.3"], sorted(older), "its macros are computed")
    outside = dependent_on_python(_graphs(older_metadata("0.21.2"))[LINUX])
    asserts.true(env, "pyo3-macros 0.21.2" in outside, "its build scripts are run: " + str(sorted(outside)))
    return unittest.end(env)

_dependent_test = unittest.make(_dependent_test_impl)

def _together_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    programs = compiled_into_programs(graphs[LINUX], "pyo3")
    asserts.equals(env, ["quote 1.0.47"], compiled_together(graphs, programs))
    some = {id: True for id in programs if id != "libc 0.2.191"}
    asserts.equals(env, [], compiled_together(graphs, some), "targets differ")
    asserts.equals(env, [], compiled_together(graphs, {}), "a build script must run")
    return unittest.end(env)

_together_test = unittest.make(_together_test_impl)

def _older_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs(older_metadata("0.28.3"))
    programs = compiled_into_programs(graphs[LINUX], "pyo3")
    asserts.equals(env, ["once_cell 1.21.4", "pyo3 0.28.3"], sorted(programs))
    asserts.equals(
        env,
        ["once_cell 1.21.4", "pyo3-build-config 0.28.3", "target-lexicon 0.12.16"],
        compiled_together(graphs, programs),
        "programs and the compiler each have their own once_cell",
    )
    unknown = _graphs(older_metadata("0.28.3", target_lexicon = "0.12.0"))
    asserts.equals(env, [], compiled_together(unknown, programs), "a build script must run")
    outside = _graphs(older_metadata("0.21.2"))[LINUX]
    asserts.equals(env, ["pyo3-build-config 0.21.2"], [dep for dep, _ in outside["pyo3 0.21.2"].build_deps])
    asserts.false(env, outside["pyo3 0.21.2"].package.computed)
    return unittest.end(env)

_older_test = unittest.make(_older_test_impl)

def _known_test_impl(ctx):
    env = unittest.begin(ctx)
    locked = [label.name.split("/")[1] for label in [target.label for target in ctx.attr.locks]]
    asserts.equals(env, sorted(PYO3_VERSIONS), sorted(locked), "each version has a lock")
    return unittest.end(env)

_known_test = unittest.make(
    _known_test_impl,
    attrs = {"locks": attr.label_list(
        allow_files = True,
        default = ["//rules/private/crates:locks/{}/Cargo.lock".format(version) for version in PYO3_VERSIONS],
    )},
)

def _crate_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyO3CratesInfo]
    asserts.equals(env, PYO3_VERSIONS[0], info.version)
    asserts.true(env, "macros" in info.features, str(info.features))
    asserts.equals(env, "config.config.txt", info.config.basename)
    asserts.equals(
        env,
        ["extension." + kind for kind in ["checked.flags", "env", "flags"]] +
        ["{}.{}".format(crate, kind) for crate in ["pyo3-ffi", "pyo3"] for kind in ["env", "flags", "link"]],
        names(info.flags.to_list()),
    )
    asserts.equals(env, "pyo3", target[CrateInfo].name)
    asserts.true(env, "pyo3_ffi" in [crate.name for crate in target[DepInfo].transitive_crates.to_list()])
    asserts.equals(env, [target[CrateInfo].output], target[DefaultInfo].files.to_list())
    return analysistest.end(env)

_crate_test = analysistest.make(_crate_test_impl)

def crates_tests(name):
    """Makes the tests, and `generated`: BUILD files for the Python test that compares them.

    Args:
      name: (str) the test_suite
    """
    generated_build_files(name = "generated", testonly = True)
    unittest.suite(
        name + "_pure",
        _read_metadata_test,
        _windows_paths_test,
        _programs_test,
        _dependent_test,
        _together_test,
        _older_test,
        _known_test,
    )
    _crate_test(name = name + "_crate_test", target_under_test = "@pyo3_crates//:pyo3")
    native.test_suite(name = name, tests = [name + "_pure", name + "_crate_test"])
