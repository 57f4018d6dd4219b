"""A small `cargo metadata`: every kind of crate that the rules tell apart, on two targets."""

def _target(folder, kind, path, name):
    return {"kind": [kind], "name": name, "src_path": folder + path}

def _package(name, version, *, kind = "lib", build_script = None, lib = None, links = None, root = "src/lib.rs", top = "/v/"):
    separator = "\\" if "\\" in top else "/"
    folder = "{}{}-{}{}".format(top, name, version, separator)
    targets = [_target(folder, "bin", "src/main.rs", "tool"), _target(folder, kind, root, lib or name)]
    if build_script:
        targets.append(_target(folder, "custom-build", build_script, "build-script-build"))
    return {
        "edition": "2021",
        "id": "{} {}".format(name, version),
        "links": links,
        "manifest_path": folder + "Cargo.toml",
        "name": name,
        "targets": targets,
        "version": version,
    }

def _node(id, deps = [], build_deps = [], features = []):
    return {
        "deps": [
            {"dep_kinds": [{"kind": kind}], "name": alias, "pkg": pkg}
            for kind, group in [(None, deps), ("build", build_deps)]
            for pkg, alias in group
        ],
        "features": features,
        "id": id,
    }

_PACKAGES = [
    _package("pyo3", "0.30.1", build_script = "build.rs"),
    _package("pyo3-ffi", "0.30.1", build_script = "build.rs", lib = "pyo3_ffi", links = "python"),
    _package("pyo3-macros", "0.30.1", kind = "proc-macro", lib = "pyo3-macros"),
    _package("quote", "1.0.47", build_script = "build.rs"),
    _package("libc", "0.2.191", build_script = "build.rs"),
    _package("scripted", "2.0.0", build_script = "build/main.rs", links = "z"),
    _package("target-lexicon", "0.13.0"),
    _package("pyo3_crates", "0.0.0", root = "lib.rs"),
]

def _metadata(libc):
    return {
        "packages": _PACKAGES,
        "resolve": {"nodes": [
            _node("pyo3_crates 0.0.0", [("pyo3 0.30.1", "pyo3")]),
            _node(
                "pyo3 0.30.1",
                [
                    ("pyo3-ffi 0.30.1", "pyo3_ffi"),
                    ("pyo3-macros 0.30.1", "pyo3_macros"),
                    ("scripted 2.0.0", "renamed"),
                ] + libc,
                [("target-lexicon 0.13.0", "target_lexicon")],
                ["macros", "default"],
            ),
            _node("pyo3-ffi 0.30.1", libc, features = ["default"]),
            _node("pyo3-macros 0.30.1", [("quote 1.0.47", "quote")]),
            _node("quote 1.0.47"),
            _node("libc 0.2.191", features = ["std"]),
            _node("scripted 2.0.0"),
            _node("target-lexicon 0.13.0"),
        ]},
    }

LINUX = "x86_64-unknown-linux-gnu"
WINDOWS = "x86_64-pc-windows-msvc"

METADATA = {
    LINUX: _metadata([("libc 0.2.191", "libc")]),
    WINDOWS: _metadata([]),
}

def older_metadata(version, target_lexicon = "0.12.16"):
    """Gives the `cargo metadata` of a pyo3 before 0.29: its macros need pyo3-build-config, which shares a crate with it.

    Args:
      version: (str) "X.Y.Z" of pyo3
      target_lexicon: (str) the version of that crate

    Returns:
      dict of str to dict: target triple -> metadata
    """
    pyo3, macros, build_config = ["{} {}".format(name, version) for name in ["pyo3", "pyo3-macros", "pyo3-build-config"]]
    lexicon = "target-lexicon " + target_lexicon
    metadata = {
        "packages": [
            _package("pyo3", version, build_script = "build.rs"),
            _package("pyo3-macros", version, kind = "proc-macro", lib = "pyo3-macros"),
            _package("pyo3-build-config", version, build_script = "build.rs", lib = "pyo3_build_config"),
            _package("once_cell", "1.21.4"),
            _package("target-lexicon", target_lexicon, build_script = "build.rs"),
        ],
        "resolve": {"nodes": [
            _node(
                pyo3,
                [(macros, "pyo3_macros"), ("once_cell 1.21.4", "once_cell")],
                [(build_config, "pyo3_build_config")],
            ),
            _node(macros, [(build_config, "pyo3_build_config")]),
            _node(
                build_config,
                [("once_cell 1.21.4", "once_cell"), (lexicon, "target_lexicon")],
                [(lexicon, "target_lexicon")],
                ["resolve-config"],
            ),
            _node("once_cell 1.21.4"),
            _node(lexicon),
        ]},
    }
    return {LINUX: metadata, WINDOWS: metadata}

# The same package as cargo describes it on Windows.
ON_WINDOWS = {
    "packages": [_package("pyo3", "0.30.1", build_script = "build\\main.rs", root = "src\\lib.rs", top = "C:\\v\\")],
    "resolve": {"nodes": [_node("pyo3 0.30.1")]},
}
