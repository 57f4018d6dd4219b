"""Tests of rules/private/crates."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/crates:cargo.bzl", "find_cargo", "run_cargo")
load("//rules/private/crates:crate_build_file.bzl", "crate_build_file")
load("//rules/private/crates:crate_graph.bzl", "compiled_into_programs", "compiled_together", "read_metadata")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load("//rules/private/crates:known.bzl", "COMPUTED_BUILD_SCRIPTS", "PYO3_VERSIONS")
load("//rules/private/crates:root_build_file.bzl", "root_build_file")
load("//rules/private/crates:source_build_file.bzl", "source_build_file")
load("//tests/support:analysis.bzl", "failure_test", "names")
load(":metadata.bzl", "LINUX", "METADATA", "ON_WINDOWS", "WINDOWS")

def _graphs():
    return {triple: read_metadata(metadata, "pyo3", COMPUTED_BUILD_SCRIPTS) for triple, metadata in METADATA.items()}

_NEEDED = ["pyo3 0.30.1", "pyo3-ffi 0.30.1", "pyo3-macros 0.30.1", "quote 1.0.0", "scripted 2.0.0"]

def _read_metadata_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    asserts.equals(env, sorted(_NEEDED + ["libc 0.2.1"]), sorted(graphs[LINUX]))
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
    package = read_metadata(ON_WINDOWS, "pyo3", COMPUTED_BUILD_SCRIPTS)["pyo3 0.30.1"].package
    asserts.equals(env, "pyo3-0.30.1", package.folder)
    asserts.equals(env, "src/lib.rs", package.root)
    asserts.equals(env, "build/main.rs", package.build_script)
    return unittest.end(env)

_windows_paths_test = unittest.make(_windows_paths_test_impl)

def _programs_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    expected = ["libc 0.2.1", "pyo3 0.30.1", "pyo3-ffi 0.30.1", "scripted 2.0.0"]
    asserts.equals(env, expected, sorted(compiled_into_programs(graphs[LINUX], "pyo3")))
    asserts.equals(env, expected[1:], sorted(compiled_into_programs(graphs[WINDOWS], "pyo3")))
    return unittest.end(env)

_programs_test = unittest.make(_programs_test_impl)

def _together_test_impl(ctx):
    env = unittest.begin(ctx)
    graphs = _graphs()
    programs = compiled_into_programs(graphs[LINUX], "pyo3")
    asserts.equals(env, ["quote 1.0.0"], compiled_together(graphs, programs, ["quote"]))
    asserts.equals(env, [], compiled_together(graphs, programs, []), "a build script must run")
    some = {id: True for id in programs if id != "libc 0.2.1"}
    asserts.equals(env, [], compiled_together(graphs, some, ["libc", "quote"]), "targets differ")
    return unittest.end(env)

_together_test = unittest.make(_together_test_impl)

def _known_test_impl(ctx):
    env = unittest.begin(ctx)
    locked = [label.name.split("/")[1] for label in [target.label for target in ctx.attr.locks]]
    asserts.equals(env, sorted(PYO3_VERSIONS), sorted(locked), "each version has a lock")
    asserts.equals(env, ["pyo3", "pyo3-ffi"], sorted([name for name, python in COMPUTED_BUILD_SCRIPTS.items() if python]))
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
        ["pyo3-ffi.env", "pyo3-ffi.flags", "pyo3-ffi.link", "pyo3.env", "pyo3.flags", "pyo3.link"],
        names(info.flags.to_list()),
    )
    asserts.equals(env, "pyo3", target[CrateInfo].name)
    asserts.true(env, "pyo3_ffi" in [crate.name for crate in target[DepInfo].transitive_crates.to_list()])
    asserts.equals(env, [target[CrateInfo].output], target[DefaultInfo].files.to_list())
    return analysistest.end(env)

_crate_test = analysistest.make(_crate_test_impl)

def _fake_context(stderr = "", version = "0.30.1"):
    """Stands in for a repository context whose cargo is missing or fails."""
    return struct(
        attr = struct(cargo = None, crate_features = ["abi3"], version = version),
        execute = lambda command, environment, timeout: struct(return_code = 101, stderr = stderr, stdout = ""),
        which = lambda name: None,
    )

# Case -> (what cargo says, fragments of the message); the words are those of cargo 1.97.
_CARGO_SAYS = {
    "checksum": (
        "error: checksum for `libc v0.2.1` changed between lock files",
        ["cargo found a checksum that differs from the Cargo.lock", "to do: correct the Cargo.lock or the mirror"],
    ),
    "features": (
        "package `x` depends on `pyo3` with feature `nope` but `pyo3` does not have that feature.",
        ["the crate pyo3 does not have one of the `features`", "to do: correct `features`"],
    ),
    "features_older": (
        "the package `x` depends on `pyo3`, with features: `nope` but `pyo3` does not have these features.",
        ["the crate pyo3 does not have one of the `features`", "to do: correct `features`"],
    ),
    "locked": (
        "error: cannot update the lock file because --locked was passed to prevent this",
        ["the Cargo.lock does not hold the crates that this version and these features need", "to do: pass `lockfile`"],
    ),
    "network": (
        "error: failed to download from a registry",
        ["cargo could not fetch the crates", "to do: check the network and cargo's own configuration"],
    ),
}

def _failing_cargo_impl(ctx):
    if ctx.attr.case == "missing":
        find_cargo(_fake_context(), "the repository")
    else:
        stderr, _ = _CARGO_SAYS[ctx.attr.case]
        run_cargo(_fake_context(stderr), "the repository", "cargo", ["vendor", "--locked", "--quiet"], {})

_failing_cargo = rule(implementation = _failing_cargo_impl, attrs = {"case": attr.string()})

def _failures(name):
    cases = {"missing": ["the repository: PATH has no `cargo`", "expected: a cargo client", "to do: install Rust"]}
    for case, (stderr, fragments) in _CARGO_SAYS.items():
        cases[case] = fragments + [
            "; `cargo vendor --locked` said:\n" + stderr,
            "expected: the crates of PyO3 0.30.1 with features [\"abi3\"]",
        ]
    for case, fragments in cases.items():
        _failing_cargo(name = "cargo_" + case, case = case, tags = ["manual"])
        failure_test(
            name = "{}_cargo_{}_failure_test".format(name, case),
            fragments = fragments,
            target_under_test = "cargo_" + case,
        )
    return ["{}_cargo_{}_failure_test".format(name, case) for case in cases]

def _generated_impl(ctx):
    """Writes the BUILD files that are generated for METADATA, for build_file_test.py to compare with."""
    graphs = _graphs()
    crates = graphs[LINUX]
    texts = {
        "macros": crate_build_file("pyo3-macros 0.30.1", graphs, compiler_side = True),
        "pyo3": crate_build_file("pyo3 0.30.1", graphs, compiler_side = False),
        "quote": source_build_file(crates, "quote 1.0.0"),
        "root": root_build_file(crates, ["quote 1.0.0"]),
        "root_without_group": root_build_file(crates, []),
        "scripted": crate_build_file("scripted 2.0.0", graphs, compiler_side = False),
    }
    files = []
    for name, text in texts.items():
        file = ctx.actions.declare_file("generated/{}.BUILD".format(name))
        ctx.actions.write(file, text)
        files.append(file)
    return [DefaultInfo(files = depset(files))]

_generated = rule(implementation = _generated_impl)

def crates_tests(name):
    """Makes the tests, and `generated`: BUILD files for the Python test that compares them.

    Args:
      name: (str) the test_suite
    """
    _generated(name = "generated", testonly = True)
    unittest.suite(
        name + "_pure",
        _read_metadata_test,
        _windows_paths_test,
        _programs_test,
        _together_test,
        _known_test,
    )
    _crate_test(name = name + "_crate_test", target_under_test = "@pyo3_crates//:pyo3")
    native.test_suite(name = name, tests = [name + "_pure", name + "_crate_test"] + _failures(name))
