"""How the root is entered: the arguments, and a real run of them in a small root."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from distro_common import MODULES, DistroError
from distro_sandbox import (
    CA_BUNDLES,
    MODULES_IN_ROOT,
    PATH_IN_ROOT,
    Host,
    bwrap_arguments,
    find_namespace,
    namespace_problem,
    passed_environment,
    shared_folders,
)
from distro_testing import make_program, real_bwrap

_TOP_LEVEL = ["bin", "boot", "dev", "etc", "home", "lib", "lib64", "lost+found", "mnt", "opt", "proc", "root", "run"]
_TOP_LEVEL += ["sbin", "srv", "sys", "tmp", "usr", "var", "builds"]


def _host(cwd: str = "/builds/ws", home: str = "/home/me", own: tuple[str, ...] = (), **env: str) -> Host:
    return Host(env, Path(home), Path(cwd), _TOP_LEVEL, [Path(path) for path in own])


def _triples(arguments: list[str]) -> list[tuple[str, ...]]:
    return [tuple(arguments[index : index + 3]) for index in range(len(arguments))]


def test_shared_folders_are_the_users() -> None:
    assert shared_folders(_TOP_LEVEL) == ["/tmp", "/home", "/mnt", "/opt", "/root", "/srv", "/builds"]


def test_passed_environment() -> None:
    passed = {
        "CARGO_HOME": "/c", "CARGO_NET_OFFLINE": "true", "HTTPS_PROXY": "p", "LC_ALL": "C", "PIP_INDEX_URL": "i",
        "SSL_CERT_FILE": "/f", "TERM": "xterm", "USER": "me", "http_proxy": "p",
    }  # fmt: skip
    dropped = {
        "PATH": "/x", "PYTHONPATH": "/x", "LD_PRELOAD": "x", "CC": "clang", "CARGO": "x", "RULES_PYO3_BAZEL": "distro",
        "RUSTUP_HOME": "/x", "HOME": "/me",
    }  # fmt: skip
    assert passed_environment({**dropped, **passed}) == passed


def test_arguments_bind_the_root_then_the_host() -> None:
    arguments = bwrap_arguments(Path("/cache/root"), _host(TERM="xterm", PATH="/host/bin"), (), {})
    triples = _triples(arguments)
    assert arguments[:4] == ["--die-with-parent", "--bind", "/cache/root", "/"]
    for expected in [
        ("--bind", "/proc", "/proc"),
        ("--dev-bind", "/dev", "/dev"),
        ("--bind", "/tmp", "/tmp"),
        ("--bind", "/builds", "/builds"),
        ("--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"),
        ("--ro-bind-try", "/etc/hosts", "/etc/hosts"),
        ("--ro-bind-try", "/etc/pip.conf", "/etc/pip.conf"),
        ("--ro-bind", str(MODULES), MODULES_IN_ROOT),
        ("--setenv", "HOME", "/home/me"),
        ("--setenv", "PATH", PATH_IN_ROOT),
        ("--setenv", "TERM", "xterm"),
    ]:
        assert expected in triples
    assert arguments[-2:] == ["--chdir", "/builds/ws"]
    assert arguments.index("--clearenv") < arguments.index("--setenv")
    assert not {"--unshare-pid", "--new-session", "--unshare-all", "--proc"} & set(arguments)


def test_arguments_of_a_user_namespace_come_first() -> None:
    namespace = ("--unshare-user", "--uid", "0", "--gid", "0")
    assert bwrap_arguments(Path("/r"), _host(), namespace, {})[:5] == list(namespace)


def test_own_folders_among_the_systems_are_bound_too() -> None:
    host = _host(cwd="/var/lib/ci/ws/sub", home="/var/home/me", own=("/var/lib/ci/ws", "/builds/cache"))
    triples = _triples(bwrap_arguments(Path("/r"), host, (), {}))
    for path in ("/var/home/me", "/var/lib/ci/ws", "/var/lib/ci/ws/sub"):
        assert ("--bind", path, path) in triples
    assert ("--bind", "/builds/cache", "/builds/cache") not in triples


def test_named_files_outside_of_the_shared_folders_are_bound() -> None:
    host = _host(
        SSL_CERT_FILE="/etc/pki/ca.pem", PIP_CERT="/opt/ca.pem", CURL_CA_BUNDLE="x.pem", CARGO_HOME="/usr/local/cargo"
    )
    triples = _triples(bwrap_arguments(Path("/r"), host, (), {}))
    assert ("--ro-bind-try", "/etc/pki/ca.pem", "/etc/pki/ca.pem") in triples
    assert ("--bind-try", "/usr/local/cargo", "/usr/local/cargo") in triples
    assert not [triple for triple in triples if triple[1:2] in (("/opt/ca.pem",), ("x.pem",)) and "bind" in triple[0]]


def test_certificates_replace_the_roots_own() -> None:
    arguments = bwrap_arguments(Path("/r"), _host(SSL_CERT_FILE=CA_BUNDLES[0]), (), {CA_BUNDLES[0]: "/host/ca.pem"})
    assert ("--ro-bind", "/host/ca.pem", CA_BUNDLES[0]) in _triples(arguments)
    assert ("--ro-bind-try", CA_BUNDLES[0], CA_BUNDLES[0]) not in _triples(arguments)


def test_host_needs_a_home() -> None:
    with pytest.raises(DistroError, match="HOME is not an absolute path; set HOME"):
        Host.here({"HOME": "me"}, [])
    assert "usr" in Host.here({"HOME": "/home/me"}, []).top_level


def test_namespace_is_the_first_that_works(tmp_path: Path) -> None:
    assert find_namespace(str(make_program(tmp_path, "bwrap", "true"))) == ()
    only_user = 'test "$1" = --unshare-user'
    assert find_namespace(str(make_program(tmp_path, "bwrap", only_user)))[0] == "--unshare-user"


def test_namespace_refused(tmp_path: Path) -> None:
    refusal = "bwrap: No permissions to create new namespace"
    with pytest.raises(DistroError) as error:
        find_namespace(str(make_program(tmp_path, "bwrap", f"echo '{refusal}' >&2; exit 1")))
    assert str(error.value) == namespace_problem([refusal])
    for way_out in ("put Bazel 7.0 or newer on PATH", "allow user namespaces", "SYS_ADMIN"):
        assert way_out in str(error.value)


def _small_root(tmp_path: Path) -> tuple[Path, list[str]]:
    """A root of the host's own programs, and the arguments that bind them."""
    root, binds = tmp_path / "root", []
    for folder in ("usr/bin", "usr/lib", "usr/lib64", "bin", "lib", "lib64"):
        (root / folder).mkdir(parents=True)
        if Path("/", folder).is_dir():
            binds += ["--ro-bind", f"/{folder}", f"/{folder}"]
    return root, binds


