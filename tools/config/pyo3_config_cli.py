"""Shows PyO3's configuration of any Python: `bazel run @rules_pyo3//tools:pyo3_config -- COMMAND OPTIONS`.

print writes the config file that PyO3 would use; saved and edited, it can be given back with --config-file.
explain adds where each value comes from and what it causes. diff compares what stands before `--with` and after it,
where only what is different has to be said. check asks --interpreter whether the facts in --facts are true.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_build_scripts
import pyo3_common
import pyo3_config
import pyo3_config_cli_sources as sources
import pyo3_config_file
import pyo3_explain
import pyo3_flags
import pyo3_probe_run
import pyo3_resolve
import pyo3_tag
from pyo3_abi import WITHOUT_STABLE_ABI
from pyo3_build_scripts import RustcVersion
from pyo3_common import ToolError
from pyo3_explain import Effect, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_facts import Facts
    from pyo3_resolve import Request, Resolved

_NAME = "pyo3_config"
_WITH = "--with"
# Newer than any that a build script asks for.
_NEWEST_RUST = 999


class _Outcome(NamedTuple):
    text: str
    code: int = 0


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.prog = _NAME
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--output", metavar="FILE", help="write there instead of printing")
    parser.add_argument("--pyo3-print-config", action="store_true", help="end as PyO3 does with PYO3_PRINT_CONFIG=1")
    parser.add_argument("--module", default="my_ext", help="the extension module that explain names a file for")
    parser.add_argument("--embedding", action="store_true", help="explain a program that embeds Python, no extension")
    parser.add_argument("--rustc", metavar="PROGRAM", help="the compiler; a new one by default")
    sources.add_options(parser)
    return parser


def _resolve(request: Request, label: str, strict: bool) -> tuple[Resolved, Facts | None]:
    """Resolve, tell the notices, and give the facts that were used too."""
    used = [] if request.facts is None else [request.facts]

    def ask(interpreter: str) -> Facts:
        facts = sources.ask(interpreter)
        used.append(facts)
        return facts

    asking = dataclasses.replace(request, ask=ask) if request.ask else request
    resolved = pyo3_config.with_fallback(pyo3_resolve.resolve(asking), request.features, request.pyo3, strict)
    for notice in resolved.notices:
        pyo3_common.warn(label, notice)
    return resolved, used[-1] if used and resolved.source in ("interpreter", "toolchain") else None


def _subject(request: Request, options: Mapping[str, Any]) -> Subject:
    resolved, facts = _resolve(request, options["label"], options.get("strict_abi", False))
    subject = Subject(request.pyo3, tuple(request.features), request.target.name, resolved)
    if options["command"] == "print":
        return subject
    rustc = RustcVersion(_NEWEST_RUST, "stable", request.host.name)
    if options["rustc"]:
        rustc = pyo3_flags.ask_rustc(options["rustc"])
    effects = _build_effects(request, resolved, options["embedding"], rustc)
    if not options["embedding"]:
        effects += _name_effects(options["module"], request, resolved, facts)
    return dataclasses.replace(subject, effects=tuple(effects))


def _name_effects(module: str, request: Request, resolved: Resolved, facts: Facts | None) -> list[Effect]:
    """Name the file of a module and its wheel, where these can be told."""
    abi = resolved.config.target_abi
    if abi.stable and abi.implementation not in WITHOUT_STABLE_ABI:
        try:
            tag = pyo3_tag.stable_tag(module, abi.kind, abi.version, request.target, facts)
        except ToolError as error:
            pyo3_common.warn(_NAME, str(error))
            return []
    elif facts is not None:
        tag = pyo3_tag.extension_tag(module, facts, request.target)
    else:
        return []
    return [Effect("file name", "", tag.file_name), Effect("wheel tag", "", str(tag.wheel_tag))]


def _build_effects(request: Request, resolved: Resolved, embedding: bool, rustc: RustcVersion) -> list[Effect]:
    """List what the build scripts of PyO3's crates say, and what a crate that uses PyO3 is compiled with."""
    pyo3, config, target = request.pyo3, resolved.config, request.target
    raw_dylib = request.settings.use_raw_dylib
    effects: list[Effect] = []
    for crate in sorted(pyo3.crates_with_build_script):
        outputs = pyo3_build_scripts.crate_outputs(
            crate,
            pyo3.version,
            request.features,
            rustc,
            target,
            config,
            extension_module=not embedding,
            raw_dylib=None if raw_dylib is None else raw_dylib == "1",
            no_std=(request.settings.wip_no_std or "").strip().lower() in ("1", "true"),
            cross=resolved.source == "cross",
        )
        effects += pyo3_explain.crate_effects(crate, outputs)
    if not embedding:
        outputs = pyo3_build_scripts.extension_outputs(pyo3.version, rustc, target, config)
        effects += pyo3_explain.crate_effects("", outputs)
    return effects


