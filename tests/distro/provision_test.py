"""Provisioning with a stand-in for mmdebstrap, which makes the few files that are looked for: what is tested is what
happens around it. The real one takes minutes and a network; live_test.py uses its result."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from pathlib import Path

import distro_provision
import pytest
from distro_common import DistroError
from distro_install import explain_failure
from distro_provision import check_space, ensure_root, install_tools, remove_tree, root_folder, tools_hint
from distro_testing import make_program, start_python, wait_for

_TREE = """
for target in "$@"; do :; done
out=$target; test "$target" = - && out=$(mktemp -d)
mkdir -p "$out/etc/bazel" "$out/usr/share/cargo/registry/tinyjson-1/src"
touch "$out/etc/bazel/bazelrc"
echo "I: installing" >&2
{then}
test "$target" = - && tar -C "$out" -c .
exit 0
"""


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An empty cache, programs to install with, and a disk that is large enough."""
    for name in ("bwrap", "newuidmap"):
        make_program(tmp_path, name, "true")
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=""))
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:{os.environ['PATH']}")
    monkeypatch.setattr(distro_provision, "NEEDED_BYTES", 0)
    return {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def _left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "cache/rules_pyo3/distro").iterdir())


def _start(env: dict[str, str]) -> subprocess.Popen[str]:
    return start_python(
        f"import distro_provision as p; p.NEEDED_BYTES = 0; print(p.ensure_root({env!r})); sys.stdout.flush()"
    )


def test_provisioned_once(env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ensure_root(env)
    assert root == root_folder(env)
    assert (root / "usr/share/rules_pyo3/tinyjson/src").is_symlink()
    assert _left(tmp_path) == sorted([root.name, "lock"])
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"tools/bazel: provisioning Debian's Bazel in {root}: once, some minutes, about 2 GB"
    assert lines[1].endswith("s] installing")
    assert ensure_root(env) == root
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("then", "reason"),
    [
        ("echo 'E: write error: No space left on device' >&2; exit 1", "the disk is full; free some space"),
        ("echo 'E: Temporary failure resolving host' >&2; exit 100", "Debian's packages cannot be reached"),
        ("echo 'E: package x has no candidate' >&2; exit 1", "package x has no candidate"),
    ],
)
def test_failure_leaves_nothing_and_the_next_run_heals(
    env: dict[str, str], tmp_path: Path, then: str, reason: str
) -> None:
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=then))
    with pytest.raises(DistroError) as error:
        ensure_root(env)
    assert str(error.value).startswith("the installation of Debian's packages failed: ")
    assert reason in str(error.value)
    log = tmp_path / "cache/rules_pyo3/distro/failure.log"
    assert str(error.value).endswith(f"Nothing is left of it but its output, {log}; run again to retry")
    assert log.read_text().startswith("I: installing\nE: ")
    assert _left(tmp_path) == ["failure.log", "lock"]
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=""))
    assert ensure_root(env).is_dir()
    assert not log.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root maps every identity")
def test_root_in_a_user_namespace(env: dict[str, str], tmp_path: Path) -> None:
    if subprocess.run(["unshare", "--user", "--mount", "true"], capture_output=True).returncode:
        pytest.skip("user namespaces are not allowed here")
    if "NoNewPrivs:\t1" in Path("/proc/self/status").read_text(encoding="ascii"):
        pytest.skip("this process may not gain privileges, as under bubblewrap")
    then = f'cat /proc/self/uid_map > {tmp_path}/map; chown 7:7 "$out/etc/bazel"'
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=then))
    root = ensure_root(env, user_namespace=True)
    assert (tmp_path / "map").read_text().split() != []
    assert (root / "etc/bazel").stat().st_uid == 7


def test_packages_without_the_expected_files(env: dict[str, str], tmp_path: Path) -> None:
    make_program(tmp_path, "mmdebstrap", _TREE.format(then='rm -r "$out/usr"'))
    with pytest.raises(DistroError, match=r"cannot provision .*: no /usr/share/cargo/registry/tinyjson-"):
        ensure_root(env)
    assert _left(tmp_path) == ["lock"]


