"""Generates BUILD files for the crates of metadata.bzl, for build_file_test.py."""

load("//rules/private/crates:crate_build_file.bzl", "crate_build_file")
load("//rules/private/crates:crate_graph.bzl", "dependent_on_python", "read_metadata")
load("//rules/private/crates:root_build_file.bzl", "root_build_file")
load("//rules/private/crates:source_build_file.bzl", "source_build_file", "source_targets")
load(":metadata.bzl", "LINUX", "METADATA", "older_metadata")

def _graphs(metadata = METADATA):
    return {triple: read_metadata(each, "pyo3") for triple, each in metadata.items()}

def _crate_build_file(id, graphs, compiler_side, twins = []):
    dependent = {}
    for graph in graphs.values():
        dependent |= dependent_on_python(graph)
    forwarded = {id: True for graph in graphs.values() for id in graph if id not in dependent}
    return crate_build_file(id, graphs, compiler_side, forwarded, twins)

def _generated_build_files_impl(ctx):
    """Writes the BUILD files that are generated for METADATA, for build_file_test.py to compare with."""
    graphs = _graphs()
    crates = graphs[LINUX]
    older_graphs, outside = _graphs(older_metadata("0.28.3")), _graphs(older_metadata("0.21.2"))
    older, twins = older_graphs[LINUX], ["once_cell 1.21.4"]
    group = twins + ["pyo3-build-config 0.28.3", "target-lexicon 0.12.16"]
    texts = {
        "macros": _crate_build_file("pyo3-macros 0.30.1", graphs, True),
        "older_build_config": source_build_file(older, "pyo3-build-config 0.28.3", twins),
        "older_macros": _crate_build_file("pyo3-macros 0.28.3", older_graphs, True, twins = twins),
        "older_root": root_build_file(older, group, twins = twins),
        "older_root_without_group": root_build_file(older, []),
        "older_twin": _crate_build_file(twins[0], older_graphs, False, twins = twins) +
                      source_targets(older, twins[0], twins),
        "outside": _crate_build_file("pyo3 0.21.2", outside, False),
        "outside_root": root_build_file(outside[LINUX], []),
        "pyo3": _crate_build_file("pyo3 0.30.1", graphs, False),
        "quote": source_build_file(crates, "quote 1.0.47"),
        "root": root_build_file(crates, ["quote 1.0.47"]),
        "root_without_group": root_build_file(crates, []),
        "scripted": _crate_build_file("scripted 2.0.0", graphs, False),
    }
    files = []
    for name, text in texts.items():
        file = ctx.actions.declare_file("generated/{}.BUILD".format(name))
        ctx.actions.write(file, text)
        files.append(file)
    return [DefaultInfo(files = depset(files))]

generated_build_files = rule(
    implementation = _generated_build_files_impl,
    doc = "BUILD files of some crates.",
)