def _print(options: Mapping[str, Any]) -> _Outcome:
    request = sources.request(options, os.environ)
    subject = _subject(request, options)
    text = pyo3_config_file.write(subject.resolved.config, subject.pyo3)
    if options["pyo3_print_config"] or request.settings.print_config == "1":
        return _Outcome(pyo3_explain.halting(text), pyo3_explain.HALTED)
    if options["format"] == "json":
        return _Outcome(pyo3_common.to_json(pyo3_explain.printed(subject)))
    return _Outcome(text)


def _explain(options: Mapping[str, Any]) -> _Outcome:
    subject = _subject(sources.request(options, os.environ), options)
    return _written(pyo3_explain.explained(subject), options)


def _diff(options: Mapping[str, Any]) -> _Outcome:
    if options["other"] is None:
        raise ToolError(f"diff has no {_WITH}, expected options on both sides of it: add it and what is different")
    both = [options, sources.merged(options, options["other"])]
    left, right = (pyo3_explain.explained(_subject(sources.request(each, os.environ), each)) for each in both)
    return _written(pyo3_explain.compared(left, right), options)


def _check(options: Mapping[str, Any]) -> _Outcome:
    if "interpreter" not in options or "facts" not in options:
        raise ToolError("check needs --interpreter and --facts, expected both: say what to ask and what it should say")
    interpreter = sources.find_interpreter(options["interpreter"], os.environ)
    declared = pyo3_common.read_json(sources.local(options["facts"], os.environ), "facts")
    lines = pyo3_probe_run.compare(declared, sources.probed(interpreter))
    outcome = _written(pyo3_explain.checked(interpreter, lines, len(declared) - 1), options)
    return outcome._replace(code=1 if lines else 0)


def _written(description: Mapping[str, Any], options: Mapping[str, Any]) -> _Outcome:
    if options["format"] == "json":
        return _Outcome(pyo3_common.to_json(description))
    return _Outcome(pyo3_explain.text(description))


_COMMANDS = {"print": _print, "explain": _explain, "diff": _diff, "check": _check}


def _options(argv: Sequence[str]) -> dict[str, Any]:
    """Read the command line; what follows `--with` are options of the same kinds."""
    first, second = list(argv), None
    if _WITH in first:
        middle = first.index(_WITH)
        first, second = first[:middle], first[middle + 1 :]
    options = vars(_parser().parse_args(first))
    if second is None:
        return {**options, "other": None}
    other = pyo3_common.ArgumentParser("")
    other.prog = f"{_NAME} {_WITH}"
    sources.add_options(other)
    return {**options, "other": vars(other.parse_args(["--label", options["label"], *second]))}


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is asked for; see `--help`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if "--label" not in arguments:
        arguments[:0] = ["--label", _NAME]
    codes = []

    def work(words: Sequence[str]) -> None:
        options = _options(words)
        outcome = _COMMANDS[options["command"]](options)
        if options["output"]:
            pyo3_common.write_text(options["output"], outcome.text)
        else:
            sys.stdout.write(outcome.text)
        codes.append(outcome.code)

    return pyo3_common.run(work, arguments) or codes[0]


if __name__ == "__main__":
    sys.exit(main())
