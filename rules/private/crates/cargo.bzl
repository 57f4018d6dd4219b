"""Runs the cargo client in the repository phase.

Mirrors, credentials, proxies and offline settings are cargo's own: the user's configuration
is linked into a private CARGO_HOME. It is private because cargo trusts a .crate file that is already in
its cache, so that only an empty cache makes it check every checksum of the Cargo.lock.
"""

load("//rules/private/common:errors.bzl", "error_text")

_CONFIG_FILES = ["config.toml", "config", "credentials.toml", "credentials"]

# What cargo says -> (what is wrong, what to do).
_CHECKSUM_CAUSE = ("checksum", "cargo found a checksum that differs from the Cargo.lock", "correct the Cargo.lock or the mirror that serves another file")

_PYO3_CAUSES = [
    _CHECKSUM_CAUSE,
    ("--locked", "the Cargo.lock does not hold the crates that this version and these features need", "pass `lockfile`: what `cargo generate-lockfile` makes for a package pyo3_crates 0.0.0 with this one dependency"),
    ("does not have these features", "the crate pyo3 does not have one of the `features`", "correct `features`"),
    ("does not have that feature", "the crate pyo3 does not have one of the `features`", "correct `features`"),
    ("", "cargo could not fetch the crates", "check the network and cargo's own configuration (mirror, proxy, credentials), or pass `vendored`"),
]

# For a project's own Cargo.lock.
PROJECT_CAUSES = [
    _CHECKSUM_CAUSE,
    ("--locked", "the Cargo.lock does not fit the Cargo.toml", "run `cargo update --workspace`"),
    ("", "cargo could not vendor the crates", "check the Cargo.toml, the network and cargo's own configuration (mirror, proxy, credentials)"),
]

def find_cargo(rctx, label):
    """Finds the cargo client.

    Args:
      rctx: the repository context, with the attribute `cargo`
      label: (str) what messages call the repository

    Returns:
      path: the program
    """
    if rctx.attr.cargo:
        return rctx.path(rctx.attr.cargo)
    cargo = rctx.which("cargo")
    if not cargo:
        fail(error_text(label, "PATH has no `cargo`", "a cargo client", "install Rust, or set `cargo` to a label of the program"))
    return cargo

def prepare_cargo_home(rctx):
    """Makes a private CARGO_HOME with the user's client settings.

    Args:
      rctx: the repository context

    Returns:
      dict of str to str: the environment for run_cargo
    """
    home = rctx.getenv("CARGO_HOME")
    if not home:
        user = rctx.getenv("HOME") or rctx.getenv("USERPROFILE")
        home = user + "/.cargo" if user else None
    rctx.file("cargo_home/.keep", "")
    for name in _CONFIG_FILES if home else []:
        source = rctx.path(home).get_child(name)
        if source.exists:
            rctx.symlink(source, "cargo_home/" + name)
    return {"CARGO_HOME": str(rctx.path("cargo_home"))}

def run_cargo(rctx, label, cargo, arguments, environment, expected = None, causes = _PYO3_CAUSES):
    """Runs cargo in the repository's folder and gives its output.

    Args:
      rctx: the repository context
      label: (str) what messages call the repository
      cargo: (path) the client
      arguments: (list of str) its arguments
      environment: (dict of str to str) from prepare_cargo_home
      expected: (str) what messages say is wanted; the crates of PyO3 by default
      causes: (list of tuple) what cargo says, what is wrong then, and what to do; the last one fits anything

    Returns:
      str: the standard output
    """
    result = rctx.execute([cargo] + arguments, environment = environment, timeout = 900)
    if result.return_code == 0:
        return result.stdout
    cause, todo = [(found, repair) for words, found, repair in causes if words in result.stderr][0]
    fail(error_text(
        label,
        "{}; `cargo {}` said:\n{}".format(cause, " ".join(arguments[:2]), result.stderr[-3000:]),
        expected or "the crates of PyO3 {} with features {}".format(rctx.attr.version, rctx.attr.crate_features),
        todo,
    ))