def test_cache_that_cannot_be_written(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(DistroError, match=r"cannot provision .*Not a directory"):
        ensure_root(env)


def test_leftovers_of_a_dead_run_are_removed(
    env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leftover = tmp_path / "cache/rules_pyo3/distro/0123.partial"
    (leftover / "usr").mkdir(parents=True)
    root = ensure_root(env)
    assert _left(tmp_path) == sorted([root.name, "lock"])
    assert f"removing {leftover}, left by a run that was interrupted" in capsys.readouterr().err


def test_killed_run_heals(env: dict[str, str], tmp_path: Path) -> None:
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=f"touch {tmp_path / 'at-work'}; sleep 1"))
    with _start(env) as process:
        wait_for(tmp_path / "at-work")
        process.kill()
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=""))
    # The orphan holds the lock until it ends; then its leftover goes.
    root = ensure_root(env)
    assert _left(tmp_path) == sorted([root.name, "lock"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_cleans_up(env: dict[str, str], tmp_path: Path, number: signal.Signals) -> None:
    make_program(
        tmp_path, "mmdebstrap", _TREE.format(then=f"trap 'exit 1' TERM; touch {tmp_path / 'at-work'}; sleep 30 & wait")
    )
    with _start(env) as process:
        wait_for(tmp_path / "at-work")
        os.killpg(process.pid, number)
        # A shell that is about to wait can miss the first signal; the second comes after 20 s.
        assert "stopped; removing " in process.communicate(timeout=50)[1]
    assert process.returncode != 0
    assert _left(tmp_path) == ["lock"]


def test_second_first_run_waits(env: dict[str, str], tmp_path: Path) -> None:
    make_program(tmp_path, "mmdebstrap", _TREE.format(then=f"echo run >> {tmp_path / 'runs'}; sleep 1"))
    with _start(env) as first, _start(env) as second:
        results = [process.communicate(timeout=30) for process in (first, second)]
    assert {out.strip() for out, _ in results} == {str(root_folder(env))}
    assert (tmp_path / "runs").read_text() == "run\n"
    assert sum("waits for another first run" in err for _, err in results) == 1


def test_lock_message(env: dict[str, str], tmp_path: Path) -> None:
    lock = tmp_path / "cache/rules_pyo3/distro/lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _start(env) as process:
            assert process.stderr is not None
            assert process.stderr.readline() == f"tools/bazel: waits for another first run, which holds {lock}\n"
            fcntl.flock(file, fcntl.LOCK_UN)
            assert process.communicate(timeout=30)[0].strip() == str(root_folder(env))


def test_disk_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distro_provision, "NEEDED_BYTES", 4_000_000_000)
    check_space(Path("/c"), 4_000_000_000)
    with pytest.raises(DistroError) as error:
        check_space(Path("/c"), 1_234_000_000)
    assert str(error.value) == (
        "1.2 GB are free in /c, provisioning Debian's Bazel needs 4 GB; "
        "free some, or set XDG_CACHE_HOME to a folder on a larger disk"
    )


def test_other_machines(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distro_provision, "SYSTEM", ("Linux", "riscv64"))
    with pytest.raises(DistroError, match=r"distro mode needs Linux riscv64, this machine is Linux \S+; put Bazel 7.0"):
        ensure_root(env)


def test_mounts_are_never_removed() -> None:
    with pytest.raises(DistroError, match=r"cannot remove /: .* is mounted in it; unmount it and run again"):
        remove_tree(Path("/"))


def test_tools_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    assert tools_hint(["a", "b"]) == "missing programs; install a, b with your system's package manager"
    make_program(tmp_path, "apt-get", "true")
    assert tools_hint(["a", "b"]) == "missing programs; install them with: sudo apt-get install a b"


def test_missing_tools_of_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path, "apt-get", "exit 9")
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(DistroError) as error:
        install_tools({})
    assert str(error.value) == (
        "missing programs; install them with: sudo apt-get install mmdebstrap bubblewrap uidmap"
    )


def test_root_installs_missing_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    make_program(
        tmp_path,
        "apt-get",
        f'echo "$1" >> {log}; test "$1" = update || test -e {tmp_path}/lists && touch {tmp_path}/lists',
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (tmp_path / "programs/touch").symlink_to("/usr/bin/touch")
    env = {"PATH": os.environ["PATH"]}
    install_tools(env)
    assert log.read_text().split() == ["install", "update", "install"]
    make_program(tmp_path, "apt-get", "echo 'E: Could not resolve the host' >&2; exit 100")
    with pytest.raises(DistroError, match=r"sudo apt-get install mmdebstrap bubblewrap \(tried: .*cannot be reached"):
        install_tools(env)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("", "the program wrote nothing"),
        ("I: a\nE: one\nW: x\nE: two\nE: three", "E: one | E: three"),
        ("dpkg: error processing x\nE: failed\n", "dpkg: error processing x | E: failed"),
        ("only\n", "only"),
        ("tar: write: Disk quota exceeded", "the disk is full"),
        ("E: Could not connect to host", "Debian's packages cannot be reached; check the network, and set http_proxy"),
        ("W: GPG error: NO_PUBKEY 0\nE: The repository is not signed", "install the package debian-archive-keyring"),
        ("E: no entry in /etc/subuid for me", "this user has no subordinate ids; add them with: sudo usermod"),
    ],
)
def test_explain_failure(output: str, expected: str) -> None:
    assert expected in explain_failure(output)
