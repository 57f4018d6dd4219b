"""Finds PyO3's interpreter config among all that may tell it, and says what told each value.

Follows pyo3-build-config 0.22.6 to 0.30.1, src/impl_.rs and src/lib.rs, `resolve_build_config`: a config file, else
cross settings, else an interpreter. Before those come the attributes of a target; the facts of a declared toolchain
stand for an interpreter that no setting names.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyo3_abi
import pyo3_abi_words
import pyo3_common
import pyo3_config_file
import pyo3_cross
import pyo3_find_interpreter
import pyo3_from_facts
import pyo3_lib_name
import pyo3_platforms
import pyo3_settings
from pyo3_abi import ABI3, ABI3T, dotted
from pyo3_abi_words import AbiChange
from pyo3_behaviours import Behaviour
from pyo3_common import ToolError
from pyo3_facts import TooOldError
from pyo3_interpreter_config import InterpreterConfig
from pyo3_origins import ABI, ATTRIBUTE, CONFIG_FILE, DEFAULT, INTERPRETER, TOOLCHAIN, Origin, Told, by_feature
from pyo3_settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyo3_facts import Facts
    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

__all__ = ["Origin", "Request", "Resolved", "resolve"]

PATH_KEYS = ("lib_dir", "executable", "python_framework_prefix")
_DERIVED = ("target_abi", "lib_name")
"""Keys that follow from others, so that they are computed again when an attribute sets one of those."""
_DERIVING = ("implementation", "version", "abi3", "target_abi", "build_flags")


@dataclass(frozen=True)
class Request:
    """All that may tell how to configure."""

    pyo3: PyO3Version
    features: frozenset[str]
    """Of the crate pyo3, with what `abi` changed."""
    target: Triple
    host: Triple
    settings: Settings = field(default_factory=Settings)
    facts: Facts | None = None
    """Of the declared toolchain, or of a probe."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Texts by the config file's keys; extra_build_script_line has one line for each."""
    ask: Callable[[str], Facts] | None = None
    """Probes the interpreter of a path; raises ToolError."""
    keep_paths: bool = False
    """Whether paths that a user did not set are kept: lib_dir, executable, python_framework_prefix."""
    config_file: str | None = None
    """A config file that is given by itself, before PYO3_CONFIG_FILE."""
    sysconfigdata: str | None = None
    """A sysconfigdata file that is given by itself, so that none is searched for."""
    abi: AbiChange = field(default_factory=AbiChange)
    """What the words of `abi` changed in the features; only for the origins of values."""


@dataclass(frozen=True)
class Resolved:
    """A config and where it comes from."""

    config: InterpreterConfig
    origins: Mapping[str, Origin]
    """By config-file key."""
    notices: tuple[str, ...]
    source: str
    """attribute, config_file, cross, interpreter, toolchain or default."""


def resolve(request: Request) -> Resolved:
    """Configure for one PyO3 version, feature set and platform.

    Raises:
        ToolError: nothing tells the version, or what tells it contradicts itself or the features.
    """
    notices = list(pyo3_settings.notices(request.settings, request.pyo3))
    for kind in (ABI3, ABI3T):
        pyo3_abi.requested_version(kind, request.features, request.pyo3)
    told = _told(request, notices)
    told = _with_words(request, _overridden(request, told, notices))
    config = told.config
    if not request.keep_paths:
        unset = [key for key in PATH_KEYS if key not in told.explicit_paths and getattr(config, key) is not None]
        gone: dict[str, Any] = dict.fromkeys(unset)
        config = dataclasses.replace(config, **gone)
    values = pyo3_config_file.to_values(config, request.pyo3)
    if config.extra_build_script_lines:
        values[pyo3_config_file.EXTRA_LINE] = ""
    default = Origin(DEFAULT, f"what PyO3 {request.pyo3.version} takes where nothing tells it")
    origins = {key: told.origins.get(key, default) for key in values}
    return Resolved(config, origins, tuple(dict.fromkeys(notices)), told.source)


def _with_words(request: Request, told: Told) -> Told:
    """Name the words of `abi` where a value comes from them."""
    words, origins = request.abi, dict(told.origins)
    by = f'abi = "{words.text}"'
    for key, origin in origins.items():
        if origin.feature in words.added:
            origins[key] = Origin(ABI, f"{origin.detail}, by {by}")
    key = _abi_key(request.pyo3)
    if words.removed and key in origins and origins[key].source not in (ATTRIBUTE, CONFIG_FILE):
        origins[key] = Origin(ABI, f"{by} takes {', '.join(sorted(words.removed))} away")
    return dataclasses.replace(told, origins=origins)


def _abi_key(pyo3: PyO3Version) -> str:
    return "target_abi" if Behaviour.ABI_OF_OWN.of(pyo3) else "abi3"


def _told(request: Request, notices: list[str]) -> Told:
    settings = request.settings
    if request.config_file is not None or settings.config_file is not None:
        return _from_config_file(request, notices)
    silent = request.facts is None and request.ask is None and request.sysconfigdata is None
    if silent and "version" in request.overrides and not settings.asks_for_cross:
        return _from_attributes(request, notices)
    if _crosses(request):
        return _lowered(request, pyo3_cross.configure(_cross(request), notices), notices)
    return _from_host(request, notices)


