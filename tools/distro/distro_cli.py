"""The command line of `tools/bazel`: Bazel's own, `doctor` and `provision [--free-threaded]`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from distro_choice import choose
from distro_common import HERE, DistroError, cache_folder, say, workspace_of
from distro_doctor import describe, report
from distro_free_threaded import ensure_free_threaded
from distro_provision import ensure_root, install_tools
from distro_run import run_in_root
from distro_sandbox import Host, bwrap_arguments, find_bwrap, find_namespace, trusted_certificates

_FREE_THREADED = "--free-threaded"


@dataclass(frozen=True)
class _Inside:
    """A provisioned root and how to enter it."""

    root: Path
    host: Host
    bwrap: str
    namespace: tuple[str, ...]
    certificates: Mapping[str, str]

    @classmethod
    def provisioned(cls, env: Mapping[str, str]) -> _Inside:
        """The root, made at the first call.

        Raises:
            DistroError: it cannot be made or entered.
        """
        bwrap = find_bwrap()
        if bwrap is None:
            install_tools(env)
            bwrap = find_bwrap() or "bwrap"
        # Asked first: a root that cannot be entered need not be made.
        namespace = find_namespace(bwrap)
        own_paths = [HERE.parents[1], cache_folder(env)]
        workspace = workspace_of(Path.cwd())
        host = Host.here(env, [*own_paths, workspace] if workspace else own_paths)
        root = ensure_root(env, user_namespace=bool(namespace))
        return cls(root, host, bwrap, namespace, trusted_certificates(root, root.parent, bwrap, namespace))

    def arguments(self, folder: Path) -> list[str]:
        """bubblewrap's arguments for a program that runs in a folder."""
        return bwrap_arguments(self.root, replace(self.host, cwd=folder), self.namespace, self.certificates)

    def enter(self, folder: Path) -> list[str]:
        """The command that runs a program in the root and in a folder."""
        return [self.bwrap, *self.arguments(folder), "--"]


def run_distro(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs Debian's Bazel in its root, provisioning it at the first call; Bazel's exit code.

    Raises:
        DistroError: the root cannot be made or entered.
    """
    inside = _Inside.provisioned(env)
    return run_in_root(inside.bwrap, inside.arguments(Path.cwd()), ["bazel", *arguments])


def provision(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Makes the root where distro mode needs one, and on demand the free-threaded Python; the exit code.

    Raises:
        DistroError: the arguments are wrong, or something cannot be made.
    """
    if arguments not in ([], [_FREE_THREADED]):
        raise DistroError(f"provision takes no argument but {_FREE_THREADED}, and {' '.join(arguments)!r} was given")
    choice = choose(env, Path.cwd())
    if choice.bazel is not None:
        say(f"nothing to provision: {describe(choice)}")
        return 0
    inside = _Inside.provisioned(env)
    if arguments:
        ensure_free_threaded(inside.root, env, inside.enter)
    return 0


def run_system(bazel: str, arguments: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Becomes the user's Bazel."""
    os.execve(bazel, [bazel, *arguments], dict(env))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs Bazel with the arguments in the current folder; its exit code, or 1 where it cannot be run."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    env = dict(os.environ)
    try:
        if arguments[:1] == ["doctor"]:
            return report(env, Path.cwd())
        if arguments[:1] == ["provision"]:
            return provision(arguments[1:], env)
        choice = choose(env, Path.cwd())
        if choice.bazel is not None:
            run_system(choice.bazel, arguments, env)
        return run_distro(arguments, env)
    except DistroError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