def test_real_run(tmp_path: Path) -> None:
    bwrap, namespace = real_bwrap()
    root, binds = _small_root(tmp_path)
    (tmp_path / "home/ws").mkdir(parents=True)
    (tmp_path / "ca.pem").write_text("trusted\n")
    env = {"HOME": str(tmp_path / "home"), "LC_ALL": "C", "SECRET": "x"}
    host = Host(env, tmp_path / "home", tmp_path / "home/ws", ["etc", "usr"], [root])
    arguments = bwrap_arguments(root, host, namespace, {CA_BUNDLES[0]: str(tmp_path / "ca.pem")})
    script = f"pwd; echo made > file; cat {CA_BUNDLES[0]} {MODULES_IN_ROOT}/bazelrc; env | sort; ls -d /proc/$$"
    done = subprocess.run(
        [bwrap, *arguments, *binds, "--", "/bin/sh", "-c", script], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[:2] == [str(tmp_path / "home/ws"), "trusted"]
    assert "common --lockfile_mode=off" in lines
    assert f"HOME={tmp_path / 'home'}" in lines
    assert "LC_ALL=C" in lines
    assert not [line for line in lines if line.startswith("SECRET=")]
    assert lines[-1].startswith("/proc/")
    assert (tmp_path / "home/ws/file").read_text() == "made\n"
