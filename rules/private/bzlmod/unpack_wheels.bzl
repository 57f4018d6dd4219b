"""Wheels in the repository phase: fetched by pip against pinned hashes, and unpacked."""

load("//rules/private/common:errors.bzl", "error_text")

def _find_pip(rctx):
    """Gives a command that runs pip; which one does not matter, the hashes decide."""
    for python in [rctx.attr.python] if rctx.attr.python else ["python3", "python"]:
        path = rctx.which(python)
        if path and rctx.execute([path, "-m", "pip", "--version"]).return_code == 0:
            return [path, "-m", "pip"]
    for name in ["pip3", "pip"]:
        path = rctx.which(name)
        if path:
            return [path]
    return None

def unpack_wheels(rctx, label, requirements, platforms, folder = ""):
    """Fetches the wheels of a lock for a platform, and unpacks all of them.

    Args:
      rctx: (repository_ctx) of a rule with the attribute `python`: the Python whose pip fetches; the first on PATH when empty
      label: (str) the repository, as messages name it
      requirements: (Label) pinned requirements with hashes
      platforms: (list of str) platform tags that will do
      folder: (str) where they are unpacked
    """
    pip = _find_pip(rctx)
    if not pip:
        fail(error_text(
            label,
            "neither python3, python, pip3 nor pip on PATH runs pip",
            "the pip client, to fetch the tools' libraries",
            "install pip (Debian: python3-pip)",
        ))
    result = rctx.execute(pip + [
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
    ] + ["--platform=" + platform for platform in platforms] + [
        "--python-version=3.12",
        "--implementation=cp",
        "--dest=wheels",
        "--requirement",
        str(rctx.path(requirements)),
    ], timeout = 900)
    if result.return_code != 0:
        fail(error_text(
            label,
            "pip could not fetch the tools' libraries:\n{}{}".format(result.stdout[-1000:], result.stderr[-2000:]),
            "the files whose hashes {} lists".format(requirements),
            "check the network and pip's own configuration (index, proxy, certificates)",
        ))
    for wheel in rctx.path("wheels").readdir():
        # Bazel tells archives apart by their extension.
        link = "wheels/{}.zip".format(wheel.basename)
        rctx.symlink(wheel, link)
        rctx.extract(link, output = folder)
    rctx.delete("wheels")
