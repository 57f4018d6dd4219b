"""Says where each value of an interpreter config comes from and what it causes; the objects and texts of `pyo3_config`.

Everything here is a function of values. The objects are those of tools/common/schemas/pyo3_config.schema.json.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyo3_common
import pyo3_config_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_outputs import CrateOutputs
    from pyo3_resolve import Resolved
    from pyo3_versions import PyO3Version

_SWITCHES = frozenset(("abi3", "shared", "suppress_build_script_link_lines"))
_LISTS = frozenset(("build_flags", "extra_build_script_line"))
EXTRA_LINE = "extra_build_script_line"

HALTED = 101
"""The exit code of PyO3's build script after printing its configuration."""
_HEAD = "\n-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --"
_FOOT = "\nnote: unset the PYO3_PRINT_CONFIG environment variable and retry to compile with the above config"


def halting(config: str) -> str:
    """Give what the build script prints under PYO3_PRINT_CONFIG=1 (pyo3-ffi 0.30.1, build.rs, print_config_and_exit).

    Args:
        config: PyO3's config-file format.
    """
    return f"{_HEAD}\n{config}{_FOOT}\n"


class Effect(NamedTuple):
    """One thing that a build gets."""

    kind: str
    """One of KINDS."""
    crate: str
    """The crate that gets it, empty for the extension module."""
    text: str


KINDS = ("cfg", "check-cfg", "environment", "link", "link search", "extra line", "file name", "wheel tag")


@dataclass(frozen=True)
class Subject:
    """What is explained."""

    pyo3: PyO3Version
    features: tuple[str, ...]
    target: str
    resolved: Resolved
    effects: tuple[Effect, ...] = ()


def values(config: InterpreterConfig, pyo3: PyO3Version) -> dict[str, Any]:
    """Give the config by the keys of this PyO3's config file, in the writer's order."""
    found: dict[str, Any] = {}
    for line in pyo3_config_file.write(config, pyo3).splitlines():
        key, _, text = line.partition("=")
        if key == EXTRA_LINE:
            found.setdefault(key, []).append(text)
        else:
            found[key] = _typed(key, text)
    return found


def _typed(key: str, text: str) -> Any:
    if key in _SWITCHES:
        return text == "true"
    if key in _LISTS:
        return [item for item in text.split(",") if item]
    return int(text) if key == "pointer_width" else text


def crate_effects(crate: str, outputs: CrateOutputs) -> list[Effect]:
    """List what a build script tells Cargo."""
    texts: list[tuple[str, Iterable[str]]] = [
        ("cfg", outputs.cfgs),
        ("check-cfg", outputs.check_cfgs),
        ("environment", (f"{name}={value}" for name, value in outputs.env)),
        ("link", (*outputs.link_args, *outputs.cdylib_link_args)),
        ("link search", outputs.link_search),
        ("extra line", outputs.extra_lines),
    ]
    return [Effect(kind, crate, text) for kind, each in texts for text in each]


_FOLDERS = ("lib_dir", "python_framework_prefix")
# What in a text tells its cause; the first that matches counts. Keys that this PyO3 does not have are left out.
_CAUSES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("cfg", r"Py_3_\d+", ("target_abi", "version")),
    ("cfg", r"PyPy|GraalPy|RustPython", ("implementation",)),
    ("cfg", r"Py_LIMITED_API", ("target_abi", "abi3")),
    ("cfg", r"Py_GIL_DISABLED|py_sys_config=.*", ("build_flags",)),
    ("cfg", r"pyo3_use_raw_dylib|pyo3_dll=.*", ("lib_name",)),
    ("link", r"-l.*", ("lib_name", "shared")),
    ("link", r"-Wl,-rpath,.*", _FOLDERS),
    ("link search", r".*", ("lib_dir",)),
    ("extra line", r".*", (EXTRA_LINE,)),
    ("file name", r".*\.abi3t?[-.].*|[^.]*\.pyd", ("target_abi", "abi3", "version")),
    ("wheel tag", r".*-abi3[-.].*", ("target_abi", "abi3", "version")),
    ("file name", r".*", ("implementation", "version", "build_flags")),
    ("wheel tag", r".*", ("implementation", "version", "build_flags")),
)