def _crosses(request: Request) -> bool:
    if request.settings.asks_for_cross or request.sysconfigdata is not None:
        return True
    return request.facts is None and pyo3_platforms.crosses(request.host, request.target, request.pyo3)


def _cross(request: Request) -> pyo3_cross.Cross:
    return pyo3_cross.Cross(
        pyo3=request.pyo3,
        features=request.features,
        target=request.target,
        settings=request.settings,
        facts=request.facts,
        sysconfigdata=request.sysconfigdata,
    )


def _from_config_file(request: Request, notices: list[str]) -> Told:
    pyo3, path = request.pyo3, request.config_file
    if path is None:
        path = request.settings.config_file or ""
        if not (path.startswith(("/", "\\")) or path[1:3] in (":\\", ":/")):
            raise ToolError(
                f"PYO3_CONFIG_FILE is {path!r}, expected an absolute path: the build runs in a folder of its own"
            )
    config = pyo3_config_file.parse(pyo3_common.read_text(path, "PyO3 config file"), pyo3, notices)
    origin = Origin(CONFIG_FILE, path)
    origins = dict.fromkeys(_set_keys(config, pyo3), origin)
    if config.lib_name is None and Behaviour.LIB_NAME_WHEN_LINKED.of(pyo3):
        config = _with_linked_lib_name(request, config, request.host)
    told = Told(config, origins, CONFIG_FILE, frozenset(PATH_KEYS))
    if Behaviour.CONFIG_FILE_WITH_FEATURES.of(pyo3):
        told = _lowered(request, told, notices)
    config = told.config
    if config.lib_name is None:
        if Behaviour.LIB_NAME_WHEN_LINKED.of(pyo3):
            config = _with_linked_lib_name(request, config, request.target)
        else:
            config = dataclasses.replace(
                config, lib_name=pyo3_lib_name.for_target(config.target_abi, pyo3, request.target)
            )
    return told.but(config, "lib_name", Origin(DEFAULT, "the config file has no lib_name"))


def _set_keys(config: InterpreterConfig, pyo3: PyO3Version) -> list[str]:
    return [*pyo3_config_file.to_values(config, pyo3), pyo3_config_file.EXTRA_LINE]


def _with_linked_lib_name(request: Request, config: InterpreterConfig, platform: Triple) -> InterpreterConfig:
    """Follow `from_reader` before PyO3 0.27, which pyo3-build-config runs for the host and pyo3-ffi for the target."""
    extension_module = request.settings.extension_module(request.features, request.pyo3)
    if not pyo3_platforms.links_libpython(platform, extension_module, request.pyo3):
        return config
    return dataclasses.replace(config, lib_name=pyo3_lib_name.for_target(config.target_abi, request.pyo3, platform))


def _from_attributes(request: Request, notices: list[str]) -> Told:
    values, lines = _override_values(request)
    config = pyo3_config_file.from_values(values, lines, request.pyo3, notices)
    told = _lowered(request, Told(config, {}, ATTRIBUTE, frozenset(PATH_KEYS)), notices)
    config = told.config
    if config.lib_name is None:
        name = pyo3_lib_name.for_target(config.target_abi, request.pyo3, request.target)
        config = dataclasses.replace(config, lib_name=name)
    return dataclasses.replace(told, config=config)


def _from_host(request: Request, notices: list[str]) -> Told:
    """Follow `make_interpreter_config`."""
    pyo3, settings = request.pyo3, request.settings
    floors = {kind: pyo3_abi.floor(kind, request.features, pyo3) for kind in (ABI3, ABI3T)}
    nobody_to_ask = request.facts is None and request.ask is None
    stable = any(pyo3_abi_words.is_abi_feature(feature) for feature in request.features)
    if settings.no_python is None and not (nobody_to_ask and stable):
        try:
            return _from_interpreter(request, notices)
        except ToolError as error:
            # Facts of a toolchain are what the module is to run with, so there is nothing to fall back to. And PyO3
            # takes an interpreter that is too old for one that works.
            if _uses_toolchain(request) or _needs_interpreter(request) or isinstance(error, TooOldError):
                raise
            notices.append(f"configured without a working Python interpreter: {error}")
    for kind, oldest in floors.items():
        if oldest is not None:
            told = pyo3_cross.without_interpreter(kind, oldest, pyo3, request.host, notices)
            if told.config.lib_name is None and Behaviour.LIB_NAME_WHEN_LINKED.of(pyo3):
                told = told.but(_with_linked_lib_name(request, told.config, request.target))
            return told
    raise _no_floor_error(request)


def _no_floor_error(request: Request) -> ToolError:
    names = [name for name in request.pyo3.features if name.startswith(("abi3-py3", "abi3t-py3"))]
    bare = " or ".join(kind for kind in (ABI3, ABI3T) if kind in request.features)
    return ToolError(
        "there is no Python interpreter to ask and no feature says the oldest Python: enable one of "
        f"{', '.join(names)}, or name an interpreter in PYO3_PYTHON and unset PYO3_NO_PYTHON"
        + (f"; the bare feature {bare} takes the interpreter's version" if bare else "")
    )


