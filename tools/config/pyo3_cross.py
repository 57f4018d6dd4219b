"""The interpreter config of a Python that cannot be asked: a sysconfigdata file, or the defaults of a platform.

Follows pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs, `load_cross_compile_config`, `from_sysconfigdata`,
`default_cross_compile`, `default_abi3_config` and `default_stable_abi_config`.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_abi
import pyo3_common
import pyo3_from_facts
import pyo3_lib_name
import pyo3_platforms
import pyo3_sysconfigdata
from pyo3_abi import ABI3, ABI3T, FREE_THREADED, GIL_ENABLED, PythonAbi, dotted
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError, excerpt
from pyo3_interpreter_config import DEBUG, GIL_DISABLED, InterpreterConfig, finalize, with_abi3, with_ref_debug
from pyo3_lib_name import Library
from pyo3_origins import CROSS, DEFAULT, TOOLCHAIN, Origin, Told, by_feature

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyo3_facts import Facts
    from pyo3_settings import Settings
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version, PythonVersion

_SOABI_IMPLEMENTATIONS = {"pypy": "PyPy", "cpython": "CPython", "graalpy": "GraalVM"}
_CONDA_PREFIX = "_h_env_placehold"
_BYTES = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True)
class Cross:
    """What a cross compilation is configured from."""

    pyo3: PyO3Version
    features: Collection[str]
    target: Triple
    settings: Settings
    facts: Facts | None = None
    """Of a declared toolchain: tells a version that no setting tells."""
    sysconfigdata: str | None = None


def configure(cross: Cross, notices: list[str]) -> Told:
    """Configure from a sysconfigdata file if there is one, else by default.

    The stable-ABI features have not lowered the result yet.

    Raises:
        ToolError: nothing tells the version, several files do, or one cannot be used.
    """
    version, free_threaded = _cross_version(cross)
    path = cross.sysconfigdata
    lib_dir = cross.settings.cross_lib_dir
    searches = cross.target.os != "windows" and cross.settings.no_python is None
    if path is None and lib_dir is not None and searches:
        wanted = None if version is None else dotted(version)
        path = str(pyo3_sysconfigdata.find_one(lib_dir, cross.settings, cross.target, wanted))
    if path is None:
        return _by_default(cross, version, free_threaded, notices)
    data = pyo3_sysconfigdata.parse(pyo3_common.read_text(path, "sysconfigdata"))
    config = from_sysconfigdata(data, cross.features, cross.pyo3, cross.settings, notices)
    origin = Origin(CROSS, path)
    told = Told(config, dict.fromkeys((*cross.pyo3.config_keys, "abi3"), origin), CROSS)
    if lib_dir is None or not Behaviour.CROSS_LIB_DIR_WINS.of(cross.pyo3):
        return told
    return _with_lib_dir(told, lib_dir)


def _with_lib_dir(told: Told, lib_dir: str) -> Told:
    told = told.but(dataclasses.replace(told.config, lib_dir=lib_dir), "lib_dir", Origin(CROSS, "PYO3_CROSS_LIB_DIR"))
    return dataclasses.replace(told, explicit_paths=frozenset(["lib_dir"]))


def _cross_version(cross: Cross) -> tuple[PythonVersion | None, bool]:
    """Read PYO3_CROSS_PYTHON_VERSION: the version and whether a `t` follows it."""
    text = cross.settings.cross_python_version
    if text is None:
        return None, False
    free_threaded = text.endswith("t") and Behaviour.FREE_THREADED.of(cross.pyo3)
    try:
        return pyo3_abi.parse_version(text[:-1] if free_threaded else text), free_threaded
    except ToolError as error:
        suffix = ", with a `t` behind it for a free-threaded one" if Behaviour.FREE_THREADED.of(cross.pyo3) else ""
        raise ToolError(
            f"PYO3_CROSS_PYTHON_VERSION is {excerpt(text)}, expected the X.Y of a Python{suffix}: correct the setting"
        ) from error


def _cross_implementation(cross: Cross) -> tuple[str, Origin]:
    text = cross.settings.cross_python_implementation
    if text is None:
        return "CPython", Origin(DEFAULT, "PYO3_CROSS_PYTHON_IMPLEMENTATION is not set")
    if text not in cross.pyo3.implementations:
        raise ToolError(
            f"PYO3_CROSS_PYTHON_IMPLEMENTATION is {excerpt(text)}, PyO3 {cross.pyo3.version} knows "
            f"{', '.join(cross.pyo3.implementations)}: correct the setting"
        )
    return text, Origin(CROSS, "PYO3_CROSS_PYTHON_IMPLEMENTATION")


def _by_default(cross: Cross, version: PythonVersion | None, free_threaded: bool, notices: list[str]) -> Told:
    pyo3, features = cross.pyo3, cross.features
    implementation, implementation_origin = _cross_implementation(cross)
    version, origin = _default_version(cross, version)
    if Behaviour.ABI_OF_OWN.of(pyo3):
        stable = pyo3_abi.applicable_stable_abi(implementation, version, free_threaded, features, pyo3)
        # The features lower the ABI only after the library has its name.
        stable = None if stable is None else (stable[0], version)
        abi = pyo3_abi.stable_or_specific(implementation, version, stable, free_threaded, False, pyo3, notices)
    else:
        stable_kind = ABI3 if pyo3_from_facts.is_abi3(features, pyo3, cross.settings) else GIL_ENABLED
        abi = PythonAbi(implementation, FREE_THREADED if free_threaded else stable_kind, version, False)
    lib_name: str | None = pyo3_lib_name.for_target(abi, pyo3, cross.target)
    extension_module = cross.settings.extension_module(features, pyo3)
    linked = pyo3_platforms.links_libpython(cross.target, extension_module, pyo3)
    if Behaviour.LIB_NAME_WHEN_LINKED.of(pyo3) and not linked:
        lib_name = None
    config = _bare(implementation, version, abi, lib_name)
    if Behaviour.ABI_OF_OWN.of(pyo3):
        config = finalize(config, pyo3, notices)
    else:
        config = with_abi3(config, pyo3_from_facts.is_abi3(features, pyo3, cross.settings), version, pyo3)
    origins = {
        "version": origin,
        "implementation": implementation_origin,
        "lib_name": Origin(DEFAULT, f"PyO3's name for {cross.target.name}"),
        "target_abi": origin,
    }
    told = Told(config, origins, CROSS)
    return told if cross.settings.cross_lib_dir is None else _with_lib_dir(told, cross.settings.cross_lib_dir)


def _default_version(cross: Cross, version: PythonVersion | None) -> tuple[PythonVersion, Origin]:
    if version is not None:
        return version, Origin(CROSS, "PYO3_CROSS_PYTHON_VERSION")
    for kind in (ABI3, ABI3T):
        oldest = pyo3_abi.floor(kind, cross.features, cross.pyo3)
        if oldest is not None:
            return oldest, by_feature(f"{kind}-py3{oldest[1]}")
    if cross.facts is not None:
        return cross.facts.version[:2], Origin(TOOLCHAIN, "the facts of the Python toolchain")
    names = [name for name in cross.pyo3.features if name.startswith(("abi3-py3", "abi3t-py3"))]
    raise ToolError(
        f"nothing tells the version of the Python for {cross.target.name}: set PYO3_CROSS_PYTHON_VERSION=X.Y, or "
        f"PYO3_CROSS_LIB_DIR to a folder with its sysconfigdata, or enable one of {', '.join(names)}"
    )


def _bare(implementation: str, version: PythonVersion, abi: PythonAbi, lib_name: str | None) -> InterpreterConfig:
    return InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=True,
        target_abi=abi,
        lib_name=lib_name,
        pointer_width=None,
        build_flags=frozenset(),
    )


def without_interpreter(kind: str, oldest: PythonVersion, pyo3: PyO3Version, host: Triple, notices: list[str]) -> Told:
    """Configure for a stable ABI of CPython, with no interpreter at all."""
    if Behaviour.ABI_OF_OWN.of(pyo3):
        abi = pyo3_abi.make_abi("CPython", kind, pyo3_abi.clamped(kind, oldest, pyo3, notices), False)
    else:
        abi = PythonAbi("CPython", kind, oldest, False)
    lib_name = pyo3_lib_name.lib_name(abi, pyo3, Library(windows=True)) if host.os == "windows" else None
    config = _bare("CPython", oldest, abi, lib_name)
    if Behaviour.ABI_OF_OWN.of(pyo3):
        config = finalize(config, pyo3, notices)
    origin = by_feature(f"{kind}-py3{oldest[1]}")
    return Told(config, {"version": origin, "target_abi": origin, "abi3": origin}, DEFAULT)


def from_sysconfigdata(
    data: Mapping[str, str], features: Collection[str], pyo3: PyO3Version, settings: Settings, notices: list[str]
) -> InterpreterConfig:
    """Configure for the Python that a sysconfigdata file is of; in most versions the features come later.

    Raises:
        ToolError: a value that is needed is missing or unknown.
    """
    soabi = _needed(data, "SOABI")
    known = [name for prefix, name in _SOABI_IMPLEMENTATIONS.items() if soabi.startswith(prefix)]
    if not known:
        raise ToolError(
            f"SOABI is {excerpt(soabi)} in the sysconfigdata, expected one that starts with "
            f"{', '.join(_SOABI_IMPLEMENTATIONS)}: choose another Python"
        )
    implementation, version = known[0], pyo3_abi.parse_version(_needed(data, "VERSION"))
    flags = with_ref_debug(frozenset(flag for flag in pyo3.build_flags if data.get(flag) == "1"))
    free_threaded = GIL_DISABLED in flags and Behaviour.FREE_THREADED.of(pyo3)
    abi3 = pyo3_from_facts.is_abi3(features, pyo3, settings)
    if not Behaviour.ABI_OF_OWN.of(pyo3):
        kind = FREE_THREADED if free_threaded else ABI3 if abi3 else GIL_ENABLED
        abi = PythonAbi(implementation, kind, version, DEBUG in flags)
    elif Behaviour.DEBUG_ABI.of(pyo3):
        abi = pyo3_abi.make_abi(implementation, FREE_THREADED if free_threaded else None, version, DEBUG in flags)
    else:
        stable = pyo3_abi.applicable_stable_abi(implementation, version, free_threaded, features, pyo3)
        stable = None if stable is None else (stable[0], version)
        abi = pyo3_abi.stable_or_specific(implementation, version, stable, free_threaded, False, pyo3, notices)
    library = Library(windows=False, cygwin=soabi.endswith("cygwin"), ld_version=data.get("LDVERSION"))
    size = _needed(data, "SIZEOF_VOID_P")
    config = InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=_shared(data, pyo3),
        target_abi=abi,
        lib_name=pyo3_lib_name.lib_name(abi, pyo3, library),
        pointer_width=int(size) * 8 if _BYTES.fullmatch(size) else None,
        build_flags=flags,
        lib_dir=data.get("LIBDIR"),
        python_framework_prefix=_framework_prefix(data, pyo3),
    )
    if Behaviour.ABI_OF_OWN.of(pyo3):
        return finalize(config, pyo3, notices)
    return with_abi3(config, abi3, version, pyo3)


def _needed(data: Mapping[str, str], key: str) -> str:
    value = data.get(key)
    if value is None:
        raise ToolError(
            f"the sysconfigdata has no plain value of {key}: it may be computed, which only executing the file would "
            "tell; set PYO3_CROSS_PYTHON_VERSION and leave the file out, or write a PyO3 config file"
        )
    return value


def _shared(data: Mapping[str, str], pyo3: PyO3Version) -> bool:
    shared = _needed(data, "Py_ENABLE_SHARED")
    if Behaviour.CONDA_SYSCONFIGDATA.of(pyo3) and _CONDA_PREFIX in data.get("prefix", ""):
        shared = "1"
    if shared not in ("0", "1", "false", "true", "False", "True"):
        raise ToolError(f"Py_ENABLE_SHARED is {excerpt(shared)} in the sysconfigdata, expected 0 or 1: check the file")
    return shared in ("1", "true", "True") or data.get("PYTHONFRAMEWORK", "") != ""


def _framework_prefix(data: Mapping[str, str], pyo3: PyO3Version) -> str | None:
    return data.get("PYTHONFRAMEWORKPREFIX") if "python_framework_prefix" in pyo3.config_keys else None
