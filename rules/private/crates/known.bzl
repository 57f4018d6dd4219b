"""What the rules know about PyO3's crates, as data."""

# Newest first; each has a Cargo.lock in locks/<version>/ and a table in tools/common/pyo3_versions/.
PYO3_VERSIONS = [
    "0.30.1",
    "0.29.3",
    "0.28.3",
    "0.27.2",
    "0.26.0",
    "0.25.1",
    "0.24.2",
    "0.23.5",
    "0.22.6",
]

# PyO3's own crates with build scripts, in one version or another.
# True: what the script answers depends on the Python.
PYO3_BUILD_SCRIPTS = {
    "pyo3": True,
    "pyo3-build-config": False,
    "pyo3-ffi": True,
    "pyo3-macros-backend": False,
}

# Other crates -> versions whose build scripts' answers tools/flags knows. In another version the script is run.
OTHER_BUILD_SCRIPTS = {
    "libc": ["0.2.191"],
    "memoffset": ["0.9.1"],
    "proc-macro2": ["1.0.107"],
    "quote": ["1.0.47"],
    "rustversion": ["1.0.23"],
    "target-lexicon": ["0.12.16", "0.13.5"],
}

# Crates whose build scripts write source files.
WRITING_BUILD_SCRIPTS = ["pyo3-build-config", "rustversion", "target-lexicon"]

# Targets that dependencies are resolved for -> CPU and OS as Bazel calls them; another one gets the union's common part.
# musl has what GNU has: Bazel cannot tell them apart.
TRIPLES = {
    "aarch64-apple-darwin": ["aarch64", "macos"],
    "aarch64-unknown-linux-gnu": ["aarch64", "linux"],
    "wasm32-unknown-emscripten": ["wasm32", "emscripten"],
    "x86_64-apple-darwin": ["x86_64", "macos"],
    "x86_64-pc-windows-msvc": ["x86_64", "windows"],
    "x86_64-unknown-linux-gnu": ["x86_64", "linux"],
}

# Files of a crate that no build reads.
UNUSED_FILES = ["tests/**", "benches/**", "examples/**", "newsfragments/**"]

def is_computed(name, version):
    """Tells whether the answers of a crate's build script are computed by tools/flags.

    Args:
      name: (str) the package's name
      version: (str) its version

    Returns:
      bool: False when the script is to be run
    """
    return version in (PYO3_VERSIONS if name in PYO3_BUILD_SCRIPTS else OTHER_BUILD_SCRIPTS.get(name, []))
