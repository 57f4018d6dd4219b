"""The facts about one Python interpreter, as the probe stage hands them to the later ones."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from pyo3_common import SCHEMA, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IMPLEMENTATION_NAMES = {"CPython": "cpython", "PyPy": "pypy", "GraalVM": "graalpy", "RustPython": "rustpython"}
BUILD_FLAGS = ("COUNT_ALLOCS", "Py_DEBUG", "Py_GIL_DISABLED", "Py_REF_DEBUG", "Py_TRACE_REFS")

_TAGGED_SUFFIX = re.compile(
    r"(?:_d)?\."
    r"(?:(?P<kind>cpython|cp|pypy)-?(?P<version>3\d+)(?P<letters>[a-z]*)"
    r"|graalpy\d+-(?P<graalpy_version>3\d+))-"
)


class TooOldError(ToolError):
    """An interpreter works, but is older than any that PyO3 supports."""


@dataclass(frozen=True)
class Paths:
    """Where an interpreter is on this machine; facts.json leaves it out, so that equal Pythons have equal facts."""

    executable: str
    base_prefix: str | None
    lib_dir: str | None
    """sysconfig's LIBDIR."""
    python_framework_prefix: str | None
    """sysconfig's PYTHONFRAMEWORKPREFIX, "None" where there is none, as PyO3 has it."""


@dataclass(frozen=True)
class Facts:
    """The content of facts.json, except its `schema`.

    `parse_facts` is the constructor that checks; this one takes what it is given.
    """

    implementation: str
    """`platform.python_implementation()`: CPython, PyPy, GraalVM or RustPython."""
    implementation_name: str
    """`sys.implementation.name`."""
    cache_tag: str | None
    version: tuple[int, int, int, str, int]
    """`sys.version_info`."""
    abiflags: str
    """`sys.abiflags`, empty where there is none."""
    pointer_width: int
    """Size of a pointer in bits."""
    sys_platform: str
    platform: str
    """`sysconfig.get_platform()`."""
    multiarch: str | None
    ext_suffix: str
    """sysconfig's `EXT_SUFFIX`: the file name of an extension module is its name and this."""
    soabi: str | None
    soabi_platform: str | None
    """sysconfig's `SOABI_PLATFORM`, new in Python 3.15."""
    extension_suffixes: tuple[str, ...]
    """`importlib.machinery.EXTENSION_SUFFIXES`."""
    shared: bool
    """Whether PyO3 links to libpython as a shared library (its own formula)."""
    framework: bool
    ld_version: str | None
    build_flags: tuple[str, ...]
    """Those of BUILD_FLAGS that the interpreter was built with, sorted."""
    debug: bool
    """Whether this is a debug build (PyO3's own formula)."""
    graalpy_version: tuple[int, int] | None
    mingw: bool
    cygwin: bool
    link_libraries: tuple[str, ...] | None = None
    """What a program is linked with beside a static libpython, such as "-lm"; None where the facts do not say."""
    paths: Paths | None = None

    @property
    def gil_disabled(self) -> bool:
        """Whether this is the free-threaded build."""
        return "Py_GIL_DISABLED" in self.build_flags

    def to_json_object(self) -> dict[str, Any]:
        """Give the object that facts.json holds."""
        values = asdict(self)
        del values["paths"]
        if self.link_libraries is None:
            del values["link_libraries"]
        return {"schema": SCHEMA, **values}


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _is_version(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 5
        and all(_is_int(value[index]) for index in (0, 1, 2, 4))
        and isinstance(value[3], str)
    )


def _is_pair_or_null(value: Any) -> bool:
    return value is None or (isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_int, value)))


_TEXT = ("a string", _is_text)
_FILLED = ("a non-empty string", _is_filled)
_TEXT_OR_NULL = ("a string or null", _is_text_or_null)
_BOOL = ("true or false", _is_bool)
_TEXTS = ("a list of strings", _is_texts)
_PAIR_OR_NULL = ("[major, minor] or null", _is_pair_or_null)

_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "abiflags": _TEXT,
    "build_flags": _TEXTS,
    "cache_tag": _TEXT_OR_NULL,
    "cygwin": _BOOL,
    "debug": _BOOL,
    "ext_suffix": _FILLED,
    "extension_suffixes": _TEXTS,
    "framework": _BOOL,
    "graalpy_version": _PAIR_OR_NULL,
    "implementation": _FILLED,
    "implementation_name": _FILLED,
    "ld_version": _TEXT_OR_NULL,
    "mingw": _BOOL,
    "multiarch": _TEXT_OR_NULL,
    "platform": _FILLED,
    "pointer_width": ("a number of bits", _is_int),
    "shared": _BOOL,
    "soabi": _TEXT_OR_NULL,
    "soabi_platform": _TEXT_OR_NULL,
    "sys_platform": _FILLED,
    "version": ("[major, minor, micro, releaselevel, serial]", _is_version),
}


# Facts that were recorded without these stay valid.
_OPTIONAL_KEYS = {"link_libraries": _TEXTS}


def fact_names() -> frozenset[str]:
    """Give the keys of facts.json, `schema` left out."""
    return frozenset(_KEYS) | frozenset(_OPTIONAL_KEYS)


