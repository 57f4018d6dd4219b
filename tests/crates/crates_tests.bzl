"""Tests of rules/private/crates."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")
load("//rules/private/crates:cargo.bzl", "find_cargo", "run_cargo")
load("//rules/private/crates:crate_build_file.bzl", "crate_build_file")
load("//rules/private/crates:crate_graph.bzl", "compiled_into_programs", "compiled_together", "read_metadata")
load("//rules/private/crates:crates_info.bzl", "PyO3CratesInfo")
load("//rules/private/crates:crates_repo.bzl", "version_and_lock")
load("//rules/private/crates:known.bzl", "PYO3_VERSIONS")
load("//rules/private/crates:root_build_file.bzl", "root_build_file")
load("//rules/private/crates:source_build_file.bzl", "source_build_file", "source_targets")
load("//rules/private/crates:versions.bzl", "build_script_features", "choose_version", "locked_versions", "nearest_known")
load("//tests/support:analysis.bzl", "failure_test", "names")
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

_LOCK = """
[[package]]
name = "pyo3"
version = "0.21.2"
checksum = "0123"

[[package]]
name = "pyo3-ffi"
version = "0.21.2"
checksum = "4567"
"""

def _versions_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "0.28.3", choose_version("0.28", PYO3_VERSIONS))
    asserts.equals(env, "0.28.3", choose_version("0.28.3", PYO3_VERSIONS))
    for unknown in ["0.28.1", "0.2", "0", "", "0.31"]:
        asserts.equals(env, None, choose_version(unknown, PYO3_VERSIONS), unknown)
    asserts.equals(env, ["0.21.2"], locked_versions(_LOCK))
    asserts.equals(env, "0.21.2", choose_version("0.21", locked_versions(_LOCK)))
    for version, expected in {
        "0.21.2": "0.22.6",
        "0.28.0": "0.28.3",
        "0.28.3": "0.28.3",
        "0.31.0": PYO3_VERSIONS[0],
        "1.0.0-rc.1": PYO3_VERSIONS[0],
    }.items():
        asserts.equals(env, expected, nearest_known(version), version)
    for version, features in {"0.21.2": ["extension-module"], "0.22.6": [], "0.25.0": ["extension-module"], "0.26.1": []}.items():
        asserts.equals(env, features, build_script_features(version), version)
    return unittest.end(env)

_versions_test = unittest.make(_versions_test_impl)

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

def _failing_version_impl(ctx):
    lockfile = {"empty": "version = 4\n", "lock": _LOCK}.get(ctx.attr.lockfile)
    version_and_lock(struct(
        attr = struct(lockfile = lockfile, version = ctx.attr.version),
        read = lambda text: text,
    ), "the repository")

_failing_version = rule(
    implementation = _failing_version_impl,
    attrs = {"lockfile": attr.string(), "version": attr.string()},
)

# Case -> (attributes, fragments of the message).
_WRONG_VERSIONS = {
    "locked": (
        dict(lockfile = "lock", version = "0.28"),
        ["`version` is \"0.28\", and `lockfile` has pyo3 0.21.2", "expected: the version of pyo3 that", "to do: set `version` to it"],
    ),
    "not_locked": (
        dict(lockfile = "empty", version = "0.28"),
        ["`version` is \"0.28\", and `lockfile` has no pyo3"],
    ),
    "unknown": (
        dict(version = "0.21"),
        [
            "`version` is \"0.21\"",
            "expected: one of {}, or the first two numbers of one".format(", ".join(PYO3_VERSIONS)),
            "to do: choose one of these, or pass the `lockfile` of a package that uses another pyo3",
        ],
    ),
}

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
    for case, (attributes, fragments) in _WRONG_VERSIONS.items():
        _failing_version(name = "version_" + case, tags = ["manual"], **attributes)
        failure_test(
            name = "{}_version_{}_failure_test".format(name, case),
            fragments = ["the repository: "] + fragments,
            target_under_test = "version_" + case,
        )
    tests = ["cargo_" + case for case in cases] + ["version_" + case for case in _WRONG_VERSIONS]
    return ["{}_{}_failure_test".format(name, test) for test in tests]

def _generated_impl(ctx):
    """Writes the BUILD files that are generated for METADATA, for build_file_test.py to compare with."""
    graphs = _graphs()
    crates = graphs[LINUX]
    older_graphs, outside = _graphs(older_metadata("0.28.3")), _graphs(older_metadata("0.21.2"))
    older, twins = older_graphs[LINUX], ["once_cell 1.21.4"]
    group = twins + ["pyo3-build-config 0.28.3", "target-lexicon 0.12.16"]
    texts = {
        "macros": crate_build_file("pyo3-macros 0.30.1", graphs, compiler_side = True),
        "older_build_config": source_build_file(older, "pyo3-build-config 0.28.3", twins),
        "older_macros": crate_build_file("pyo3-macros 0.28.3", older_graphs, compiler_side = True, twins = twins),
        "older_root": root_build_file(older, group, twins = twins),
        "older_root_without_group": root_build_file(older, []),
        "older_twin": crate_build_file(twins[0], older_graphs, compiler_side = False, twins = twins) +
                      source_targets(older, twins[0], twins),
        "outside": crate_build_file("pyo3 0.21.2", outside, compiler_side = False),
        "outside_root": root_build_file(outside[LINUX], []),
        "pyo3": crate_build_file("pyo3 0.30.1", graphs, compiler_side = False),
        "quote": source_build_file(crates, "quote 1.0.47"),
        "root": root_build_file(crates, ["quote 1.0.47"]),
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
        _older_test,
        _versions_test,
        _known_test,
    )
    _crate_test(name = name + "_crate_test", target_under_test = "@pyo3_crates//:pyo3")
    native.test_suite(name = name, tests = [name + "_pure", name + "_crate_test"] + _failures(name))
