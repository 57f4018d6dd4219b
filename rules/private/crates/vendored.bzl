"""Copies a `cargo vendor` folder, checking every file against its checksum.

Cargo itself checks the files of a vendored folder only when it compiles them, which never happens here.
"""

load("//rules/private/common:errors.bzl", "error_text")
load(":versions.bzl", "lock_checksums")

def _copy_crate(rctx, label, source, files, target):
    for name, sha256 in files.items():
        # A download from a file is the one call of this phase that checks a sha256.
        result = rctx.download(
            url = "file://" + str(source.get_child(*name.split("/"))).replace(" ", "%20"),
            output = "{}/{}".format(target, name),
            sha256 = sha256,
            allow_fail = True,
        )
        if not result.success:
            fail(error_text(
                label,
                "the vendored file {}/{} is missing or does not match its checksum".format(source.basename, name),
                "sha256 {}".format(sha256),
                "run `cargo vendor` again",
            ))

def copy_vendored(rctx, label):
    """Copies the crates of the Cargo.lock from the vendored folder into vendor/.

    Args:
      rctx: the repository context, with the attribute `vendored`
      label: (str) what messages call the repository
    """
    top = rctx.path(rctx.attr.vendored).dirname
    for crate, checksum in lock_checksums(rctx.read("Cargo.lock")).items():
        name, _, version = crate.partition(" ")
        folders = [top.get_child("{}-{}".format(name, version)), top.get_child(name)]
        found = None
        for folder in folders:
            record = folder.get_child(".cargo-checksum.json")
            if record.exists and json.decode(rctx.read(record))["package"] == checksum:
                found = folder
                break
        if not found:
            fail(error_text(
                label,
                "`vendored` ({}) has no crate {} with checksum {}".format(top, crate, checksum),
                "the folder that `cargo vendor` makes from the same Cargo.lock",
                "run `cargo vendor` again, or pass the `lockfile` that the folder was made from",
            ))
        target = "vendor/{}-{}".format(name, version)
        text = rctx.read(found.get_child(".cargo-checksum.json"))
        _copy_crate(rctx, label, found, json.decode(text)["files"], target)
        rctx.file(target + "/.cargo-checksum.json", text)
