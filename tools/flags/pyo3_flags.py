"""Writes the rustc flags, environment and link arguments that build scripts would have given to crates.

For every crate: a file with one rustc argument a line, a file with one NAME=VALUE a line, and a file with one
link argument a line. Any of them can be empty. For crates that include generated files, a folder with these.
For crates that use PyO3 (`--extension`) flags with the cfgs of the Python, and the environment.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import jinja2
import pyo3_build_scripts
import pyo3_common
import pyo3_config_file
import pyo3_outputs
import pyo3_triple
import pyo3_versions
from pyo3_common import ToolError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_outputs import CrateOutputs, RustcVersion
    from pyo3_triple import Triple

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
    outputs = pyo3_outputs.interpreted(outputs)
    values = {
        "cfgs": outputs.cfgs,
        "check_cfgs": outputs.check_cfgs,
        "env": outputs.env,
        "link_args": outputs.link_args,
        "link_search": outputs.link_search,
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
    return pyo3_outputs.parse_rustc_version(result.stdout.decode("utf-8", "replace"))


def parse_emcc_version(text: str) -> tuple[int, int, int]:
    """Read X.Y.Z, an ending such as `-git` left out."""
    parts = text.split("-")[0].split(".")
    if len(parts) != 3 or not all(map(pyo3_common.is_number, parts)):
        raise ToolError(f"the Emscripten version is {text!r}, expected X.Y.Z")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--rustc", required=True)
    parser.add_argument("--target", required=True, help="target triple of the crates")
    parser.add_argument("--config", help="PyO3 config file, for pyo3 and pyo3-ffi")
    parser.add_argument("--emcc-version", help="X.Y.Z; without it libc is built for the newest Emscripten")
    parser.add_argument("--no-std", action="store_true", help="what PYO3_WIP_NO_STD=1 does with cargo")
    parser.add_argument("--raw-dylib", choices=("0", "1"), help="PYO3_USE_RAW_DYLIB; without it as if it were unset")
    parser.add_argument(
        "--crate",
        action="append",
        default=[],
        nargs=6,
        metavar=("NAME", "VERSION", "FEATURES", "FLAGS_OUT", "ENV_OUT", "LINK_OUT"),
        help="FEATURES is comma-separated, or - for none",
    )
    parser.add_argument(
        "--out-dir",
        action="append",
        default=[],
        nargs=2,
        metavar=("NAME", "FOLDER"),
        help="writes the files that the crate expects in OUT_DIR; the crate is also named by --crate",
    )
    parser.add_argument(
        "--extension",
        nargs=4,
        metavar=("PYO3_VERSION", "FLAGS_OUT", "CHECKED_FLAGS_OUT", "ENV_OUT"),
        help="writes what crates that use PyO3 are compiled with; one check-cfg makes rustc check all cfgs of a crate, "
        "so there are flags without and with them",
    )
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    target = pyo3_triple.parse_triple(args.target)
    emcc = parse_emcc_version(args.emcc_version) if args.emcc_version else None
    rustc = ask_rustc(args.rustc)
    texts: dict[str, str] = {}
    folders = dict(args.out_dir)
    for name, version, features, *paths in args.crate:
        config = _read_config(args.config, version) if name in pyo3_build_scripts.PYO3_CRATES else None
        outputs = pyo3_build_scripts.crate_outputs(
            name,
            version,
            [] if features == "-" else features.split(","),
            rustc,
            target,
            config,
            emcc,
            raw_dylib=None if args.raw_dylib is None else args.raw_dylib == "1",
            no_std=args.no_std,
        )
        if name == "pyo3" and config is not None:
            outputs = _with_expansion_environment(outputs, version, config)
        for warning in outputs.warnings:
            pyo3_common.warn(args.label, warning)
        texts.update(zip(paths, render(outputs)))
        folder = folders.pop(name, None)
        if folder is not None:
            texts.update({os.path.join(folder, file): text for file, text in outputs.out_files})
    if folders:
        raise ToolError(f"--out-dir names {', '.join(sorted(folders))}, expected crates that --crate names too")
    if args.extension:
        texts.update(_extension_texts(args, rustc, target))
    for path, text in texts.items():
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        pyo3_common.write_text(path, text)


def _read_config(path: str | None, version: str) -> InterpreterConfig | None:
    if path is None:
        return None
    pyo3 = pyo3_versions.pyo3_version(version)
    return pyo3_config_file.read(pyo3_common.read_text(path, "PyO3 config file"), pyo3)


def _with_expansion_environment(outputs: CrateOutputs, version: str, config: InterpreterConfig) -> CrateOutputs:
    """Add what PyO3's macros read: the crate pyo3 uses them itself."""
    return dataclasses.replace(outputs, env=outputs.env + pyo3_build_scripts.expansion_environment(version, config))


def _extension_texts(args: argparse.Namespace, rustc: RustcVersion, target: Triple) -> dict[str, str]:
    version, flags, checked_flags, env = args.extension
    config = _read_config(args.config, version)
    if config is None:
        raise ToolError("--extension depends on the Python interpreter, expected --config: pass the PyO3 config file")
    outputs = pyo3_build_scripts.extension_outputs(version, rustc, target, config)
    outputs = _with_expansion_environment(outputs, version, config)
    unchecked = dataclasses.replace(outputs, check_cfgs=())
    return {flags: render(unchecked)[0], checked_flags: render(outputs)[0], env: render(outputs)[1]}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
