"""The certificates of Bazel's Java."""

from __future__ import annotations

from pathlib import Path

import distro_trust
import pytest
from distro_common import DistroError
from distro_testing import make_program
from distro_trust import java_trust, split_bundle

_BUNDLE = (
    "# first\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    "# second\n-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n"
)

# Stands for bubblewrap and the converter in the root: finds the folder bound at /mnt, and lists what it is given.
_CONVERTER = """
while [ $# -gt 0 ]; do [ "$3" = /mnt ] && work=$2; shift; done
cat > "$work/cacerts"
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A host that has a bundle and no Java."""
    monkeypatch.setattr(distro_trust, "JAVA_TRUST", str(tmp_path / "no/java/cacerts"))
    (tmp_path / "ca.pem").write_text(_BUNDLE)
    return str(tmp_path / "ca.pem")


def test_split_bundle() -> None:
    first, second = split_bundle(_BUNDLE)
    assert first == "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert "BBBB" in second
    assert split_bundle("nothing") == []


def test_the_hosts_own_store_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cacerts").touch()
    monkeypatch.setattr(distro_trust, "JAVA_TRUST", str(tmp_path / "cacerts"))
    assert java_trust(tmp_path, "/nonexistent", tmp_path, ["false"]) == str(tmp_path / "cacerts")


def test_a_host_without_certificates(tmp_path: Path, bundle: str) -> None:
    assert java_trust(tmp_path, None, tmp_path, ["false"]) is None


def test_made_once_for_a_bundle(tmp_path: Path, bundle: str) -> None:
    bwrap = str(make_program(tmp_path, "bwrap", _CONVERTER))
    store = java_trust(tmp_path, bundle, tmp_path / "made", [bwrap])
    assert store is not None
    assert Path(store).read_text() == "+/mnt/0000.pem\n+/mnt/0001.pem\n"
    assert [path.name for path in (tmp_path / "made").iterdir()] == [Path(store).name]
    assert java_trust(tmp_path, bundle, tmp_path / "made", ["false"]) == store
    Path(bundle).write_text(_BUNDLE * 2)
    assert java_trust(tmp_path, bundle, tmp_path / "made", [bwrap]) != store


def test_failure_leaves_nothing(tmp_path: Path, bundle: str) -> None:
    bwrap = str(make_program(tmp_path, "bwrap", "echo 'java: not found' >&2; exit 1"))
    with pytest.raises(DistroError) as error:
        java_trust(tmp_path, bundle, tmp_path / "made", [bwrap])
    assert str(error.value) == "cannot convert the host's certificates for Java: java: not found"
    assert list((tmp_path / "made").iterdir()) == []
