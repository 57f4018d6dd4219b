"""A repository of pyo3 and the crates below it."""

load("//rules/private/common:errors.bzl", "error_text")
load(":cargo.bzl", "find_cargo", "prepare_cargo_home", "run_cargo")
load(":crate_build_file.bzl", "crate_build_file")
load(":crate_graph.bzl", "compiled_into_programs", "compiled_together", "dependent_on_python", "read_metadata")
load(":known.bzl", "PYO3_VERSIONS", "TRIPLES")
load(":root_build_file.bzl", "root_build_file")
load(":source_build_file.bzl", "source_build_file", "source_targets")
load(":vendored.bzl", "copy_vendored")
load(":versions.bzl", "build_script_features", "choose_version", "locked_versions")

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

def version_and_lock(rctx, label):
    """Finds what `version` and `lockfile` mean.

    Args:
      rctx: the repository context
      label: (str) what messages call the repository

    Returns:
      (str, Label): "X.Y.Z" of pyo3, and the Cargo.lock that names it
    """
    wanted, lockfile = rctx.attr.version, rctx.attr.lockfile
    locked = locked_versions(rctx.read(lockfile)) if lockfile else None
    version = choose_version(wanted, PYO3_VERSIONS if locked == None else locked)
    if version:
        return version, lockfile or Label("//rules/private/crates:locks/{}/Cargo.lock".format(version))
    if lockfile:
        fail(error_text(
            label,
            "`version` is \"{}\", and `lockfile` has {}".format(wanted, " and ".join(["pyo3 " + each for each in locked]) or "no pyo3"),
            "the version of pyo3 that the Cargo.lock names",
            "set `version` to it, or lock another pyo3",
        ))
    return fail(error_text(
        label,
        "`version` is \"{}\"".format(wanted),
        "one of {}, or the first two numbers of one".format(", ".join(PYO3_VERSIONS)),
        "choose one of these, or pass the `lockfile` of a package that uses another pyo3: its own build scripts are run then",
    ))

def _write_manifest(rctx, label):
    version, lockfile = version_and_lock(rctx, label)
    rctx.file("Cargo.toml", _MANIFEST.format(
        default_features = "true" if rctx.attr.default_features else "false",
        features = json.encode(rctx.attr.crate_features + build_script_features(version)),
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
        graphs[triple] = read_metadata(json.decode(text), "pyo3")
    rctx.delete("cargo_home")
    _write_build_files(rctx, graphs)

def _write_build_files(rctx, graphs):
    crates, dependent, in_programs = {}, {}, {}
    for graph in graphs.values():
        crates.update(graph)
        dependent.update(dependent_on_python(graph))
        in_programs.update(compiled_into_programs(graph, "pyo3"))
    group = compiled_together(graphs, in_programs)
    twins = [id for id in group if id in in_programs]
    forwarded = {id: True for id in crates if id not in dependent and (id not in group or id in twins)}
    for id, crate in crates.items():
        if id in group and id not in twins:
            text = source_build_file(crates, id, twins)
        else:
            text = crate_build_file(
                id,
                graphs,
                compiler_side = id not in in_programs,
                forwarded = forwarded,
                twins = twins,
            )
        if id in twins:
            text += source_targets(crates, id, twins)
        rctx.file("vendor/{}/BUILD.bazel".format(crate.package.folder), text)
    rctx.file("BUILD.bazel", root_build_file(crates, group, rctx.attr.interpreter_config, twins))

# The tag pyo3.crates has these and `features`, a name that repository rules keep for themselves.
CRATES_ATTRS = {
    "cargo": attr.label(doc = "The cargo client; `cargo` on PATH by default."),
    "default_features": attr.bool(default = True, doc = "Whether pyo3's default features are on."),
    "interpreter_config": attr.label(doc = "A pyo3_interpreter_config that goes before the toolchain's."),
    "lockfile": attr.label(doc = "A Cargo.lock with checksums; ours for the version by default."),
    "vendored": attr.label(doc = "The Cargo.toml-less top of a `cargo vendor` folder: the label of any file in it. Nothing is fetched then."),
    "version": attr.string(default = PYO3_VERSIONS[0], doc = "\"X.Y.Z\" of pyo3, or \"X.Y\" for the known patch."),
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
