"""Computes the file name of an extension module and the wheel tag that goes with it.

A version-specific module has the interpreter's EXT_SUFFIX, which only that version of that interpreter imports. One for
a stable ABI has a name of its own (pyo3_suffix) and needs no interpreter; where there is one, it has to know that name.
The tags are those of https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_abi
import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_platform_tag
import pyo3_suffix
import pyo3_tag_checks
import pyo3_triple
import pyo3_versions
from packaging import tags
from pyo3_abi import ABI3, ABI3T
from pyo3_common import ToolError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pyo3_facts import Facts
    from pyo3_triple import Triple
    from pyo3_versions import PythonVersion

VERSION = "version"
KINDS = (VERSION, ABI3, ABI3T)

# As `packaging.tags.interpreter_name` shortens them.
_PYTHON_TAGS = {"CPython": "cp", "PyPy": "pp", "GraalVM": "graalpy", "RustPython": "rustpython"}
_WHEEL_ABIS = {ABI3: "abi3", ABI3T: "abi3.abi3t"}
"""A module for abi3t runs with and without the GIL; installers for Pythons with it know only abi3 (PEP 803)."""


class ExtensionTag(NamedTuple):
    """How an extension module is named."""

    module: str
    ext_suffix: str
    file_name: str
    wheel_tag: tags.Tag

    def to_json_object(self) -> dict[str, Any]:
        """Give the object that tag.json holds."""
        return {
            "schema": pyo3_common.SCHEMA,
            "ext_suffix": self.ext_suffix,
            "file_name": self.file_name,
            "module": self.module,
            "wheel_tag": {
                "abi": self.wheel_tag.abi,
                "platform": self.wheel_tag.platform,
                "python": self.wheel_tag.interpreter,
            },
        }


def extension_tag(module: str, facts: Facts, target: Triple | None = None) -> ExtensionTag:
    """Name a version-specific module for the interpreter that the facts describe.

    Args:
        module: the name that Python imports; of a dotted one the last part names the file.
        facts: the interpreter.
        target: the platform that the module was compiled for; tells which half of a universal Python on macOS.

    Raises:
        ToolError: the module's name is no identifier, or the tag would not be a valid one.
    """
    version = facts.version[:2]
    platforms = [pyo3_platform_tag.of_facts(facts, target)]
    if facts.implementation == "CPython":
        candidates = tags.cpython_tags(version, [_cpython_abi(facts)], platforms)
    else:
        python = f"{_PYTHON_TAGS[facts.implementation]}{version[0]}{version[1]}"
        candidates = tags.generic_tags(python, [_other_abi(facts)], platforms)
    return _named(module, facts.ext_suffix, next(candidates))


def stable_tag(module: str, kind: str, floor: PythonVersion, target: Triple, facts: Facts | None) -> ExtensionTag:
    """Name a module for a stable ABI.

    Args:
        module: the name that Python imports.
        kind: "abi3" or "abi3t".
        floor: the oldest Python that imports it.
        target: what it is compiled for.
        facts: of the Python that it is built for, if it is built for one.

    Raises:
        ToolError: the module's name is no identifier, or the platform has no such names.
    """
    debug = facts is not None and facts.debug
    suffix = pyo3_suffix.stable_suffix(kind, floor, target, debug)
    platform = pyo3_platform_tag.of_target(target) if facts is None else pyo3_platform_tag.of_facts(facts, target)
    return _named(module, suffix, tags.Tag(f"cp{floor[0]}{floor[1]}", _WHEEL_ABIS[kind], platform))


def _named(module: str, suffix: str, tag: tags.Tag) -> ExtensionTag:
    if not all(part.isidentifier() for part in module.split(".")):
        raise ToolError(f"the module name is {module!r}, expected Python identifiers joined by dots: rename the module")
    return ExtensionTag(module, suffix, module.rpartition(".")[2] + suffix, parsed_back(tag))


def parsed_back(tag: tags.Tag) -> tags.Tag:
    """Make sure that installers read from the text of a tag what is meant; only its ABI may be a compressed set.

    Raises:
        ToolError: the text stands for another tag, or for more.
    """
    meant = {tags.Tag(tag.interpreter, abi, tag.platform) for abi in tag.abi.split(".")}
    read = tags.parse_tag(str(tag))
    if read != meant:
        raise ToolError(
            f"the wheel tag {tag} is read as {', '.join(sorted(map(str, read)))}, expected one tag: "
            "correct the interpreter's platform or ext_suffix"
        )
    return tag


def _cpython_abi(facts: Facts) -> str:
    threads = "t" if facts.gil_disabled else ""
    debug = "d" if facts.debug else ""
    return f"cp{facts.version[0]}{facts.version[1]}{threads}{debug}"


def _other_abi(facts: Facts) -> str:
    """Take the ABI from EXT_SUFFIX: `.pypy311-pp80-x86_64-linux-gnu.so` is of pypy311_pp80, `.so` of none."""
    parts = facts.ext_suffix.split(".")
    if len(parts) < 3:
        return "none"
    length = 3 if facts.implementation == "GraalVM" else 2
    return pyo3_platform_tag.normalized("-".join(parts[1].split("-")[:length]))


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--facts", help="of the interpreter; a stable ABI with a floor needs none")
    parser.add_argument("--abi-kind", choices=KINDS, help="what the module is built for")
    parser.add_argument(
        "--floor", metavar="X.Y", help="oldest Python of a stable ABI; without, the version of the facts"
    )
    parser.add_argument("--config", help="PyO3 config file of the crate; none for a pyo3 crate of the user's own")
    parser.add_argument("--pyo3-version", default="", help="X.Y.Z of the PyO3 whose config file it is")
    parser.add_argument("--module", required=True, help="name that Python imports")
    parser.add_argument("--file-name", required=True, help="name that the file was given")
    parser.add_argument("--target", help="target triple; needed for a stable ABI and a universal Python on macOS")
    parser.add_argument("--output", required=True)
    return parser


def _tag(args: argparse.Namespace, facts: Facts | None) -> ExtensionTag:
    target = pyo3_triple.parse_triple(args.target) if args.target else None
    if args.abi_kind in (None, VERSION):
        if facts is None or args.floor:
            raise ToolError("a version-specific module needs --facts and has no --floor: say --abi-kind abi3 or abi3t")
        return extension_tag(args.module, facts, target)
    if target is None or (facts is None and not args.floor):
        raise ToolError(f"--abi-kind {args.abi_kind} needs --target, and --floor or --facts: add them")
    floor = _floor(args, facts)
    if facts is not None:
        pyo3_tag_checks.check_stable(facts, args.abi_kind, floor)
    tag = stable_tag(args.module, args.abi_kind, floor, target, facts)
    if facts is not None:
        pyo3_tag_checks.check_suffix(facts, tag.ext_suffix)
    return tag


def _floor(args: argparse.Namespace, facts: Facts | None) -> PythonVersion:
    if args.floor or facts is None:
        return pyo3_abi.parse_version(args.floor)
    return facts.version[:2]


def _check_config(args: argparse.Namespace, facts: Facts | None) -> None:
    pyo3 = pyo3_versions.pyo3_version(args.pyo3_version)
    config = pyo3_config_file.read(pyo3_common.read_text(args.config, "PyO3 config file"), pyo3)
    if facts is not None:
        pyo3_tag_checks.check_config(facts, config, pyo3)
    if args.abi_kind == VERSION:
        pyo3_tag_checks.check_version_specific(config)
    elif args.abi_kind is not None:
        pyo3_tag_checks.check_stable_config(config, pyo3, args.abi_kind, _floor(args, facts))


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    facts = None
    if args.facts:
        facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    tag = _tag(args, facts)
    if args.config:
        _check_config(args, facts)
    if tag.file_name != args.file_name:
        expected = f"a module for {args.abi_kind} is {tag.file_name}: name it so"
        if args.abi_kind in (None, VERSION):
            repair = f"correct the toolchain's declared ext_suffix to {tag.ext_suffix!r}"
            expected = f"this interpreter imports {tag.file_name}: {repair}"
        raise ToolError(f"the extension module is named {args.file_name}, {expected}")
    pyo3_common.write_json(args.output, tag.to_json_object())


def main(argv: Sequence[str] | None = None) -> int:
    """Write tag.json; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
