"""Runs a program in the provisioned root with bubblewrap, on the user's own files, network, terminal and /proc."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from distro_common import MODULES, DistroError
from distro_trust import JAVA_TRUST, java_trust

MODULES_IN_ROOT = "/usr/share/rules_pyo3/distro"
PATH_IN_ROOT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_CA_IN_ROOT = "/etc/ssl/certs/ca-certificates.crt"

# Where Debian, Fedora, openSUSE and Alpine keep the bundle of trusted certificates.
CA_BUNDLES = (
    _CA_IN_ROOT,
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

# Top-level folders that belong to a system, the root's or the host's: never shared as a whole.
_SYSTEM_FOLDERS = frozenset(
    ["bin", "boot", "dev", "etc", "lost+found", "proc", "run", "sbin", "sys", "tmp", "usr", "var"]
)

_PASSED_VARIABLES = frozenset(
    [
        "ALL_PROXY", "FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
        "all_proxy", "ftp_proxy", "https_proxy", "http_proxy", "no_proxy",
        "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE",
        "COLORTERM", "LANG", "LANGUAGE", "LOGNAME", "NO_COLOR", "TERM", "TZ", "USER",
        "TEST_TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
    ]
)  # fmt: skip
_PASSED_PREFIXES = ("CARGO_", "LC_", "PIP_")

# Variables that may name a file or folder of the host outside of the shared folders.
_PATH_VARIABLES = (
    "CARGO_HOME", "CARGO_HTTP_CAINFO", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT", "PIP_CONFIG_FILE",
    "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE",
)  # fmt: skip

# Plain bubblewrap first: it keeps the user's own identity. The second works without CAP_SYS_ADMIN.
NAMESPACES: tuple[tuple[str, ...], ...] = ((), ("--unshare-user", "--uid", "0", "--gid", "0"))


@dataclass(frozen=True)
class Host:
    """What the arguments depend on: where the user is and what the host has."""

    env: Mapping[str, str]
    home: Path
    cwd: Path
    top_level: Sequence[str]  # names of the folders in /
    own_paths: Sequence[Path]  # more paths of the user that must be visible

    @classmethod
    def here(cls, env: Mapping[str, str], own_paths: Sequence[Path]) -> Host:
        """The host this program runs on.

        Raises:
            DistroError: HOME is not an absolute path.
        """
        home = env.get("HOME", "")
        if not os.path.isabs(home):
            raise DistroError("HOME is not an absolute path; set HOME: cargo and pip keep their settings there")
        top_level = sorted(entry.name for entry in os.scandir("/") if entry.is_dir())
        return cls(env, Path(home), Path.cwd(), top_level, own_paths)


def passed_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The user's variables that Bazel sees in the root: terminal, language, proxy, certificates, cargo and pip."""
    return {
        name: value
        for name, value in sorted(env.items())
        if name in _PASSED_VARIABLES or name.startswith(_PASSED_PREFIXES)
    }


def shared_folders(top_level: Sequence[str]) -> list[str]:
    """The top-level folders of the host that are visible in the root at their own paths, /tmp among them."""
    return ["/tmp"] + [f"/{name}" for name in top_level if name not in _SYSTEM_FOLDERS and not name.startswith("lib")]


def _covered(path: Path, folders: Sequence[str]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _own_binds(host: Host, shared: Sequence[str]) -> list[str]:
    """Binds for the user's folders and named files that lie outside of the shared folders."""
    arguments: list[str] = []
    for path in sorted({path.resolve() for path in (host.home, host.cwd, *host.own_paths)}):
        if not _covered(path, shared):
            arguments += ["--bind", str(path), str(path)]
    # CA_BUNDLES[0] is bound for every user.
    for name in _PATH_VARIABLES:
        value = host.env.get(name, "")
        if os.path.isabs(value) and value != _CA_IN_ROOT and not _covered(Path(value), shared):
            kind = "--bind-try" if name == "CARGO_HOME" else "--ro-bind-try"
            arguments += [kind, value, value]
    return arguments


def bwrap_arguments(root: Path, host: Host, namespace: Sequence[str], certificates: Mapping[str, str]) -> list[str]:
    """bubblewrap's arguments, all but the command. `certificates`: file in the root → file of the host.

    The host's own /proc is bound, and no process namespace made: Bazel's sandbox then works inside, and its server
    outlives the call. /tmp is the host's, for the same reason and for tests that share files there.
    """
    shared = shared_folders(host.top_level)
    arguments = [*namespace, "--die-with-parent", "--bind", str(root), "/", "--bind", "/proc", "/proc"]
    arguments += ["--dev-bind", "/dev", "/dev", "--ro-bind-try", "/sys", "/sys"]
    for folder in shared:
        arguments += ["--bind", folder, folder]
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/passwd", "/etc/group", "/etc/pip.conf"):
        arguments += ["--ro-bind-try", file, file]
    for in_root, on_host in certificates.items():
        arguments += ["--ro-bind", on_host, in_root]
    arguments += _own_binds(host, shared)
    arguments += ["--ro-bind", str(MODULES), MODULES_IN_ROOT, "--clearenv"]
    variables = {**passed_environment(host.env), "HOME": str(host.home), "PATH": PATH_IN_ROOT}
    for name, value in variables.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--chdir", str(host.cwd)]


def find_ca_bundle() -> str | None:
    """The host's bundle of trusted certificates, None where it has none."""
    return next((path for path in CA_BUNDLES if os.path.isfile(path)), None)


def trusted_certificates(root: Path, folder: Path, bwrap: str, namespace: Sequence[str]) -> dict[str, str]:
    """The host's certificates by the files of the root that they replace; `folder` keeps what is made of them.

    Raises:
        DistroError: they cannot be converted for Java.
    """
    bundle = find_ca_bundle()
    java = java_trust(root, bundle, folder, [bwrap, *namespace])
    return {in_root: on_host for in_root, on_host in ((_CA_IN_ROOT, bundle), (JAVA_TRUST, java)) if on_host}


def find_bwrap() -> str | None:
    """The path of bubblewrap's program, None where it is not installed."""
    return shutil.which("bwrap")


def find_namespace(bwrap: str) -> tuple[str, ...]:
    """The arguments with which this user may enter a root.

    Raises:
        DistroError: the machine allows neither way.
    """
    failures = []
    for namespace in NAMESPACES:
        command = [bwrap, *namespace, "--ro-bind", "/", "/", "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
        done = subprocess.run([*command, "true"], capture_output=True, text=True)
        if done.returncode == 0:
            return namespace
        failures.append(done.stderr.strip())
    raise DistroError(namespace_problem(failures))


def namespace_problem(failures: Sequence[str]) -> str:
    """What to say where bubblewrap may not enter a root at all."""
    return (
        f"this machine does not let bubblewrap enter a root folder ({'; '.join(dict.fromkeys(failures))}). Ways out: "
        "put Bazel 7.0 or newer on PATH (it is used where it can resolve modules); or allow user namespaces "
        "(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0); in a container, "
        "start it with the SYS_ADMIN capability and without a seccomp profile that forbids namespaces"
    )
