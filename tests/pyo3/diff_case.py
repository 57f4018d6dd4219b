"""One thing that is compared."""

from __future__ import annotations

from dataclasses import dataclass

from diff_interpreters import HOST

Environment = tuple[tuple[str, str], ...]
Mode = tuple[str, tuple[str, ...], Environment]
"""A way to say what is built: name, features, environment."""


@dataclass(frozen=True)
class Case:
    """One run of the build scripts of a PyO3 version."""

    version: str
    kind: str
    name: str
    """Unique, with `version`."""
    features: tuple[str, ...] = ()
    """Of pyo3."""
    host: str = HOST
    target: str = HOST
    environment: Environment = ()
    """PATH and PyO3's own variables."""
    rustc: int = 95
    """N of the compiler 1.N that builds."""


def draft(
    kind: str,
    name: str,
    *,
    features: tuple[str, ...] = (),
    platform: str = HOST,
    host: str | None = None,
    target: str | None = None,
    environment: Environment = (),
) -> Case:
    """Make a case that has no version yet; `platform` is host and target, as far as those are not given."""
    return Case("", kind, name, features, host or platform, target or platform, environment)
