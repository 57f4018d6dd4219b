"""Builds a free-threaded Python beside the root, of Debian's own source package: Debian packages none."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Callable

from distro_common import DistroError, cache_folder, say
from distro_install import explain_failure
from distro_provision import locked, remove_tree, terminations_raise
from distro_root import package_versions

SOURCE = "python3.13"
PREFIX = "/usr/local/python3.13t"
PROGRAM = "/usr/local/bin/python3.13t"

# Run in an empty folder. apt checks the signature of the index that lists the hashes of the source's files.
# site.py: Debian's looks into lib/python3.13 of a virtual environment, where pip installs into lib/python3.13t.
# -O1: compiling takes half the time of -O3, and neither the names nor the layout of anything depend on it.
_RECIPE = """
set -eu
mkdir -p sources lists/partial cache/archives/partial build
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    if test -f "$file"; then
        sed -e 's/^deb /deb-src /' -e 's/^Types: deb$/Types: deb-src/' "$file" > "sources/$(basename "$file")"
    fi
done
apt() {
    apt-get -q -o APT::Sandbox::User=root -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$PWD/sources" \
        -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache" "$@"
}
apt update
apt source --download-only "$1=$2"
dpkg-source --no-check -x "$1"_*.dsc source
sed -i '/if is_virtual_environment:/,/"site-packages"/\
s/"python%d.%d" % sys.version_info.:2./f"python{ver[0]}.{ver[1]}{abi_thread}"/' \
    source/Lib/site.py
cd build
../source/configure --quiet "--prefix=$3" --disable-gil --disable-test-modules --without-ensurepip \
    OPT="-DNDEBUG -O1"
make -s "-j$(nproc)" all
make -s altinstall DESTDIR="$PWD/installed"
"""


def source_version(version: str) -> str:
    """The version of the source package that a binary package of this version was built from.

    Source: Debian Policy 5.6.12.1, rebuilds without changes of the source.
    """
    return re.sub(r"\+b\d+$", "", version)


def free_threaded_folder(root: Path, env: Mapping[str, str]) -> Path:
    """Where the free-threaded Python of a root lies, or will lie: named by the version and the recipe.

    Raises:
        DistroError: the root has no Python of that version.
    """
    status = (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    version = package_versions(status, [SOURCE]).get(SOURCE)
    if version is None:
        raise DistroError(f"{root} has no package {SOURCE}; tools/distro/packages.txt is to name it")
    recipe = hashlib.sha256(_RECIPE.encode()).hexdigest()[:8]
    return cache_folder(env) / "free_threaded" / f"{source_version(version)}-{recipe}"


def ensure_free_threaded(root: Path, env: Mapping[str, str], enter: Callable[[Path], Sequence[str]]) -> Path:
    """The free-threaded Python's folder, built first where it is not there yet; the root shows it at PREFIX.

    `enter` gives the command that runs a program in the root, in a folder of the cache.

    Raises:
        DistroError: it cannot be built; nothing half-made is left.
    """
    folder = free_threaded_folder(root, env)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent / "lock"):
            if not folder.is_dir():
                _build(folder, enter)
        _link(root / PREFIX[1:], str(folder))
        _link(root / PROGRAM[1:], f"{PREFIX}/bin/{Path(PROGRAM).name}")
    except OSError as error:
        raise DistroError(f"cannot make {folder}: {error}") from error
    return folder


def _build(folder: Path, enter: Callable[[Path], Sequence[str]]) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    if partial.exists():
        remove_tree(partial)  # left by a run that was killed
    begin = time.monotonic()
    say(f"building a free-threaded Python in {folder}: once, some minutes")
    version = folder.name.rpartition("-")[0]
    with terminations_raise():
        try:
            partial.mkdir()
            command = [*enter(partial), "sh", "-c", _RECIPE, "sh", SOURCE, version, PREFIX]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
            _check(done, folder.with_name("failure.log"))
            (partial / "build/installed" / PREFIX[1:]).rename(folder)
        finally:
            remove_tree(partial)
    say(f"built in {time.monotonic() - begin:.0f} s")


def _check(done: subprocess.CompletedProcess[str], log: Path) -> None:
    if done.returncode == 0:
        log.unlink(missing_ok=True)
        return
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    raise DistroError(
        f"building a free-threaded Python failed: {explain_failure(done.stderr)}. Nothing is left of it but its "
        f"output, {log}; run again to retry"
    )


def _link(path: Path, target: str) -> None:
    """Makes a symbolic link, or corrects it at one stroke: others may be using it."""
    if path.is_symlink() and os.readlink(path) == target:
        return
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.symlink_to(target)
    new.replace(path)