def _needs_interpreter(request: Request) -> bool:
    pyo3, host = request.pyo3, request.host
    abi3 = pyo3_abi.requested_version(ABI3, request.features, pyo3)
    if Behaviour.ABI_OF_OWN.of(pyo3):
        stable = abi3 is not None or pyo3_abi.requested_version(ABI3T, request.features, pyo3) is not None
        without_library = host.os == "windows"
    else:
        stable = abi3 is not None and not isinstance(abi3, str)
        without_library = host.os == "windows" and "generate-import-lib" in request.features and abi3 is not None
    extension_module = request.settings.extension_module(request.features, pyo3)
    return not stable or (pyo3_platforms.links_libpython(host, extension_module, pyo3) and not without_library)


def _uses_toolchain(request: Request) -> bool:
    return request.facts is not None and (request.ask is None or not request.settings.names_an_interpreter)


def _from_interpreter(request: Request, notices: list[str]) -> Told:
    facts = request.facts
    if facts is not None and _uses_toolchain(request):
        source, detail = TOOLCHAIN, "the facts of the Python toolchain"
    elif request.ask is not None:
        path, reason = pyo3_find_interpreter.find(request.settings, request.host)
        facts, source, detail = request.ask(path), INTERPRETER, f"{path} ({reason})"
    else:
        raise ToolError(
            "nothing tells the Python to configure for, expected the facts of a toolchain or an interpreter: "
            "declare a Python toolchain or set PYO3_PYTHON"
        )
    config = pyo3_from_facts.configure(facts, request.features, request.pyo3, request.target, notices, request.settings)
    origin = Origin(source, detail)
    told = Told(config, dict.fromkeys(_set_keys(config, request.pyo3), origin), source)
    return _with_floor_origin(request, told)


def _lowered(request: Request, told: Told, notices: list[str]) -> Told:
    """Apply the stable-ABI features to a config of other origin (`fixup_for_abi3_version`, `apply_build_env`)."""
    config = pyo3_from_facts.with_features(told.config, request.features, request.pyo3, notices, request.settings)
    return _with_floor_origin(request, told.but(config))


def _with_floor_origin(request: Request, told: Told) -> Told:
    if not told.config.target_abi.stable:
        return told
    kind = told.config.target_abi.kind
    names = sorted(name for name in request.features if name == kind or name.startswith(f"{kind}-"))
    if not names:
        return told
    oldest = pyo3_abi.floor(kind, request.features, request.pyo3)
    feature = kind if oldest is None else f"{kind}-py3{oldest[1]}"
    key = _abi_key(request.pyo3)
    told = told.but(told.config, key, by_feature(feature))
    if key == "abi3" and oldest == told.config.target_abi.version != told.config.version:
        told = told.but(told.config, "version", by_feature(feature, f" lowers {dotted(told.config.version)}"))
    return told


def _override_values(request: Request) -> tuple[dict[str, str], tuple[str, ...]]:
    known = request.pyo3.config_keys
    values = dict(request.overrides)
    unknown = sorted(set(values) - {*known, "abi3"})
    if unknown:
        raise ToolError(
            f"the interpreter config of PyO3 {request.pyo3.version} has no {', '.join(unknown)}, expected keys among "
            f"{', '.join(known)}: correct the attribute"
        )
    lines = tuple(values.pop(pyo3_config_file.EXTRA_LINE, "").split("\n"))
    return values, () if lines == ("",) else lines


def _overridden(request: Request, told: Told, notices: list[str]) -> Told:
    if not request.overrides or told.source == ATTRIBUTE:
        return _marked(request, told)
    pyo3 = request.pyo3
    values, lines = _override_values(request)
    texts = pyo3_config_file.to_values(told.config, pyo3)
    deriving = [key for key in _DERIVING if key in values]
    if deriving:
        texts = {key: text for key, text in texts.items() if key not in _DERIVED}
        texts["version"] = dotted(told.config.version)
    config = pyo3_config_file.from_values(
        {**texts, **values}, lines or told.config.extra_build_script_lines, pyo3, notices
    )
    config = dataclasses.replace(config, version=config.version if deriving else told.config.version)
    if "target_abi" not in values and deriving:
        config = pyo3_from_facts.with_features(config, request.features, pyo3, notices, request.settings)
    if config.lib_name is None and told.config.lib_name is not None:
        name = pyo3_lib_name.for_target(config.target_abi, pyo3, request.target)
        config = dataclasses.replace(config, lib_name=name)
        told = told.but(config, "lib_name", Origin(DEFAULT, f"PyO3's name for {request.target.name}"))
    return _marked(request, told.but(config))


def _marked(request: Request, told: Told) -> Told:
    for key in request.overrides:
        told = told.but(told.config, key, Origin(ATTRIBUTE, f"the attribute {key}"))
    paths = told.explicit_paths | {key for key in request.overrides if key in PATH_KEYS}
    return dataclasses.replace(told, explicit_paths=frozenset(paths))
