"""The words of the attribute and of the flag `abi`: which stable-ABI features a build adds to PyO3's, or takes away.

"auto" leaves the features alone, "version" takes those of stable ABIs away, and features of PyO3 joined by commas are
added, as if Cargo had been told so; what features mean stays PyO3's (pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_abi
import pyo3_support
from pyo3_abi import ABI3, ABI3T, WITHOUT_STABLE_ABI, dotted
from pyo3_common import ToolError, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_interpreter_config import InterpreterConfig
    from pyo3_versions import PyO3Version

AUTO = "auto"
VERSION = "version"

_FEATURE = re.compile(r"abi3t?(-py3[0-9]+)?")


@dataclass(frozen=True)
class AbiWords:
    """What `parse_words` read."""

    text: str
    features: frozenset[str]
    """Stable-ABI features of PyO3; none for auto and version."""

    @property
    def version_specific(self) -> bool:
        """Whether stable ABIs are switched off."""
        return self.text == VERSION


@dataclass(frozen=True)
class AbiChange:
    """What words changed in a set of features."""

    text: str = AUTO
    """The words."""
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


def parse_words(text: str) -> AbiWords:
    """Read "auto", "version", or stable-ABI features of PyO3 joined by commas, without spaces.

    Raises:
        ToolError: it is none of these.
    """
    if text in (AUTO, VERSION):
        return AbiWords(text, frozenset())
    words = text.split(",")
    for word in words:
        if word in (AUTO, VERSION):
            raise ToolError(f"abi is {excerpt(text)}, expected {word} alone: take {word} out, or the other words")
        if _FEATURE.fullmatch(word) is None:
            raise ToolError(
                f"abi is {excerpt(text)}, {excerpt(word)} is no word of it, expected auto, version, or features of "
                "PyO3 joined by commas, such as abi3, abi3-py310, abi3t-py315 or abi3-py310,abi3t-py315: correct it"
            )
    return AbiWords(text, frozenset(words))


def is_abi_feature(feature: str) -> bool:
    """Whether a feature of PyO3 chooses a stable ABI."""
    return feature.split("-")[0] in (ABI3, ABI3T)


def effective_features(features: Iterable[str], words: AbiWords) -> frozenset[str]:
    """Give the features of the crate pyo3 that a build counts with; of several floors the lowest will win."""
    if words.version_specific:
        return frozenset(feature for feature in features if not is_abi_feature(feature))
    return frozenset(features) | words.features


def change(features: Iterable[str], words: AbiWords) -> AbiChange:
    """Say what words change in features, so that an explanation can name them."""
    before = frozenset(features)
    after = effective_features(before, words)
    return AbiChange(words.text, after - before, before - after)


def only(features: Iterable[str], kind: str) -> frozenset[str]:
    """Keep one stable ABI, for a build without a Python, where none of the two can be ruled out otherwise."""
    return frozenset(each for each in features if not is_abi_feature(each) or each.split("-")[0] == kind)


def check_known(words: AbiWords, pyo3: PyO3Version) -> None:
    """Refuse words that this PyO3 has no feature for.

    Raises:
        ToolError: a word is of another PyO3.
    """
    for word in sorted(words.features - set(pyo3.features)):
        known = ", ".join(filter(is_abi_feature, pyo3.features))
        since = " (abi3t is new in PyO3 0.29)" if pyo3.abi3t_min is None and word.startswith(ABI3T) else ""
        raise ToolError(
            f"abi asks for {word}, PyO3 {pyo3.version} has no such feature{since}, expected auto, version or some of "
            f"{known}: choose other words or another PyO3"
        )


def fallback(config: InterpreterConfig, features: Iterable[str], pyo3: PyO3Version, strict: bool) -> str | None:
    """Say why a build is for one version of one Python though features ask for a stable ABI.

    Args:
        config: what was made of the features.
        features: of the crate pyo3, those that words of `abi` added included.
        pyo3: the version of PyO3.
        strict: whether that is an error.

    Returns:
        A notice, or None where the stable ABI is built for, or none is asked for.

    Raises:
        ToolError: there is something to say, and `strict`.
    """
    reason = _fallback_reason(config, features, pyo3)
    if reason is not None and strict:
        raise ToolError(
            f"{reason}; with strict_abi a stable ABI that is asked for is expected to be built for: choose another "
            "Python, set abi to version, or switch strict_abi off"
        )
    return reason


def _fallback_reason(config: InterpreterConfig, features: Iterable[str], pyo3: PyO3Version) -> str | None:
    kinds = [kind for kind in (ABI3T, ABI3) if pyo3_abi.requested_version(kind, features, pyo3) is not None]
    told = pyo3_support.stable_abi_warnings(config, pyo3)
    if told or not kinds:
        return told[0] if told else None
    shown = pyo3_support.shown_name(config.implementation)
    if config.implementation in WITHOUT_STABLE_ABI:
        return f"{shown} imports no module of another version: what is built works with this version of {shown} only"
    free_threaded = pyo3_support.without_gil(config, pyo3)
    has_abi3t = pyo3.abi3t_min is not None and config.version >= pyo3.abi3t_min
    # Where the Python has the stable ABI, somebody stated another one.
    if config.target_abi.stable or (ABI3 in kinds and not free_threaded) or (ABI3T in kinds and has_abi3t):
        return None
    python = "a free-threaded Python" if free_threaded else "Python"
    return (
        f"{python} {dotted(config.version)} has no {' and no '.join(kinds)}: "
        "what is built works with this version of Python only"
    )
