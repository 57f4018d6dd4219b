"""Whether the real build scripts and our tools agree on a case, and what is to be said where they do not."""

from __future__ import annotations

import json
import pathlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from diff_outputs import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diff_case import Case
    from diff_run import Result

_INTENDED = pathlib.Path(__file__).parent / "testdata" / "intended.json"
_SHOWN_CASES = 3


def compare(real: Result, computed: Result) -> list[str]:
    """Describe where the results differ; that both refuse is agreement, whatever they say."""
    if real.refusal is not None or computed.refusal is not None:
        if real.refusal is None:
            return [f"refused by our tools only: {_first_line(computed.refusal)}"]
        if computed.refusal is None:
            return [f"refused by the real scripts only: {_reason(real.refusal or '')}"]
        return []
    if set(real.outputs) != set(computed.outputs):
        return [f"crates: real {sorted(real.outputs)}, computed {sorted(computed.outputs)}"]
    return [
        f"{crate}: {line}"
        for crate, outputs in sorted(real.outputs.items())
        for line in differences(outputs, computed.outputs[crate])
    ]


def _first_line(text: str | None) -> str:
    lines = (text or "").splitlines()
    return lines[0] if lines else ""


@dataclass(frozen=True)
class Intended:
    """A difference that is wanted."""

    reason: str
    version: re.Pattern[str]
    case: re.Pattern[str]
    """Of kind and name, `kind: name`."""
    difference: re.Pattern[str]

    def covers(self, case: Case, difference: str) -> bool:
        """Whether this is about a difference of a case."""
        found = self.version.fullmatch(case.version) and self.case.search(f"{case.kind}: {case.name}")
        return bool(found and self.difference.search(difference))


def read_intended(path: pathlib.Path = _INTENDED) -> list[Intended]:
    """Read the list of intended differences."""
    return [
        Intended(
            each["reason"], re.compile(each["version"]), re.compile(each["case"]), re.compile(each["difference"])
        )
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]  # fmt: skip


@dataclass
class Report:
    """Counts cases and collects what differs."""

    intended: Sequence[Intended]
    compared: int = 0
    equal: int = 0
    different: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    cases: dict[str, list[Case]] = field(default_factory=dict)
    """Those that differ, by what differs."""
    wordings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How both sides refuse."""

    def add(self, case: Case, real: Result, computed: Result) -> list[str]:
        """Count a case, and give its differences that no earlier case had."""
        new: list[str] = []
        self.compared += 1
        found = compare(real, computed)
        if real.refusal is not None and computed.refusal is not None:
            self.wordings[_reason(real.refusal), _first_line(computed.refusal)] += 1
        reasons = [next((each.reason for each in self.intended if each.covers(case, line)), None) for line in found]
        if not found:
            self.equal += 1
        elif None not in reasons:
            self.by_reason.update({reason for reason in reasons if reason is not None})
        else:
            self.different += 1
            for line, reason in zip(found, reasons):
                if reason is None:
                    new += [line] if line not in self.cases else []
                    self.cases.setdefault(line, []).append(case)
        return new

    @property
    def summary(self) -> str:
        """The last line of a run."""
        intended = self.compared - self.equal - self.different
        return f"{self.compared} compared, {self.equal} equal, {self.different} different, {intended} intended"

    def lines(self) -> list[str]:
        """Say what differs, the most frequent first, and which differences are intended."""
        text = []
        for difference, cases in sorted(self.cases.items(), key=lambda item: -len(item[1])):
            versions = ", ".join(sorted({case.version for case in cases}))
            text.append(f"{len(cases)} cases with PyO3 {versions}: {difference}")
            shown = cases[:: max(1, len(cases) // _SHOWN_CASES)]
            text += [f"    {case.kind}: {case.name} [{case.version}]" for case in shown]
        return text + [f"{count} cases, intended: {reason}" for reason, count in self.by_reason.most_common()]


def _reason(text: str) -> str:
    """Give the line that says why a build script failed: Cargo shows all, the first one is PyO3's own summary."""
    crate, _, said = text.partition(": ")
    lines = [line for line in said.splitlines() if line.strip()]
    if said.startswith("Traceback"):
        # A Python script's last words, before those of the build script that ran it.
        return f"{crate}: {next((line for line in lines[1:] if not line.startswith(' ')), said)}"
    if said.startswith("thread ") and len(lines) > 1:
        # A panic: where it was stands before what it was.
        return f"{crate}: {lines[1]}"
    return f"{crate}: {lines[0] if lines else 'nothing was said'}"
