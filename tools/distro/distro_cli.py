"""The command line of `tools/bazel`: Bazel's own, and `doctor`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from distro_choice import choose
from distro_common import HERE, DistroError, cache_folder, say, workspace_of
from distro_doctor import report
from distro_provision import ensure_root, install_tools
from distro_run import run_in_root
from distro_sandbox import Host, bwrap_arguments, find_bwrap, find_namespace, trusted_certificates


def run_distro(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs Debian's Bazel in its root, provisioning it at the first call; Bazel's exit code.

    Raises:
        DistroError: the root cannot be made or entered.
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
    certificates = trusted_certificates(root, root.parent, bwrap, namespace)
    return run_in_root(bwrap, bwrap_arguments(root, host, namespace, certificates), ["bazel", *arguments])


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
