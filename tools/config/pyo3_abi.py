"""The Python ABI that a crate is built for, in PyO3's terms (pyo3-build-config 0.30.1, src/impl_.rs, `PythonAbi`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_versions import PyO3Version, PythonVersion

GIL_ENABLED = "gil_enabled"
FREE_THREADED = "free_threaded"
ABI3 = "abi3"
ABI3T = "abi3t"
KINDS = (GIL_ENABLED, FREE_THREADED, ABI3, ABI3T)

_FREE_THREADED_EXISTS = (3, 13)


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
    if kind == FREE_THREADED and version < _FREE_THREADED_EXISTS:
        raise ToolError(
            f"cannot build for a free-threaded Python {dotted(version)}, expected 3.13 or newer: "
            "choose a newer interpreter or one with the GIL"
        )
    return PythonAbi(implementation, kind, version, debug)


def parse_abi(text: str) -> PythonAbi:
    """Read what `str` of a PythonAbi writes, `CPython-gil_enabled-3.14-debug` for instance."""
    debug = text.endswith("-debug")
    parts = (text[: -len("-debug")] if debug else text).split("-", 2)
    if len(parts) != 3 or parts[1] not in KINDS:
        raise ToolError(
            f"target_abi is {text!r}, expected IMPLEMENTATION-KIND-X.Y[-debug] with a kind among {', '.join(KINDS)}"
        )
    return make_abi(parts[0], parts[1], parse_version(parts[2]), debug)


def parse_version(text: str) -> PythonVersion:
    """Read X.Y."""
    major, dot, minor = text.partition(".")
    if not (dot and major.isdigit() and minor.isdigit()):
        raise ToolError(f"the Python version is {text!r}, expected MAJOR.MINOR")
    return int(major), int(minor)


def requested_version(kind: str, features: Iterable[str], pyo3: PyO3Version) -> PythonVersion | str | None:
    """Give the oldest Python that the features `abi3*` or `abi3t*` ask for.

    Returns:
        A version, "current" for the bare feature, or None without any (get_abi3_version, get_abi3t_version).

    Raises:
        ToolError: this PyO3 has no such feature.
    """
    oldest = pyo3.abi3_min if kind == ABI3 else pyo3.abi3t_min
    known = {f"{kind}-py3{minor}": (3, minor) for minor in range(oldest[1], pyo3.abi3_max[1] + 1)}
    wanted = [feature for feature in features if feature.startswith(f"{kind}-")]
    for feature in wanted:
        if feature not in known:
            raise ToolError(
                f"PyO3 {pyo3.version} has no feature {feature!r}, expected {kind} or one of {', '.join(known)}"
            )
    if wanted:
        return min(known[feature] for feature in wanted)
    return "current" if kind in features else None


def applicable_stable_abi(
    implementation: str, version: PythonVersion, gil_disabled: bool, features: Iterable[str], pyo3: PyO3Version
) -> tuple[str, PythonVersion] | None:
    """Choose the stable ABI, if any, that the features ask for and this interpreter has.

    Returns:
        (ABI3 or ABI3T, oldest Python), or None for a version-specific build.
    """
    requested = {kind: requested_version(kind, features, pyo3) for kind in (ABI3, ABI3T)}
    usable = [] if gil_disabled else [ABI3]
    if version >= pyo3.abi3t_min:
        usable.insert(0, ABI3T)
    for kind in usable:
        oldest = requested[kind]
        if oldest is not None:
            # PyPy and GraalPy have no stable ABI across versions.
            if isinstance(oldest, str) or implementation in ("PyPy", "GraalVM"):
                return kind, version
            return kind, oldest
    return None
