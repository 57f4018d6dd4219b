"""Tests of rules/private/crates/cargo.bzl."""

load("//rules/private/crates:cargo.bzl", "PROJECT_CAUSES", "find_cargo", "run_cargo")
load("//tests/support:analysis.bzl", "failure_test")

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

# The same for a project's own Cargo.lock.
_OF_A_PROJECT = {
    "project_checksum": (
        "error: checksum for `libc v0.2.1` changed between lock files",
        ["cargo found a checksum that differs from the Cargo.lock"],
    ),
    "project_locked": (
        "error: cannot update the lock file because --locked was passed to prevent this",
        ["the Cargo.lock does not fit the Cargo.toml", "to do: run `cargo update --workspace`"],
    ),
    "project_network": (
        "error: failed to download from a registry",
        ["cargo could not vendor the crates", "to do: check the Cargo.toml, the network and cargo's own configuration"],
    ),
}

def _failing_cargo_impl(ctx):
    if ctx.attr.case == "missing":
        find_cargo(_fake_context(), "the repository")
    elif ctx.attr.case in _OF_A_PROJECT:
        stderr, _ = _OF_A_PROJECT[ctx.attr.case]
        run_cargo(_fake_context(stderr), "the repository", "cargo", ["vendor", "--locked"], {}, expected = "its crates", causes = PROJECT_CAUSES)
    else:
        stderr, _ = _CARGO_SAYS[ctx.attr.case]
        run_cargo(_fake_context(stderr), "the repository", "cargo", ["vendor", "--locked", "--quiet"], {})

_failing_cargo = rule(implementation = _failing_cargo_impl, attrs = {"case": attr.string()})

def cargo_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    cases = {"missing": ["the repository: PATH has no `cargo`", "expected: a cargo client", "to do: install Rust"]}
    for case, (stderr, fragments) in _CARGO_SAYS.items():
        cases[case] = fragments + [
            "; `cargo vendor --locked` said:\n" + stderr,
            "expected: the crates of PyO3 0.30.1 with features [\"abi3\"]",
        ]
    for case, (stderr, fragments) in _OF_A_PROJECT.items():
        cases[case] = fragments + ["; `cargo vendor --locked` said:\n" + stderr, "expected: its crates"]
    for case, fragments in cases.items():
        _failing_cargo(name = "cargo_" + case, case = case, tags = ["manual"])
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = fragments,
            target_under_test = "cargo_" + case,
        )
    native.test_suite(name = name, tests = ["{}_{}_failure_test".format(name, case) for case in cases])
