"""A repository of pyo3 and the crates below it."""

load("//rules/private/common:errors.bzl", "error_text")
load(":cargo.bzl", "find_cargo", "prepare_cargo_home", "run_cargo")
load(":crate_build_file.bzl", "crate_build_file")
load(":crate_graph.bzl", "compiled_into_programs", "compiled_together", "read_metadata")
load(":known.bzl", "COMPUTED_BUILD_SCRIPTS", "PYO3_VERSIONS", "TRIPLES")
load(":root_build_file.bzl", "root_build_file")
load(":source_build_file.bzl", "source_build_file")
load(":vendored.bzl", "copy_vendored")

_DOC = """\
Fetches pyo3, pyo3-ffi, pyo3-macros, pyo3-macros-backend and what they need with the cargo client,
against a Cargo.lock with checksums, and writes a BUILD file for each.
"""

_MANIFEST = """\
[package]
name = "pyo3_crates"
version = "0.0.0"
edition = "2021"
publish = false

[lib]
path = "lib.rs"

[dependencies.pyo3]
version = "={version}"
default-features = {default_features}
features = {features}
"""

_SOURCE_REPLACEMENT = """\
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "vendor"
"""

def _write_manifest(rctx, label):
    version = rctx.attr.version
    lockfile = rctx.attr.lockfile
    if not lockfile:
        if version not in PYO3_VERSIONS:
            fail(error_text(
                label,
                "`version` is \"{}\"".format(version),
                "one of {}".format(", ".join(PYO3_VERSIONS)),
                "choose a supported version",
            ))
        lockfile = Label("//rules/private/crates:locks/{}/Cargo.lock".format(version))
    rctx.file("Cargo.toml", _MANIFEST.format(
        default_features = "true" if rctx.attr.default_features else "false",
        features = json.encode(rctx.attr.crate_features),
        version = version,
    ))
    rctx.file("lib.rs", "")
    rctx.file("Cargo.lock", rctx.read(lockfile))

def _crates_repo_impl(rctx):
    label = "pyo3.crates(name = \"{}\")".format(rctx.attr.crates_name or rctx.name)
    cargo = find_cargo(rctx, label)
    environment = prepare_cargo_home(rctx)
    _write_manifest(rctx, label)
    if rctx.attr.vendored:
        copy_vendored(rctx, label)
    else:
        run_cargo(rctx, label, cargo, ["vendor", "--locked", "--versioned-dirs", "--quiet", "vendor"], environment)
    rctx.file(".cargo/config.toml", _SOURCE_REPLACEMENT)
    graphs = {}
    for triple in TRIPLES:
        text = run_cargo(
            rctx,
            label,
            cargo,
            ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", triple],
            environment,
        )
        graphs[triple] = read_metadata(json.decode(text), "pyo3", COMPUTED_BUILD_SCRIPTS)
    rctx.delete("cargo_home")
    _write_build_files(rctx, graphs)

def _write_build_files(rctx, graphs):
    crates, in_programs = {}, {}
    for graph in graphs.values():
        crates.update(graph)
        in_programs.update(compiled_into_programs(graph, "pyo3"))
    group = compiled_together(graphs, in_programs, COMPUTED_BUILD_SCRIPTS)
    for id, crate in crates.items():
        if id in group:
            text = source_build_file(crates, id)
        else:
            text = crate_build_file(id, graphs, compiler_side = id not in in_programs)
        rctx.file("vendor/{}/BUILD.bazel".format(crate.package.folder), text)
    rctx.file("BUILD.bazel", root_build_file(crates, group, rctx.attr.interpreter_config))

# The tag pyo3.crates has these and `features`, a name that repository rules keep for themselves.
CRATES_ATTRS = {
    "cargo": attr.label(doc = "The cargo client; `cargo` on PATH by default."),
    "default_features": attr.bool(default = True, doc = "Whether pyo3's default features are on."),
    "interpreter_config": attr.label(doc = "A pyo3_interpreter_config that goes before the toolchain's."),
    "lockfile": attr.label(doc = "A Cargo.lock with checksums; ours for the version by default."),
    "vendored": attr.label(doc = "The Cargo.toml-less top of a `cargo vendor` folder: the label of any file in it. Nothing is fetched then."),
    "version": attr.string(default = PYO3_VERSIONS[0], doc = "\"X.Y.Z\" of pyo3."),
}

crates_repo = repository_rule(
    implementation = _crates_repo_impl,
    doc = _DOC,
    attrs = CRATES_ATTRS | {
        "crate_features": attr.string_list(doc = "Cargo features of pyo3."),
        "crates_name": attr.string(doc = "The name in messages; the repository's own name by default."),
    },
    environ = ["PATH"],
)
