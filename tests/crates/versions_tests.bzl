"""Tests of rules/private/crates/versions.bzl, and of what a crate repository makes of its version."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/crates:crates_repo.bzl", "version_and_lock")
load("//rules/private/crates:known.bzl", "PYO3_VERSIONS")
load("//rules/private/crates:versions.bzl", "build_script_features", "choose_version", "locked_versions", "nearest_known")
load("//tests/support:analysis.bzl", "failure_test")

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

def versions_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _versions_test)
    for case, (attributes, fragments) in _WRONG_VERSIONS.items():
        _failing_version(name = "version_" + case, tags = ["manual"], **attributes)
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = ["the repository: "] + fragments,
            target_under_test = "version_" + case,
        )
    native.test_suite(name = name, tests = [name + "_pure"] + ["{}_{}_failure_test".format(name, case) for case in _WRONG_VERSIONS])