def parse_facts(obj: Mapping[str, Any], origin: str) -> Facts:
    """Check an object read from facts.json and make Facts of it.

    Args:
        obj: the object; its `schema` was checked when it was read.
        origin: what the messages call the object, for instance the interpreter that printed it.

    Raises:
        ToolError: a key is missing or unknown, a value has the wrong type, or two values contradict each other.
    """
    unknown = sorted(set(obj) - fact_names() - {"paths", "schema"})
    if unknown:
        raise ToolError(f"{origin}: unknown keys {', '.join(unknown)}, expected {', '.join(sorted(fact_names()))}")
    stated = {**_KEYS, **{key: value for key, value in _OPTIONAL_KEYS.items() if key in obj}}
    for key, (expected, holds) in stated.items():
        if key not in obj:
            raise ToolError(f"{origin}: the key `{key}` is missing, expected {expected}. {_REPAIR}")
        if not holds(obj[key]):
            raise ToolError(f"{origin}: `{key}` is {obj[key]!r}, expected {expected}. {_REPAIR}")
    facts = Facts(**{key: _frozen(obj[key]) for key in stated}, paths=_parse_paths(obj.get("paths"), origin))
    for found, expected in _contradictions(facts):
        raise ToolError(f"{origin}: {found}, expected {expected}. {_REPAIR}")
    return facts


def _parse_paths(value: Any, origin: str) -> Paths | None:
    if value is None:
        return None
    names = [each.name for each in fields(Paths)]
    if not isinstance(value, dict) or sorted(value) != sorted(names) or not all(map(_is_text_or_null, value.values())):
        raise ToolError(f"{origin}: `paths` is {value!r}, expected strings or nulls of {', '.join(names)}. {_REPAIR}")
    if not _is_filled(value["executable"]):
        raise ToolError(f"{origin}: `paths` has the executable {value['executable']!r}, expected a path. {_REPAIR}")
    return Paths(**value)


_REPAIR = "Use an interpreter whose sys and sysconfig are intact, or correct the declared facts"


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _contradictions(facts: Facts) -> list[tuple[str, str]]:
    """Give (what was found, what was expected) for every pair of facts that cannot both be true."""
    problems = []
    name = IMPLEMENTATION_NAMES.get(facts.implementation)
    if name is None:
        problems.append(
            (f"`implementation` is {facts.implementation!r}", f"one of {', '.join(sorted(IMPLEMENTATION_NAMES))}")
        )
    elif facts.implementation_name != name:
        problems.append(
            (
                f"`implementation` is {facts.implementation!r}, `implementation_name` {facts.implementation_name!r}",
                f"`implementation_name` {name!r}",
            )
        )
    if (facts.graalpy_version is not None) != (facts.implementation == "GraalVM"):
        problems.append(
            (
                f"`graalpy_version` is {facts.graalpy_version!r} for {facts.implementation}",
                "[major, minor] for GraalVM, null for any other",
            )
        )
    if facts.pointer_width not in (32, 64):
        problems.append((f"`pointer_width` is {facts.pointer_width}", "32 or 64 bits"))
    return problems + _flag_contradictions(facts) + _suffix_contradictions(facts)


def _flag_contradictions(facts: Facts) -> list[tuple[str, str]]:
    problems = []
    unknown = sorted(set(facts.build_flags) - set(BUILD_FLAGS))
    if unknown or list(facts.build_flags) != sorted(facts.build_flags):
        problems.append((f"`build_flags` is {list(facts.build_flags)}", f"a sorted choice of {', '.join(BUILD_FLAGS)}"))
    if "Py_DEBUG" in facts.build_flags and not facts.debug:
        problems.append(("`build_flags` has Py_DEBUG, `debug` is false", "`debug` true"))
    if "t" in facts.abiflags and not facts.gil_disabled:
        problems.append((f"`abiflags` is {facts.abiflags!r}", "Py_GIL_DISABLED among `build_flags`"))
    return problems


def _suffix_contradictions(facts: Facts) -> list[tuple[str, str]]:
    suffix = facts.ext_suffix
    problems = []
    # Debug builds for Windows put "_d" before the first dot.
    if not suffix.startswith((".", "_d.")) or "/" in suffix:
        problems.append((f"`ext_suffix` is {suffix!r}", "a suffix that starts with '.', such as '.cpython-314-...so'"))
    if facts.extension_suffixes and suffix not in facts.extension_suffixes:
        problems.append(
            (
                f"`ext_suffix` is {suffix!r}, which is not in `extension_suffixes` {list(facts.extension_suffixes)}",
                "a suffix that the interpreter imports",
            )
        )
    tagged = _TAGGED_SUFFIX.match(suffix)
    if tagged is None:
        return problems
    digits = tagged["version"] or tagged["graalpy_version"]
    own = f"{facts.version[0]}{facts.version[1]}"
    if digits != own:
        found = f"`ext_suffix` {suffix!r} is of version {digits}, `version` is {list(facts.version)}"
        problems.append((found, f"a suffix of version {own}"))
    if tagged["kind"] in ("cpython", "cp") and ("t" in tagged["letters"]) != facts.gil_disabled:
        found = f"`ext_suffix` is {suffix!r}, `build_flags` {list(facts.build_flags)}"
        problems.append((found, "Py_GIL_DISABLED exactly when the suffix has a 't' after the version"))
    if tagged["kind"] == "cpython" and ("d" in tagged["letters"]) != facts.debug:
        found = f"`ext_suffix` is {suffix!r}, `debug` is {str(facts.debug).lower()}"
        problems.append((found, "`debug` exactly when the suffix has a 'd' after the version"))
    return problems
