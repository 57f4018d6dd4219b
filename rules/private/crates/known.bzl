"""What the rules know about PyO3's crates, as data."""

# Newest first; each has a Cargo.lock in locks/<version>/.
PYO3_VERSIONS = ["0.30.1"]

# Crates whose build scripts are not run: their answers are computed by tools/flags.
# True: the answer depends on the Python.
COMPUTED_BUILD_SCRIPTS = {
    "libc": False,
    "proc-macro2": False,
    "pyo3": True,
    "pyo3-ffi": True,
    "pyo3-macros-backend": False,
    "quote": False,
}

# Targets that dependencies are resolved for; another one gets the union's common part.
TRIPLES = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "aarch64-unknown-linux-musl",
    "wasm32-unknown-emscripten",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
]

# Files of a crate that no build reads.
UNUSED_FILES = ["tests/**", "benches/**", "examples/**", "newsfragments/**"]