def causes(effect: Effect, config: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the keys of a config that cause an effect; none when PyO3's version, the compiler or the target does.

    Args:
        effect: what a build gets.
        config: from `values`.
    """
    for kind, pattern, keys in _CAUSES:
        if kind == effect.kind and re.fullmatch(pattern, effect.text):
            there = [key for key in keys if key in config]
            if keys is _FOLDERS:
                there = [key for key in there if str(config[key]) in effect.text]
            # A config with a target_abi is compiled for the version that this names.
            return ("target_abi",) if "target_abi" in there else tuple(there)
    return ()


def printed(subject: Subject) -> dict[str, Any]:
    """Give the object of `print`."""
    return {
        "schema": pyo3_common.SCHEMA,
        "command": "print",
        "config": values(subject.resolved.config, subject.pyo3),
        "features": sorted(subject.features),
        "notices": list(subject.resolved.notices),
        "pyo3_version": subject.pyo3.version,
        "source": subject.resolved.source,
        "target": subject.target,
    }


def without_causes(explanation: Mapping[str, Any]) -> dict[str, Any]:
    """Give the object of `print` that belongs to one of `explain`."""
    kept = {key: value for key, value in explanation.items() if key not in ("other", "values")}
    return {**kept, "command": "print"}


def explained(subject: Subject) -> dict[str, Any]:
    """Give the object of `explain`: that of `print`, each value's origin and what it causes, and what else there is."""
    config = values(subject.resolved.config, subject.pyo3)
    by_key: dict[str, list[dict[str, str]]] = {key: [] for key in config}
    others = []
    for effect in subject.effects:
        keys = causes(effect, config)
        for key in keys:
            by_key[key].append(_effect_object(effect))
        if not keys:
            others.append(_effect_object(effect))
    return {
        **printed(subject),
        "command": "explain",
        "values": [
            {"key": key, "value": value, "origin": _origin(subject, key), "causes": by_key[key]}
            for key, value in config.items()
        ],
        "other": others,
    }


def _effect_object(effect: Effect) -> dict[str, str]:
    return {"crate": effect.crate, "kind": effect.kind, "text": effect.text}


def _origin(subject: Subject, key: str) -> dict[str, str]:
    origin = subject.resolved.origins.get(key)
    if origin is None:
        return {"detail": "", "source": "default"}
    return {"detail": origin.detail, "source": origin.source}


def compared(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Give the object of `diff`, of two objects of `explain`: values and effects that only one of them has.

    Two configs that PyO3 cannot tell apart have no differences, wherever their values come from.
    """
    keys = list(dict.fromkeys([*left["config"], *right["config"]]))
    differing = [key for key in keys if left["config"].get(key) != right["config"].get(key)]
    of_left, of_right = _all_effects(left), _all_effects(right)
    return {
        "schema": pyo3_common.SCHEMA,
        "command": "diff",
        "values": [
            {"key": key, "left": left["config"].get(key), "right": right["config"].get(key)} for key in differing
        ],
        "only_left": [effect for effect in of_left if effect not in of_right],
        "only_right": [effect for effect in of_right if effect not in of_left],
    }


def _all_effects(description: Mapping[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for each in [*(row["causes"] for row in description["values"]), description["other"]]:
        found += [effect for effect in each if effect not in found]
    return found


def checked(interpreter: str, disagreements: Sequence[str], facts: int) -> dict[str, Any]:
    """Give the object of `check`.

    Args:
        interpreter: what was asked.
        disagreements: a line for each declared fact that it contradicts.
        facts: how many facts were declared.
    """
    return {
        "schema": pyo3_common.SCHEMA,
        "command": "check",
        "declared": facts,
        "disagreements": list(disagreements),
        "interpreter": interpreter,
    }


def text(description: Mapping[str, Any]) -> str:
    """Write an object of `explain`, `diff` or `check` for a reader."""
    lines = {"explain": _explain_lines, "diff": _diff_lines, "check": _check_lines}[description["command"]](description)
    return "".join(f"{line}\n" for line in lines)


def shown(value: Any) -> str:
    """Write a value as the config file does."""
    if value is None:
        return "(not set)"
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _explain_lines(description: Mapping[str, Any]) -> list[str]:
    features = ", ".join(description["features"]) or "none"
    lines = [f"PyO3 {description['pyo3_version']} for {description['target']}, features: {features}"]
    for row in description["values"]:
        origin = row["origin"]
        detail = f": {origin['detail']}" if origin["detail"] else ""
        lines += ["", f"{row['key']}={shown(row['value'])}", f"  from  {origin['source']}{detail}"]
        lines += [f"  gives {line}" for line in _grouped(row["causes"])]
    others = _grouped(description["other"])
    if others:
        lines += ["", "of the PyO3 version, the compiler and the target:", *(f"  gives {line}" for line in others)]
    return lines


def _grouped(effects: Iterable[Mapping[str, str]]) -> list[str]:
    """Write a line for each effect, with those who get it; what is only registered is of no interest to a reader."""
    crates: dict[tuple[str, str], list[str]] = {}
    for effect in effects:
        if effect["kind"] != "check-cfg":
            crates.setdefault((effect["kind"], effect["text"]), []).append(effect["crate"] or "the extension")
    return [f"{kind} {text} ({', '.join(each)})" for (kind, text), each in crates.items()]


def _diff_lines(description: Mapping[str, Any]) -> list[str]:
    lines = [f"{row['key']}: {shown(row['left'])} -> {shown(row['right'])}" for row in description["values"]]
    lines += [f"- {line}" for line in _grouped(description["only_left"])]
    lines += [f"+ {line}" for line in _grouped(description["only_right"])]
    return lines or ["no differences"]


def _check_lines(description: Mapping[str, Any]) -> list[str]:
    if not description["disagreements"]:
        return [f"{description['interpreter']}: all {description['declared']} declared facts hold"]
    return [
        f"{description['interpreter']} is not what is declared:",
        *(f"  {line}" for line in description["disagreements"]),
    ]
