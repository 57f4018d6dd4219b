"""Writes how a program is linked with Python (NAME.link_args) and what Python is initialised from (NAME.pyo3.cfg)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pyo3_common
import pyo3_embed_config
import pyo3_facts
import pyo3_link_args
import pyo3_triple
from pyo3_common import ToolError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyo3_triple import Triple


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--name", required=True, help="of the program; libpython lies in NAME.libs")
    parser.add_argument("--facts", required=True, help="facts.json of the Python")
    parser.add_argument("--pyo3-config", help="PyO3 config file; none for a pyo3 crate of the user's own")
    parser.add_argument("--feature", action="append", default=[], help="of the pyo3 crate")
    parser.add_argument("--target", required=True, help="target triple")
    parser.add_argument("--libpython", required=True, choices=["auto", "shared", "static"])
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


def _link_args(args: argparse.Namespace, target: Triple) -> list[str]:
    if args.staged_library is None:
        raise ToolError("no shared libpython")
    return pyo3_link_args.shared_args(target, args.init, args.staged_library, args.name)


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    target = pyo3_triple.parse_triple(args.target)
    link = pyo3_link_args.render(_link_args(args, target))
    config = pyo3_embed_config.render_config(args.config_path, args.executable, args.home, args.imports)
    pyo3_common.write_text(args.output_link, link)
    pyo3_common.write_text(args.output_config, config)


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
