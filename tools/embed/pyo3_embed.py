"""Writes how a program is linked with Python (NAME.link_args) and what Python is initialised from (NAME.pyo3.cfg)."""

from __future__ import annotations

import platform
import posixpath
import sys
from typing import TYPE_CHECKING

import pyo3_common
import pyo3_embed_config
import pyo3_facts
import pyo3_libpython
import pyo3_libpython_checks
import pyo3_link_args
import pyo3_triple
from pyo3_libpython_checks import SHARED, STATIC

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyo3_facts import Facts
    from pyo3_triple import Triple

# Words of platform.machine() and sys.platform that differ from Rust's.
_MACHINES = {"AMD64": "x86_64", "amd64": "x86_64", "arm64": "aarch64"}
_SYSTEMS = {"darwin": "macos", "win32": "windows"}


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--name", required=True, help="of the program; libpython lies in NAME.libs")
    parser.add_argument("--facts", required=True, help="facts.json of the Python")
    parser.add_argument("--pyo3-config", help="PyO3 config file; none for a pyo3 crate of the user's own")
    parser.add_argument("--feature", action="append", default=[], help="of the pyo3 crate")
    parser.add_argument("--target", required=True, help="target triple")
    parser.add_argument("--libpython", required=True, choices=["auto", SHARED, STATIC])
    parser.add_argument("--shared-library", help="libpython, to look into")
    parser.add_argument("--staged-library", help="the same in NAME.libs, to link to")
    parser.add_argument("--static-library", help="the archive of libpython")
    parser.add_argument("--init", action="append", default=[], help="archive that initialises Python")
    parser.add_argument("--output-link", required=True)
    parser.add_argument("--config-path", required=True, help="rlocation path of the configuration")
    parser.add_argument("--executable", required=True, help="absolute path or rlocation path")
    parser.add_argument("--home", help="rlocation path")
    parser.add_argument("--import", action="append", default=[], dest="imports", help="rlocation path of a folder")
    parser.add_argument("--output-config", required=True)
    return parser


def states_shared(config: str | None) -> bool:
    """Tell whether PyO3 is told to link a shared libpython, by the text of its config file; it is unless it says no.

    The format has the same key in every PyO3: pyo3-build-config, src/impl_.rs, `InterpreterConfig::from_reader`.
    """
    values = [line for line in (config or "").splitlines() if line.startswith("shared=")]
    return not values or values[-1] != "shared=false"


def is_cross(target: Triple, machine: str, system: str) -> bool:
    """Tell whether a target is another platform than one with this platform.machine() and sys.platform."""
    return (target.arch, target.os) != (_MACHINES.get(machine, machine), _SYSTEMS.get(system, system))


def _link_args(args: argparse.Namespace, facts: Facts, target: Triple) -> list[str]:
    config = pyo3_common.read_text(args.pyo3_config, "PyO3 config file") if args.pyo3_config else None
    found = pyo3_libpython_checks.Found(args.staged_library is not None, args.static_library is not None)
    cross = is_cross(target, platform.machine(), sys.platform)
    kind = pyo3_libpython_checks.choose(args.libpython, found, facts, states_shared(config), cross, target)
    pyo3_libpython_checks.check_features(args.feature, kind)
    if kind == SHARED:
        library = pyo3_libpython.read_shared(args.shared_library, args.shared_library)
        installed = posixpath.isabs(args.executable)
        pyo3_libpython_checks.check_shared(library, args.shared_library, facts, target, installed)
        package = posixpath.dirname(args.config_path)
        return pyo3_link_args.shared_args(target, args.init, args.staged_library, args.name, package)
    archive = pyo3_libpython.read_archive(args.static_library, args.static_library)
    pyo3_libpython_checks.check_archive(archive, args.static_library, facts, target)
    libraries = facts.link_libraries or ()
    return pyo3_link_args.static_args(target, args.init, args.static_library, libraries, archive.lto)


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    link = pyo3_link_args.render(_link_args(args, facts, pyo3_triple.parse_triple(args.target)))
    config = pyo3_embed_config.render_config(args.config_path, args.executable, args.home, args.imports)
    pyo3_common.write_text(args.output_link, link)
    pyo3_common.write_text(args.output_config, config)


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
