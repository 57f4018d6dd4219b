"""The Python ABI that a crate is built for, in PyO3's terms (pyo3-build-config 0.30.1, src/impl_.rs, `PythonAbi`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyo3_behaviours import Behaviour
from pyo3_common import ToolError, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_versions import PyO3Version, PythonVersion

GIL_ENABLED = "gil_enabled"
FREE_THREADED = "free_threaded"
ABI3 = "abi3"
ABI3T = "abi3t"
KINDS = (GIL_ENABLED, FREE_THREADED, ABI3, ABI3T)
WITHOUT_STABLE_ABI = ("PyPy", "GraalVM")
"""Implementations whose stable ABI, if any, does not reach across versions."""
FREE_THREADED_EXISTS = (3, 13)

_VERSION = re.compile(r"\+?0*([0-9]{1,3})\.\+?0*([0-9]{1,3})")


def dotted(version: tuple[int, ...]) -> str:
    """Write a version with dots."""
    return ".".join(map(str, version))


@dataclass(frozen=True)
class PythonAbi:
    """An ABI; `make_abi` is the constructor that checks."""

    implementation: str
    """CPython, PyPy, GraalVM or RustPython."""
    kind: str
    """One of KINDS."""
    version: PythonVersion
    """For a stable ABI the oldest Python it is for."""
    debug: bool

    @property
    def stable(self) -> bool:
        """Whether this is abi3 or abi3t."""
        return self.kind in (ABI3, ABI3T)

    @property
    def free_threaded(self) -> bool:
        """Whether the free-threaded object layout is used."""
        return self.kind in (FREE_THREADED, ABI3T)

    def __str__(self) -> str:
        ending = "-debug" if self.debug else ""
        return f"{self.implementation}-{self.kind}-{dotted(self.version)}{ending}"


def make_abi(implementation: str, kind: str | None, version: PythonVersion, debug: bool) -> PythonAbi:
    """Check a combination as `PythonAbiBuilder::finalize` does; None is the implementation's usual kind."""
    if kind is None:
        kind = ABI3T if implementation == "RustPython" else GIL_ENABLED
    if implementation == "RustPython" and kind != ABI3T:
        raise ToolError(f"RustPython supports only abi3t, the configured ABI is {kind}: use the feature abi3t")
    if kind == FREE_THREADED:
        require_free_threaded(version)
    return PythonAbi(implementation, kind, version, debug)


def require_free_threaded(version: PythonVersion) -> None:
    """Refuse a free-threaded Python of a version that has none."""
    if version < FREE_THREADED_EXISTS:
        raise ToolError(
            f"cannot build for a free-threaded Python {dotted(version)}, expected 3.13 or newer: "
            "choose a newer interpreter or one with the GIL"
        )


def show_abi(abi: PythonAbi, pyo3: PyO3Version) -> str:
    """Write an ABI as the config file of this PyO3 has it."""
    return str(abi if Behaviour.DEBUG_ABI.of(pyo3) else replace(abi, debug=False))


def parse_abi(text: str, pyo3: PyO3Version) -> PythonAbi:
    """Read what `show_abi` writes, `CPython-gil_enabled-3.14-debug` for instance."""
    has_debug = Behaviour.DEBUG_ABI.of(pyo3)
    debug = has_debug and text.endswith("-debug")
    parts = (text[: -len("-debug")] if debug else text).split("-", 2)
    if len(parts) != 3 or parts[1] not in KINDS:
        raise ToolError(
            f"target_abi is {excerpt(text)}, expected IMPLEMENTATION-KIND-X.Y{'[-debug]' if has_debug else ''} "
            f"with a kind among {', '.join(KINDS)}"
        )
    implementation = parse_implementation(parts[0], pyo3)
    if not has_debug:
        return PythonAbi(implementation, parts[1], parse_version(parts[2]), debug)
    return make_abi(implementation, parts[1], parse_version(parts[2]), debug)


def parse_implementation(text: str, pyo3: PyO3Version) -> str:
    """Read the name of an implementation that this PyO3 knows."""
    if text not in pyo3.implementations:
        raise ToolError(
            f"the Python implementation is {excerpt(text)}, PyO3 {pyo3.version} knows "
            f"{', '.join(pyo3.implementations)}: correct it"
        )
    return text


