"""Gives Bazel's Java the certificates that the host trusts."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from distro_common import DistroError

JAVA_TRUST = "/etc/ssl/certs/java/cacerts"

# Part of Debian's ca-certificates-java: reads `+file` lines, writes JAVA_TRUST.
_CONVERTER = "/usr/share/ca-certificates-java/ca-certificates-java.jar"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def split_bundle(text: str) -> list[str]:
    """The certificates of a PEM bundle, each a PEM text of its own."""
    return [f"{certificate}\n" for certificate in _CERTIFICATE.findall(text)]


def java_trust(root: Path, bundle: str | None, folder: Path, enter: Sequence[str]) -> str | None:
    """The trust store for Bazel's Java: the host's own, or one made of its bundle and kept in `folder`.

    None where the host has neither: the root's own store serves then. `enter` is bubblewrap with the arguments that
    let this user enter a root.

    Raises:
        DistroError: the bundle cannot be converted.
    """
    if os.path.isfile(JAVA_TRUST):
        return JAVA_TRUST
    if bundle is None:
        return None
    content = Path(bundle).read_bytes()
    store = folder / f"cacerts-{hashlib.sha256(content).hexdigest()[:16]}"
    if not store.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="cacerts.") as work:
            os.replace(_convert(root, content.decode("utf-8", "replace"), Path(work), enter), store)
    return str(store)


def _convert(root: Path, bundle: str, work: Path, enter: Sequence[str]) -> Path:
    files = []
    for index, certificate in enumerate(split_bundle(bundle)):
        file = work / f"{index:04}.pem"
        file.write_text(certificate, encoding="utf-8")
        files.append(f"+/mnt/{file.name}\n")
    command = [*enter, "--bind", str(root), "/", "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    command += ["--bind", str(work), "/mnt", "--bind", str(work), str(Path(JAVA_TRUST).parent)]
    command += ["java", "-jar", _CONVERTER, "-storepass", "changeit"]
    done = subprocess.run(command, input="".join(files), capture_output=True, text=True)
    store = work / Path(JAVA_TRUST).name
    if done.returncode or not store.exists():
        raise DistroError(f"cannot convert the host's certificates for Java: {(done.stderr or done.stdout).strip()}")
    return store
