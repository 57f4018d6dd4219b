"""Writes the rustc flags, environment and link arguments that build scripts would have given to crates.

For every crate: a file with one rustc argument a line, a file with one NAME=VALUE a line, and a file with one
link argument a line. Any of them can be empty.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import jinja2
import pyo3_build_scripts
import pyo3_common
import pyo3_config
import pyo3_triple
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_build_scripts import CrateOutputs, RustcVersion

_TEMPLATES = ("flags.j2", "env.j2", "link.j2")


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
    )


def render(outputs: CrateOutputs) -> tuple[str, str, str]:
    """Give the texts of the flags, the environment and the link file."""
    values = {
        "cfgs": outputs.cfgs,
        "check_cfgs": outputs.check_cfgs,
        "env": outputs.env,
        "link_args": outputs.link_args,
    }
    flags, env, link = (_environment().get_template(name).render(values) for name in _TEMPLATES)
    return flags, env, link


def ask_rustc(rustc: str) -> RustcVersion:
    """Run `rustc -vV`.

    Raises:
        ToolError: it does not run or fails.
    """
    try:
        result = subprocess.run([rustc, "-vV"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise ToolError(f"cannot run the compiler {rustc} ({error.strerror}): check the Rust toolchain") from error
    if result.returncode != 0:
        said = pyo3_common.excerpt(result.stderr.decode("utf-8", "replace"))
        raise ToolError(f"`{rustc} -vV` exited with code {result.returncode}: {said}; check the Rust toolchain")
    return pyo3_build_scripts.parse_rustc_version(result.stdout.decode("utf-8", "replace"))


def parse_emcc_version(text: str) -> tuple[int, int, int]:
    """Read X.Y.Z, an ending such as `-git` left out."""
    parts = text.split("-")[0].split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise ToolError(f"the Emscripten version is {text!r}, expected X.Y.Z")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--rustc", required=True)
    parser.add_argument("--target", required=True, help="target triple of the crates")
    parser.add_argument("--config", help="PyO3 config file, for pyo3 and pyo3-ffi")
    parser.add_argument("--emcc-version", help="X.Y.Z; without it libc is built for the newest Emscripten")
    parser.add_argument(
        "--crate",
        action="append",
        required=True,
        nargs=6,
        metavar=("NAME", "VERSION", "FEATURES", "FLAGS_OUT", "ENV_OUT", "LINK_OUT"),
        help="FEATURES is comma-separated, or - for none",
    )
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    target = pyo3_triple.parse_triple(args.target)
    config = None
    if args.config:
        config = pyo3_config.from_text(pyo3_common.read_text(args.config, "PyO3 config file"))
    emcc = parse_emcc_version(args.emcc_version) if args.emcc_version else None
    rustc = ask_rustc(args.rustc)
    texts: dict[str, str] = {}
    for name, version, features, *paths in args.crate:
        enabled = [] if features == "-" else features.split(",")
        outputs = pyo3_build_scripts.crate_outputs(name, version, enabled, rustc, target, config, emcc)
        texts.update(zip(paths, render(outputs)))
    for path, text in texts.items():
        pyo3_common.write_text(path, text)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
