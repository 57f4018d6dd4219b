"""Where the values of an interpreter config come from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyo3_interpreter_config import InterpreterConfig

ATTRIBUTE = "attribute"
CONFIG_FILE = "config_file"
CROSS = "cross"
INTERPRETER = "interpreter"
TOOLCHAIN = "toolchain"
FEATURE = "feature"
ABI = "abi"
DEFAULT = "default"


@dataclass(frozen=True)
class Origin:
    """What told a value."""

    source: str
    """attribute, config_file, cross, interpreter, toolchain, feature, abi or default."""
    detail: str
    """For people: the variable, file, interpreter, feature or words."""
    feature: str = field(default="", compare=False)
    """The stable-ABI feature of `detail`, if it has one."""


def by_feature(feature: str, what: str = "") -> Origin:
    """Give the origin of what a stable-ABI feature tells."""
    return Origin(FEATURE, f"the feature {feature}{what}", feature)


@dataclass(frozen=True)
class Told:
    """A config on its way, with what told it."""

    config: InterpreterConfig
    origins: Mapping[str, Origin]
    source: str
    explicit_paths: frozenset[str] = frozenset()
    """Keys of paths that a user set; others are of one machine only."""

    def but(self, config: InterpreterConfig, key: str | None = None, origin: Origin | None = None) -> Told:
        """Change the config and, if given, who told the value of a key, unless something did before the default."""
        origins = dict(self.origins)
        if key is not None and origin is not None and not (origin.source == DEFAULT and key in origins):
            origins[key] = origin
        return dataclasses.replace(self, config=config, origins=origins)
