"""What a root consists of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from distro_common import MODULES, PACKAGES
from distro_root import (
    finish_bazelrc,
    finish_root,
    mmdebstrap_command,
    package_versions,
    read_packages,
    root_digest,
    tar_command,
)


def test_read_packages() -> None:
    assert read_packages("# all\n\nrustc\ncargo # with a reason\n  git  \n") == ["cargo", "git", "rustc"]


def test_package_list_is_well_formed() -> None:
    names = read_packages(PACKAGES.read_text(encoding="utf-8"))
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name) for name in names)
    assert {"bazel-bootstrap", "bazel-rules-rust", "bazel-rules-python", "cargo", "rustc"} <= set(names)


def test_package_versions() -> None:
    status = (
        "Package: rustc\nStatus: install ok installed\nDescription: a\n more\nVersion: 1.97.1+dfsg1-1\n\n"
        "Package: gcc\nVersion: 4:16.1.0-3\n\nPackage: odd\nStatus: x\n\nPackage: git\nVersion: 2\n"
    )
    assert package_versions(status, ["rustc", "git", "odd"]) == {"rustc": "1.97.1+dfsg1-1", "git": "2"}


def test_digest_depends_on_the_packages_only_by_content() -> None:
    assert re.fullmatch("[0-9a-f]{16}", root_digest(["a", "b"]))
    assert root_digest(["a", "b"]) == root_digest(["b", "a"])
    assert root_digest(["a", "b"]) != root_digest(["a"])


def test_mmdebstrap_as_root() -> None:
    command = mmdebstrap_command("/usr/bin/mmdebstrap", ["cargo", "rustc"], Path("/c/x.partial"), as_root=True)
    assert command[0] == "/usr/bin/mmdebstrap"
    assert command[-3:] == ["--mode=root", "forky", "/c/x.partial"]
    assert "--include=cargo,rustc" in command
    assert '--aptopt=Acquire::Check-Valid-Until "false"' in command
    assert not [part for part in command if "://" in part or "allow-insecure" in part or "AllowUnauth" in part]


def test_mmdebstrap_as_a_user_writes_an_archive() -> None:
    command = mmdebstrap_command("mmdebstrap", ["cargo"], Path("/c/x.partial"), as_root=False)
    assert command[-4:] == ["--mode=unshare", "--format=tar", "forky", "-"]
    assert tar_command(Path("/c/x.partial")) == [
        "tar",
        "--extract",
        "--no-same-owner",
        "--exclude=./dev/*",
        "--directory=/c/x.partial",
    ]


def _installed(tmp_path: Path) -> Path:
    (tmp_path / "etc/bazel").mkdir(parents=True)
    (tmp_path / "etc/bazel/bazelrc").write_text("startup --x\nbuild --host_javabase=@j\nbuild --sandbox_debug\n")
    (tmp_path / "usr/share/cargo/registry/tinyjson-2.5.1/src").mkdir(parents=True)
    return tmp_path


def test_finish_root(tmp_path: Path) -> None:
    root = _installed(tmp_path)
    finish_root(root, "0123")
    ours = root / "usr/share/rules_pyo3"
    links = {str(path.relative_to(ours)): str(path.readlink()) for path in ours.rglob("*") if path.is_symlink()}
    assert links == {
        "rust/BUILD.bazel": "/usr/share/rules_pyo3/distro/rust_toolchain/BUILD.bazel",
        "rust/bin": "/usr/bin",
        "rust/lib": "/usr/lib",
        "tinyjson/BUILD.bazel": "/usr/share/bazel/rules/rust/util/process_wrapper/BUILD.tinyjson.bazel",
        "tinyjson/src": "/usr/share/cargo/registry/tinyjson-2.5.1/src",
    }
    assert (ours / "rust/REPO.bazel").is_file()
    assert (ours / "tinyjson/REPO.bazel").is_file()
    assert (ours / "distro").is_dir()
    bazelrc = (root / "etc/bazel/bazelrc").read_text()
    assert bazelrc.startswith("startup --x\n\ntry-import /usr/share/rules_pyo3/distro/bazelrc\n")
    assert "startup --host_jvm_args=-Drules_pyo3.root=0123\n" in bazelrc


def test_finish_root_without_a_packages_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no /usr/share/cargo/registry/tinyjson-\*/src among the files"):
        finish_root(tmp_path, "0123")


def test_finish_bazelrc_keeps_the_rest_as_it_is() -> None:
    text = finish_bazelrc("build --define=x={y}\nbuild --sandbox_debug\ncommon --z\n", "d")
    assert text.startswith("build --define=x={y}\ncommon --z\n")
    assert "sandbox_debug" not in text


def test_modules_and_bazelrc_agree() -> None:
    lines = (MODULES / "bazelrc").read_text(encoding="utf-8").splitlines()
    overridden = {}
    for line in lines:
        match = re.fullmatch(r"common --override_module=([^=]+)=/usr/share/rules_pyo3/distro/(.+)", line)
        if match:
            overridden[match[1]] = match[2]
    stubs = {path.parent.name for path in MODULES.glob("*/MODULE.bazel")}
    assert set(overridden.values()) == stubs
    for module, folder in overridden.items():
        text = (MODULES / folder / "MODULE.bazel").read_text(encoding="utf-8")
        assert f'module(\n    name = "{module}",' in text
        assert (MODULES / folder / "BUILD.bazel").is_file()
