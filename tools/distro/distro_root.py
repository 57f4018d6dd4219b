"""What a provisioned root consists of: its packages, how they are installed, and what is added to them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

from distro_sandbox import MODULES_IN_ROOT

SUITE = "forky"
SYSTEM = ("Linux", "x86_64")

# The size of a root is about 2.2 GB; apt needs room for the packages beside it.
NEEDED_BYTES = 4_000_000_000

# Signatures are checked all the same; a mirror that lags behind only has an index past its date.
_OPTIONS = (
    '--aptopt=Acquire::Check-Valid-Until "false"',
    "--dpkgopt=force-unsafe-io",
    # A gigabyte that no build reads. Manual pages stay: Java's installation fails without their folders.
    "--dpkgopt=path-exclude=/usr/lib/debug/*",
    "--dpkgopt=path-exclude=/usr/lib/jvm/*/jmods/*",
    "--dpkgopt=path-exclude=/usr/lib/jvm/*/lib/ct.sym",
    "--dpkgopt=path-exclude=/usr/lib/python3*/config-*d-*/*.a",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--variant=essential",
)

# Folders that Bazel takes as repositories: name → target. The glob stands for Debian's version of the crate.
_LINKS = {
    "usr/share/rules_pyo3/rust/BUILD.bazel": f"{MODULES_IN_ROOT}/rust_toolchain/BUILD.bazel",
    "usr/share/rules_pyo3/rust/bin": "/usr/bin",
    "usr/share/rules_pyo3/rust/lib": "/usr/lib",
    "usr/share/rules_pyo3/tinyjson/BUILD.bazel": (
        "/usr/share/bazel/rules/rust/util/process_wrapper/BUILD.tinyjson.bazel"
    ),
    "usr/share/rules_pyo3/tinyjson/src": "/usr/share/cargo/registry/tinyjson-*/src",
}
_EMPTY_FILES = ("usr/share/rules_pyo3/rust/REPO.bazel", "usr/share/rules_pyo3/tinyjson/REPO.bazel")
_BAZELRC = "etc/bazel/bazelrc"

# Lines of Debian's bazelrc to leave out: an option that warns at every call, and one that slows every sandbox down.
_BAZELRC_DROPPED = ("build --host_javabase", "build --sandbox_debug")

# The last line makes Bazel restart a server that runs in another root on the same output base.
_BAZELRC_LINES = (
    "",
    f"try-import {MODULES_IN_ROOT}/bazelrc",
    "startup --host_jvm_args=-Djavax.net.ssl.trustStore=/etc/ssl/certs/java/cacerts",
    "startup --host_jvm_args=-Drules_pyo3.root={digest}",
)


def read_packages(text: str) -> list[str]:
    """The package names of packages.txt: one a line, `#` begins a comment."""
    names = (line.partition("#")[0].strip() for line in text.splitlines())
    return sorted(name for name in names if name)


def package_versions(status: str, packages: Sequence[str]) -> dict[str, str]:
    """The versions of the named packages in the text of dpkg's status file."""
    found = re.findall(r"^Package: (\S+)$(?:\n\S.*|\n .*)*?\nVersion: (\S+)$", status, re.MULTILINE)
    return {name: version for name, version in found if name in packages}


def root_digest(packages: Sequence[str]) -> str:
    """Names a root by all that goes into it: 16 hexadecimal digits."""
    recipe = [SUITE, _OPTIONS, _LINKS, _EMPTY_FILES, _BAZELRC, _BAZELRC_DROPPED, _BAZELRC_LINES, sorted(packages)]
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]


def mmdebstrap_command(mmdebstrap: str, packages: Sequence[str], target: Path, as_root: bool) -> list[str]:
    """The command that installs the packages.

    Root fills the folder itself. Other users get an archive on the standard output: a folder made in a user namespace
    would hold files of other owners, which the user could not delete.
    """
    where = ["--mode=root", SUITE, str(target)] if as_root else ["--mode=unshare", "--format=tar", SUITE, "-"]
    return [mmdebstrap, *_OPTIONS, f"--include={','.join(packages)}", *where]


def tar_command(target: Path) -> list[str]:
    """The command that unpacks the archive of the previous one as the user's own files."""
    return ["tar", "--extract", "--no-same-owner", "--exclude=./dev/*", f"--directory={target}"]


def finish_root(root: Path, digest: str) -> None:
    """Adds to the installed packages what Bazel needs to find them.

    Raises:
        FileNotFoundError: a package no longer has the files it is there for.
    """
    for name in _EMPTY_FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / MODULES_IN_ROOT[1:]).mkdir(parents=True, exist_ok=True)
    for name, target in _LINKS.items():
        (root / name).symlink_to(_existing(root, target))
    bazelrc = root / _BAZELRC
    bazelrc.write_text(finish_bazelrc(bazelrc.read_text(encoding="utf-8"), digest), encoding="utf-8")


def finish_bazelrc(text: str, digest: str) -> str:
    """Debian's system bazelrc with the settings of this root."""
    kept = [line for line in text.splitlines() if not line.startswith(_BAZELRC_DROPPED)]
    return "\n".join([*kept, *(line.format(digest=digest) for line in _BAZELRC_LINES)]) + "\n"


def _existing(root: Path, target: str) -> str:
    """The one path in the root that `target` stands for; targets in the modules folder exist only when it is bound."""
    if "*" not in target:
        return target
    matches = sorted(root.glob(target[1:]))
    if not matches:
        raise FileNotFoundError(f"no {target} among the files of the packages")
    return f"/{matches[-1].relative_to(root)}"
