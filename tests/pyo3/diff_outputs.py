"""What a build script tells Cargo, in a form that can be compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Lines that do not say what to compile: when to run a script again, which Bazel knows by itself, and words for people.
_IGNORED = ("rerun-if-changed", "rerun-if-env-changed", "warning")


@dataclass(frozen=True)
class ScriptOutputs:
    """The output of one build script; without order where order has no effect."""

    cfgs: tuple[str, ...] = ()
    """`name` or `name="value"`, sorted."""
    check_cfgs: tuple[str, ...] = ()
    """`cfg(...)`, sorted."""
    env: tuple[str, ...] = ()
    """`NAME=value`, sorted."""
    link_lines: tuple[str, ...] = ()
    """`rustc-link-lib=...`, `rustc-link-search=...`, `rustc-link-arg=...` and the like, in their order by kind."""
    config: str | None = None
    """The interpreter configuration that pyo3-ffi hands on, build flags sorted."""
    metadata: tuple[str, ...] = ()
    """Other `KEY=value` lines for the scripts of dependent crates, sorted."""
    other: tuple[str, ...] = ()
    """Lines that are not for Cargo, in their order."""
    files: tuple[tuple[str, str], ...] = ()
    """Name and text of what is in OUT_DIR, where that counts."""


def read_outputs(lines: Iterable[str]) -> ScriptOutputs:
    """Read the lines that a build script printed."""
    found: dict[str, list[str]] = {"cfg": [], "check-cfg": [], "env": [], "link": [], "metadata": [], "other": []}
    config = None
    for key, value in _instructions(lines):
        if key == "PYO3_CONFIG":
            config = comparable_config(bytes.fromhex(value).decode("utf-8"))
        elif key in ("rustc-cfg", "rustc-check-cfg", "rustc-env"):
            found[key.partition("-")[2]].append(value)
        elif key.startswith("rustc-"):
            found["link"].append(f"{key}={value}")
        elif key:
            found["metadata"].append(f"{key}={value}")
        else:
            found["other"].append(value)
    return ScriptOutputs(
        cfgs=_sorted(found["cfg"]),
        check_cfgs=_sorted(found["check-cfg"]),
        env=_sorted(found["env"]),
        link_lines=tuple(sorted(found["link"], key=_kind)),
        config=config,
        metadata=_sorted(found["metadata"]),
        other=tuple(found["other"]),
    )


def _kind(line: str) -> str:
    return line.partition("=")[0]


def _instructions(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give (key, value) of Cargo's lines, and ("", line) of others."""
    for line in lines:
        for prefix in ("cargo::", "cargo:"):
            if line.startswith(prefix):
                key, _, value = line[len(prefix) :].partition("=")
                if key not in _IGNORED:
                    yield key, value
                break
        else:
            if line:
                yield "", line


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    # Cargo passes a repeated cfg on once.
    return tuple(sorted(set(values)))


def comparable_config(text: str) -> str:
    """Sort the build flags, which PyO3 writes in the random order of a hash set."""
    lines = []
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if key == "build_flags":
            value = ",".join(sorted(value.split(",")))
        lines.append(f"{key}{equals}{value}\n")
    return "".join(lines)


def differences(real: ScriptOutputs, computed: ScriptOutputs) -> list[str]:
    """Describe where two outputs disagree, one line a kind of output."""
    found = []
    sequences: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "cfgs": (real.cfgs, computed.cfgs),
        "check-cfgs": (real.check_cfgs, computed.check_cfgs),
        "env": (real.env, computed.env),
        "link lines": (real.link_lines, computed.link_lines),
        "metadata": (real.metadata, computed.metadata),
        "other lines": (real.other, computed.other),
        "files": (
            [f"{name}: {text}" for name, text in real.files],
            [f"{name}: {text}" for name, text in computed.files],
        ),
        "config": ((real.config or "").splitlines(), (computed.config or "").splitlines()),
    }
    for what, (one, other) in sequences.items():
        if list(one) != list(other):
            only = f"only real {_only(one, other)}, only computed {_only(other, one)}"
            same = sorted(one) == sorted(other)
            found.append(f"{what}: order: real {list(one)}, computed {list(other)}" if same else f"{what}: {only}")
    return found


def _only(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted((Counter(one) - Counter(other)).elements())
