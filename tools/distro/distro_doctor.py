"""`tools/bazel doctor`: what would run, what it needs, and what to do about what is missing."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from distro_choice import Choice, choose
from distro_common import DistroError, cache_folder
from distro_free_threaded import free_threaded_folder
from distro_provision import check_architecture, check_space, missing_tools, root_folder, tools_hint
from distro_root import package_versions
from distro_sandbox import find_bwrap, find_ca_bundle, find_namespace
from distro_trust import JAVA_TRUST

_SHOWN_PACKAGES = ("bazel-bootstrap", "bazel-rules-rust", "bazel-rules-python", "rustc", "python3")


@dataclass(frozen=True)
class Check:
    """One need: what was found, and where it is not met, what to do."""

    name: str
    found: str
    remedy: str | None = None  # None: the need is met


def format_report(choice: str, checks: Sequence[Check]) -> str:
    """The report as text: the choice, a line for each check, and the verdict."""
    lines = [f"mode: {choice}"]
    for check in checks:
        lines.append(f"{'ok' if check.remedy is None else 'MISSING':8}{check.name}: {check.found}")
        if check.remedy is not None:
            lines.append(f"{'':8}  to do: {check.remedy}")
    missing = sum(check.remedy is not None for check in checks)
    lines.append("Bazel can run here." if not missing else f"Bazel cannot run here: {missing} need(s) not met.")
    return "\n".join(lines)


def _check(name: str, look: Callable[[], str]) -> Check:
    """A check by a function that returns what it found, or raises what there is to do."""
    try:
        return Check(name, look())
    except DistroError as error:
        return Check(name, "not met", str(error))


def _programs() -> str:
    missing = missing_tools()
    if not missing:
        return ", ".join(str(shutil.which(name)) for name in ("mmdebstrap", "bwrap"))
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return f"{', '.join(missing)}: to be installed by the first run"
    raise DistroError(tools_hint(missing))


def _namespace() -> str:
    bwrap = find_bwrap()
    if bwrap is None:
        return "to be seen when bubblewrap is installed"
    return "a user namespace" if find_namespace(bwrap) else "bubblewrap's default"


def _root(env: Mapping[str, str]) -> str:
    root = root_folder(env)
    if not root.is_dir():
        place = next(folder for folder in root.parents if folder.is_dir())
        check_space(place, shutil.disk_usage(place).free)
        return f"{root}, to be provisioned by the first run"
    status = (root / "var/lib/dpkg/status").read_text(encoding="utf-8")
    versions = package_versions(status, _SHOWN_PACKAGES)
    others = [str(path) for path in sorted(root.parent.glob("?" * len(root.name))) if path.is_dir() and path != root]
    unused = f"; roots of other versions of this program, to delete when unused: {', '.join(others)}" if others else ""
    return f"{root} ({', '.join(f'{name} {version}' for name, version in versions.items())}){unused}"


def _free_threaded(env: Mapping[str, str]) -> str:
    root = root_folder(env)
    if root.is_dir() and free_threaded_folder(root, env).is_dir():
        return str(free_threaded_folder(root, env))
    return "none, tests with one are skipped; `tools/bazel provision --free-threaded` builds it"


def _settings(env: Mapping[str, str]) -> str:
    home = Path(env.get("HOME", "/"))
    cargo = Path(env.get("CARGO_HOME") or home / ".cargo")
    pip = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"
    files = [cargo / "config.toml", cargo / "config", pip, home / ".pip/pip.conf", Path("/etc/pip.conf")]
    return ", ".join(str(file) for file in files if file.is_file()) or "no files"


def distro_checks(env: Mapping[str, str]) -> list[Check]:
    """Every need of distro mode."""
    java = JAVA_TRUST if os.path.isfile(JAVA_TRUST) else "made of the bundle"
    return [
        _check("machine", check_architecture),
        _check("programs", _programs),
        _check("entering a root", _namespace),
        _check("root", lambda: _root(env)),
        _check("free-threaded Python", lambda: _free_threaded(env)),
        _check("cache", lambda: str(cache_folder(env))),
        Check("certificates", f"{find_ca_bundle() or 'those of Debian'}; for Java: {java}"),
        Check("cargo and pip settings", _settings(env)),
    ]


def describe(choice: Choice) -> str:
    """The choice in one line."""
    return f"{choice.mode} ({choice.bazel or 'Debian packages'}): {choice.reason}"


def report(env: Mapping[str, str], cwd: Path) -> int:
    """Prints the report; 0 where Bazel can run, 1 where it cannot."""
    checks = [Check("Python", f"{platform.python_version()}")]
    try:
        choice = choose(env, cwd)
        described = describe(choice)
        checks += distro_checks(env) if choice.bazel is None else []
    except DistroError as error:
        described = "none"
        checks.append(Check("Bazel", "none usable", str(error)))
    print(format_report(described, checks))
    return int(any(check.remedy is not None for check in checks))
