"""A repository of the crates that a project's own Cargo.lock names, for source distributions."""

load("//rules/private/common:errors.bzl", "error_text")
load(":cargo.bzl", "PROJECT_CAUSES", "find_cargo", "prepare_cargo_home", "run_cargo")

_BUILD = """\
filegroup(
    name = "crates",
    srcs = glob(["vendor/**"]),
    visibility = ["//visibility:public"],
)
"""

# A folder that has one is a package of its own, which a glob does not look into.
_BUILD_FILES = ["BUILD", "BUILD.bazel"]
_HIDDEN = ".hidden"

def _hide_build_files(rctx, crate):
    """Renames a crate's own BUILD files; the tool that packs the crates gives them their names back."""
    record = json.decode(rctx.read(crate.get_child(".cargo-checksum.json")))
    for name, sha256 in record["files"].items():
        if name.rpartition("/")[2] in _BUILD_FILES:
            file = crate.get_child(*name.split("/"))

            # A download from a file is the one call of this phase that copies bytes as they are.
            rctx.download(
                url = "file://" + str(file).replace(" ", "%20"),
                output = "vendor/{}/{}{}".format(crate.basename, name, _HIDDEN),
                sha256 = sha256,
            )
            rctx.delete(file)

def _vendored_crates_impl(rctx):
    label = "pyo3.vendored_crates(name = \"{}\")".format(rctx.attr.crates_name or rctx.name)
    manifest, lock = rctx.path(rctx.attr.cargo_toml), rctx.path(rctx.attr.cargo_lock)
    if not str(manifest).startswith(str(lock.dirname) + "/"):
        fail(error_text(
            label,
            "`cargo_lock` is {}, where cargo does not look for it".format(rctx.attr.cargo_lock),
            "a Cargo.lock beside {} or, of a workspace, above it".format(rctx.attr.cargo_toml),
            "name the Cargo.lock that cargo keeps for this Cargo.toml",
        ))

    # What changes them makes another repository; cargo reads them where they are.
    for file in [manifest, lock]:
        rctx.read(file)
    run_cargo(
        rctx,
        label,
        find_cargo(rctx, label),
        ["vendor", "--locked", "--versioned-dirs", "--quiet", "--manifest-path", manifest, "vendor"],
        prepare_cargo_home(rctx),
        expected = "the crates of {}".format(rctx.attr.cargo_lock),
        causes = PROJECT_CAUSES,
    )
    rctx.delete("cargo_home")
    for crate in rctx.path("vendor").readdir():
        _hide_build_files(rctx, crate)
    rctx.file("BUILD.bazel", _BUILD)

VENDORED_CRATES_ATTRS = {
    "cargo": attr.label(doc = "The cargo client; `cargo` on PATH by default."),
    "cargo_lock": attr.label(mandatory = True, doc = "The project's Cargo.lock, whose checksums pin the crates."),
    "cargo_toml": attr.label(mandatory = True, doc = "The project's Cargo.toml."),
}

vendored_crates_repo = repository_rule(
    implementation = _vendored_crates_impl,
    doc = "Runs `cargo vendor` for a project, checking the checksums of its Cargo.lock: @NAME//:crates.",
    attrs = VENDORED_CRATES_ATTRS | {
        "crates_name": attr.string(doc = "The name in messages; the repository's own name by default."),
    },
    environ = ["PATH"],
)