def parse_version(text: str) -> PythonVersion:
    """Read X.Y."""
    matched = _VERSION.fullmatch(text)
    if matched is None or max(map(int, matched.groups())) > 255:
        raise ToolError(f"the Python version is {excerpt(text)}, expected MAJOR.MINOR")
    return int(matched[1]), int(matched[2])


def requested_version(kind: str, features: Iterable[str], pyo3: PyO3Version) -> PythonVersion | str | None:
    """Give the oldest Python that the features `abi3*` or `abi3t*` ask for; the lowest wins.

    Returns:
        A version, "current" for the bare feature, or None without any (get_abi3_version, get_abi3t_version).

    Raises:
        ToolError: this PyO3 has no such feature.
    """
    oldest = pyo3.abi3_min if kind == ABI3 else pyo3.abi3t_min
    known = {}
    if oldest is not None:
        known = {f"{kind}-py3{minor}": (3, minor) for minor in range(oldest[1], pyo3.abi3_max[1] + 1)}
    wanted = [feature for feature in features if feature == kind or feature.startswith(f"{kind}-")]
    for feature in wanted:
        if feature not in pyo3.features:
            names = [name for name in pyo3.features if name.split("-")[0] in (ABI3, ABI3T)]
            raise ToolError(
                f"PyO3 {pyo3.version} has no feature {feature!r}, expected one of {', '.join(names)}: "
                "choose one of these or another PyO3"
            )
    floors = [known[feature] for feature in wanted if feature in known]
    if floors:
        return min(floors)
    return "current" if wanted else None


def floor(kind: str, features: Iterable[str], pyo3: PyO3Version) -> PythonVersion | None:
    """Give the oldest Python of the features abi3-py3* or abi3t-py3*, None without one of them."""
    requested = requested_version(kind, features, pyo3)
    return None if isinstance(requested, str) else requested


def applicable_stable_abi(
    implementation: str, version: PythonVersion, gil_disabled: bool, features: Iterable[str], pyo3: PyO3Version
) -> tuple[str, PythonVersion] | None:
    """Choose the stable ABI, if any, that the features ask for and this interpreter has; from PyO3 0.29 on.

    Returns:
        (ABI3 or ABI3T, oldest Python), or None for a version-specific build.
    """
    requested = {kind: requested_version(kind, features, pyo3) for kind in (ABI3, ABI3T)}
    usable = [] if gil_disabled else [ABI3]
    if pyo3.abi3t_min is not None and version >= pyo3.abi3t_min:
        usable.insert(0, ABI3T)
    for kind in usable:
        oldest = requested[kind]
        if oldest is not None:
            if isinstance(oldest, str) or implementation in WITHOUT_STABLE_ABI:
                return kind, version
            return kind, oldest
    return None


def stable_or_specific(
    implementation: str,
    version: PythonVersion,
    stable: tuple[str, PythonVersion] | None,
    gil_disabled: bool,
    debug: bool,
    pyo3: PyO3Version,
    notices: list[str],
) -> PythonAbi:
    """Make the ABI for an interpreter (`PythonAbi::from_stable_abi`).

    Raises:
        ToolError: the stable ABI starts after the interpreter's version.
    """
    if stable is None:
        return make_abi(implementation, FREE_THREADED if gil_disabled else None, version, debug)
    kind, oldest = stable
    require_floor(kind, oldest, version)
    return make_abi(implementation, kind, clamped(kind, oldest, pyo3, notices), debug)


def require_floor(kind: str, oldest: PythonVersion, version: PythonVersion) -> None:
    """Refuse a stable ABI that starts after the interpreter's version."""
    if oldest > version:
        raise ToolError(
            f"the feature {kind}-py3{oldest[1]} asks for Python {dotted(oldest)} or newer, the interpreter is "
            f"{dotted(version)}: lower the feature or choose a newer interpreter"
        )


def clamped(kind: str, version: PythonVersion, pyo3: PyO3Version, notices: list[str]) -> PythonVersion:
    """Lower a stable ABI to the newest that this PyO3 knows: what later ones add is not used."""
    if version[1] <= pyo3.abi3_max[1]:
        return version
    lowered = (version[0], pyo3.abi3_max[1])
    notices.append(
        f"PyO3 {pyo3.version} knows {kind} up to Python {dotted(lowered)}: built for that, not for {dotted(version)}"
    )
    return lowered
