"""What wheels for Linux may rely on: the policies of manylinux (PEP 600) and musllinux (PEP 656).

platform_policies.json is written by `tools/bazel run //tools/dev:record_policies`, which takes the lists from
auditwheel. Those know the Linux distributions that a policy stands for: which libraries all of them have, and which
versions of their symbols. What PEP 600 itself asks for is no more than "works where glibc is X.Y or newer".
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_common

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "platform_policies.json")
GLIBC = "GLIBC"

Release = tuple[int, int]
_NUMBER = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class Policy:
    """What every system has that a platform tag stands for."""

    kind: str
    """manylinux or musllinux."""
    release: Release
    alias: str | None
    """The older name of the same policy: manylinux2014 (PEP 599)."""
    libraries: frozenset[str]
    versions: Mapping[str, str]
    """Kind of symbol versions (GLIBC, GLIBCXX, GCC) to the newest number; empty without any."""
    words: frozenset[str]
    """Symbol versions without a number that are allowed: CXXABI_FLOAT128."""
    internal: Mapping[str, frozenset[str]]
    """Library to symbols that it may lack, since they are none of its interface."""

    @property
    def name(self) -> str:
        """The tag without the processor."""
        return f"{self.kind}_{self.release[0]}_{self.release[1]}"

    def allows(self, version: str) -> bool:
        """Tell whether all these systems have a version of symbols; versions of other libraries are not judged."""
        kind, _, number = version.partition("_")
        if kind not in self.versions or version in self.words:
            return True
        if not _NUMBER.fullmatch(number) or not self.versions[kind]:
            return False
        return as_number(number) <= as_number(self.versions[kind])

    def newest(self, version: str) -> str:
        """Name the newest version of the kind that another one is of."""
        kind = version.partition("_")[0]
        return f"{kind}_{self.versions[kind]}" if self.versions[kind] else f"no {kind}"


@dataclass(frozen=True)
class Policies:
    """The policies for one C library and one processor, oldest first; there may be none."""

    kind: str
    known: tuple[Policy, ...]

    def of_release(self, release: Release) -> Policy | None:
        """Give the policy of a release that may lie between the known ones, or after them; None before all of them.

        What other libraries have is then what the next older one says.
        """
        older = [policy for policy in self.known if policy.release <= release]
        if not older:
            return None
        newest = older[-1]
        if newest.release == release or self.kind == "musllinux":
            return newest if newest.release == release else None
        glibc = max(newest.versions[GLIBC], dotted(release), key=as_number)
        return Policy(
            kind=newest.kind,
            release=release,
            alias=None,
            libraries=newest.libraries,
            versions={**newest.versions, GLIBC: glibc},
            words=newest.words,
            internal=newest.internal,
        )

    def release_of_alias(self, alias: str) -> Release | None:
        """Give the release that an older name stands for."""
        return next((policy.release for policy in self.known if policy.alias == alias), None)


def as_number(text: str) -> tuple[int, ...]:
    """Give the order of releases: 2.9 before 2.17."""
    return tuple(map(int, text.split(".")))


def dotted(release: tuple[int, ...]) -> str:
    """Write a release."""
    return ".".join(map(str, release))


def policies(kind: str, machine: str) -> Policies:
    """Give what is known of manylinux or musllinux on a processor, as `uname -m` names it."""
    table = _table()[kind]
    return Policies(kind, tuple(sorted(_of_machine(kind, table, machine), key=lambda policy: policy.release)))


def recorded_musl_symbols() -> frozenset[str]:
    """Give symbols of musl 1.2 that musl 1.1 has not."""
    return frozenset(_table()["musl"]["since_1_2"])


@functools.cache
def _table() -> dict[str, Any]:
    return pyo3_common.read_json(PATH, "table of platform policies")


def _of_machine(kind: str, table: Mapping[str, Any], machine: str) -> Iterator[Policy]:
    for name, machines in table["versions"].items():
        if machine not in machines:
            continue
        at = as_number(name)
        numbers: dict[str, str] = {}
        words = set()
        for version in machines[machine].split():
            group, _, number = version.partition("_")
            numbers.setdefault(group, "")
            if _NUMBER.fullmatch(number):
                numbers[group] = number
            else:
                words.add(version)
        yield Policy(
            kind=kind,
            release=(at[0], at[1]),
            alias=table["aliases"].get(name),
            libraries=frozenset(lib for lib, since in table["libraries"].items() if as_number(since) <= at),
            versions=numbers,
            words=frozenset(words),
            internal={lib: _forbidden(table, names, at) for lib, names in table["internal"].items()},
        )


def _forbidden(table: Mapping[str, Any], names: Mapping[str, str], at: tuple[int, ...]) -> frozenset[str]:
    return frozenset(name for name, last in names.items() if at <= as_number(last))
