"""Computes the file name of an extension module and the wheel tag that goes with it.

The name is the module's and the interpreter's EXT_SUFFIX, which only that version of that interpreter imports; the tag
(https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/) is version-specific for the same
reason, also if the code keeps to a stable ABI.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_triple
import pyo3_versions
from packaging import tags
from pyo3_common import ToolError
from pyo3_interpreter_config import DEBUG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyo3_facts import Facts
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

# As `packaging.tags.interpreter_name` shortens them.
_PYTHON_TAGS = {"CPython": "cp", "PyPy": "pp", "GraalVM": "graalpy", "RustPython": "rustpython"}
_MACOS_ARCHES = {"aarch64": "arm64", "x86_64": "x86_64"}


class ExtensionTag(NamedTuple):
    """How an extension module is named for one interpreter."""

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
    """Name a module for the interpreter that the facts describe.

    Args:
        module: the name that Python imports; of a dotted one the last part names the file.
        facts: the interpreter.
        target: the platform that the module was compiled for; tells which half of a universal Python on macOS.

    Raises:
        ToolError: the module's name is no identifier, or the tag would not be a valid one.
    """
    if not all(part.isidentifier() for part in module.split(".")):
        raise ToolError(f"the module name is {module!r}, expected Python identifiers joined by dots: rename the module")
    version = facts.version[:2]
    platforms = [platform_tag(facts, target)]
    if facts.implementation == "CPython":
        candidates = tags.cpython_tags(version, [_cpython_abi(facts)], platforms)
    else:
        python = f"{_PYTHON_TAGS[facts.implementation]}{version[0]}{version[1]}"
        candidates = tags.generic_tags(python, [_other_abi(facts)], platforms)
    tag = parsed_back(next(candidates))
    return ExtensionTag(module, facts.ext_suffix, module.rpartition(".")[2] + facts.ext_suffix, tag)


def parsed_back(tag: tags.Tag) -> tags.Tag:
    """Make sure that installers read from the text of a tag what is meant.

    Raises:
        ToolError: the text stands for another tag, or for several.
    """
    read = tags.parse_tag(str(tag))
    if read != {tag}:
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
    return _normalized("-".join(parts[1].split("-")[: 3 if facts.implementation == "GraalVM" else 2]))


def platform_tag(facts: Facts, target: Triple | None) -> str:
    """Give the platform tag of a wheel that runs where the interpreter runs; no promise about the C library."""
    system, _, rest = facts.platform.partition("-")
    if system != "macosx":
        return _normalized(facts.platform)
    release, _, arch = rest.partition("-")
    if target is not None and target.os == "macos":
        arch = _MACOS_ARCHES.get(target.arch, arch)
    major, _, minor = release.partition(".")
    if not (major.isdigit() and minor.isdigit() and arch):
        raise ToolError(f"`platform` is {facts.platform!r}, expected macosx-MAJOR.MINOR-ARCH: probe the facts again")
    return next(tags.mac_platforms((int(major), int(minor)), arch))


def _normalized(text: str) -> str:
    return text.replace(".", "_").replace("-", "_").replace(" ", "_")


def check_config(facts: Facts, config: InterpreterConfig, pyo3: PyO3Version) -> None:
    """Make sure that the crate was configured for the interpreter that it is named for.

    Before PyO3 0.29 the configuration of an abi3 crate has the oldest Python that it runs on.

    Raises:
        ToolError: it was not.
    """
    configured = (config.implementation, config.version, config.target_abi.debug or DEBUG in config.build_flags)
    found = (facts.implementation, facts.version[:2], facts.debug)
    if pyo3.generation == "abi3" and config.abi3 and config.version < facts.version[:2]:
        found = (facts.implementation, config.version, facts.debug)
    if configured != found:
        raise ToolError(
            f"the PyO3 configuration is for {_described(*configured)}, the facts are of "
            f"{_described(facts.implementation, facts.version[:2], facts.debug)}: "
            "make both from the same interpreter"
        )


def _described(implementation: str, version: tuple[int, ...], debug: bool) -> str:
    return f"{implementation} {'.'.join(map(str, version))}{' debug' if debug else ''}"


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--facts", required=True)
    parser.add_argument("--config", help="PyO3 config file of the crate; none for a pyo3 crate of the user's own")
    parser.add_argument("--pyo3-version", default="", help="X.Y.Z of the PyO3 whose config file it is")
    parser.add_argument("--module", required=True, help="name that Python imports")
    parser.add_argument("--file-name", required=True, help="name that the file was given")
    parser.add_argument("--target", help="target triple; needed for a universal Python on macOS")
    parser.add_argument("--output", required=True)
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    if args.config:
        pyo3 = pyo3_versions.pyo3_version(args.pyo3_version)
        config = pyo3_config_file.read(pyo3_common.read_text(args.config, "PyO3 config file"), pyo3)
        check_config(facts, config, pyo3)
    target = pyo3_triple.parse_triple(args.target) if args.target else None
    tag = extension_tag(args.module, facts, target)
    if tag.file_name != args.file_name:
        raise ToolError(
            f"the extension module is named {args.file_name}, this interpreter imports {tag.file_name}: "
            f"correct the toolchain's declared ext_suffix to {tag.ext_suffix!r}"
        )
    pyo3_common.write_json(args.output, tag.to_json_object())


def main(argv: Sequence[str] | None = None) -> int:
    """Write tag.json; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
