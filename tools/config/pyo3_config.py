"""Writes PyO3's interpreter config as an action: from facts, a config file or settings, with attributes before them.

Paths of the machine (lib_dir, executable, python_framework_prefix) are left out, unless a user states them: they are no
facts about the interpreter.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

import pyo3_abi_words
import pyo3_common
import pyo3_config_file
import pyo3_explain
import pyo3_facts
import pyo3_resolve
import pyo3_settings
import pyo3_support
import pyo3_triple
import pyo3_versions
from pyo3_common import ToolError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from pyo3_abi_words import AbiChange
    from pyo3_facts import Facts
    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_resolve import Resolved
    from pyo3_settings import Settings
    from pyo3_versions import PyO3Version


def summary(config: InterpreterConfig, pyo3: PyO3Version) -> dict[str, Any]:
    """Give the object of the summary file: the configuration with the parts of the ABI spelled out."""
    return {
        "schema": pyo3_common.SCHEMA,
        "abi_kind": config.target_abi.kind,
        "abi_version": list(config.target_abi.version),
        "build_flags": sorted(config.build_flags),
        "debug": config.target_abi.debug,
        "free_threaded": config.target_abi.free_threaded,
        "implementation": config.implementation,
        "lib_name": config.lib_name,
        "pointer_width": config.pointer_width,
        "pyo3_version": pyo3.version,
        "shared": config.shared,
        "stable_abi": config.target_abi.stable,
        "target_abi": str(config.target_abi),
        "version": list(config.version),
    }


def origins(resolved: Resolved, pyo3: PyO3Version) -> dict[str, Any]:
    """Give the object of the origins file: value, source and detail of every key that the config has."""
    values = pyo3_config_file.to_values(resolved.config, pyo3)
    lines = list(resolved.config.extra_build_script_lines)
    shown: dict[str, Any] = {**values, **({pyo3_config_file.EXTRA_LINE: lines} if lines else {})}
    return {
        "schema": pyo3_common.SCHEMA,
        "notices": list(resolved.notices),
        "pyo3_version": pyo3.version,
        "source": resolved.source,
        "values": {
            key: {"value": value, "source": resolved.origins[key].source, "detail": resolved.origins[key].detail}
            for key, value in shown.items()
        },
    }


def parse_overrides(assignments: Iterable[str]) -> Mapping[str, str]:
    """Read KEY=VALUE as often as they are given; those of extra_build_script_line add up.

    Raises:
        ToolError: there is no `=`, or another key comes twice.
    """
    values: dict[str, str] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            raise ToolError(f"--set is {assignment!r}, expected KEY=VALUE with a key of PyO3's config file")
        if key in values and key != pyo3_config_file.EXTRA_LINE:
            raise ToolError(f"{key} is set to {values[key]!r} and to {value!r}, expected one value: take one out")
        values[key] = f"{values[key]}\n{value}" if key in values else value
    return values


def with_words(features: str, words: str, kind: str | None, pyo3: PyO3Version) -> tuple[frozenset[str], AbiChange]:
    """Apply the words of `abi` to comma-separated features.

    Args:
        features: of the crate pyo3.
        words: as `pyo3_abi_words.parse_words` reads them.
        kind: "abi3" or "abi3t" to leave the other one out, None to leave the choice to PyO3.
        pyo3: whose features they are.

    Raises:
        ToolError: the words are none, or not this PyO3's.
    """
    parsed = pyo3_abi_words.parse_words(words)
    pyo3_abi_words.check_known(parsed, pyo3)
    stated = frozenset(feature for feature in features.split(",") if feature)
    effective = pyo3_abi_words.effective_features(stated, parsed)
    if kind is not None:
        effective = pyo3_abi_words.only(effective, kind)
    return effective, pyo3_abi_words.change(stated, parsed)


def with_fallback(resolved: Resolved, features: Iterable[str], pyo3: PyO3Version, strict: bool) -> Resolved:
    """Add the notice of a stable ABI that is not built for; with `strict` that is a ToolError."""
    notice = pyo3_abi_words.fallback(resolved.config, features, pyo3, strict)
    return resolved if notice is None else dataclasses.replace(resolved, notices=(*resolved.notices, notice))


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--facts", help="of the interpreter; without, something else has to tell the version")
    parser.add_argument("--pyo3-version", required=True)
    parser.add_argument("--features", default="", help="comma-separated features of the crate pyo3")
    parser.add_argument("--abi", default="auto", metavar="WORDS", help="auto, version, or stable-ABI features to add")
    parser.add_argument("--stable-abi", choices=("abi3", "abi3t"), help="leave out the features of the other one")
    parser.add_argument("--strict-abi", action="store_true", help="fail where a stable ABI is asked for and not built")
    parser.add_argument("--target", required=True, help="target triple")
    parser.add_argument("--host", help="triple of the machine that builds, by default the target's")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a value of the config")
    parser.add_argument("--config-file", help="a PyO3 config file")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="a variable of PyO3's")
    parser.add_argument("--sysconfigdata", help="a _sysconfigdata*.py file of the target's Python")
    parser.add_argument("--cross-lib-dir", help="the library folder of the target's Python, as PYO3_CROSS_LIB_DIR")
    parser.add_argument("--output", required=True, help="the config file, for PYO3_CONFIG_FILE")
    parser.add_argument("--json", help="the same as JSON, the ABI spelled out")
    parser.add_argument("--origins", help="JSON: what told each value")
    return parser


def _facts(path: str | None) -> Facts | None:
    if path is None:
        return None
    return pyo3_facts.parse_facts(pyo3_common.read_json(path, "facts"), f"the facts {path}")


def _settings(args: argparse.Namespace) -> Settings:
    settings = pyo3_settings.parse(args.setting)
    return settings if args.cross_lib_dir is None else dataclasses.replace(settings, cross_lib_dir=args.cross_lib_dir)


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    pyo3 = pyo3_versions.pyo3_version(args.pyo3_version)
    target, settings = pyo3_triple.parse_triple(args.target), _settings(args)
    features, abi = with_words(args.features, args.abi, args.stable_abi, pyo3)
    resolved = pyo3_resolve.resolve(
        pyo3_resolve.Request(
            pyo3=pyo3,
            features=features,
            abi=abi,
            target=target,
            host=target if args.host is None else pyo3_triple.parse_triple(args.host),
            settings=settings,
            facts=_facts(args.facts),
            overrides=parse_overrides(args.set),
            config_file=args.config_file,
            sysconfigdata=args.sysconfigdata,
        )
    )
    text = pyo3_config_file.write(resolved.config, pyo3)
    if settings.print_config == "1":
        sys.stdout.write(pyo3_explain.halting(text))
        raise SystemExit(pyo3_explain.HALTED)
    warnings = pyo3_support.check(resolved.config, pyo3, target, settings)
    resolved = with_fallback(resolved, features, pyo3, args.strict_abi)
    for warning in dict.fromkeys((*resolved.notices, *warnings)):
        pyo3_common.warn(args.label, warning)
    pyo3_common.write_text(args.output, text)
    if args.json:
        pyo3_common.write_json(args.json, summary(resolved.config, pyo3))
    if args.origins:
        pyo3_common.write_json(args.origins, origins(resolved, pyo3))


def main(argv: Sequence[str] | None = None) -> int:
    """Write the configuration; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
