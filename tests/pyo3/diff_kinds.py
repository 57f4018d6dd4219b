"""The cases of each kind, in drafts: they get their version and their compiler in diff_cases."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from diff_case import draft
from diff_interpreters import HOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from diff_case import Case, Environment, Mode
    from diff_material import Material

WINDOWS = ("x86_64-pc-windows-msvc", "i686-pc-windows-msvc", "aarch64-pc-windows-msvc", "x86_64-pc-windows-gnu")
CROSS_TARGETS = (
    *WINDOWS,
    HOST,
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "armv7-unknown-linux-gnueabihf",
    "i686-unknown-linux-gnu",
    "s390x-unknown-linux-gnu",
    "powerpc64le-unknown-linux-gnu",
    "riscv64gc-unknown-linux-gnu",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "aarch64-apple-ios",
    "aarch64-linux-android",
    "armv7-linux-androideabi",
    "wasm32-unknown-emscripten",
    "wasm32-wasip1",
    "x86_64-unknown-freebsd",
)
_CROSS_VERSIONS = ("3.6", "3.8", "3.11", "3.12", "3.13t", "3.14", "3.14t", "3.15", "3.15t", "3.17", "3", "4.x")


def _few(combinations: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give those that decide whether PyO3 needs an interpreter, and which ABI it targets."""
    kept = ((), ("abi3",), ("abi3-py38",), ("abi3-py311",), ("abi3t",), ("abi3t-py315",), ("abi3-py310", "abi3t-py315"))
    return [each for each in combinations if each in kept]


def _named(prefix: str, features: Iterable[str], *rest: str) -> str:
    return " ".join([prefix, "+".join(features) or "-", *rest])


def _shown(environment: Environment) -> str:
    return " ".join(f"{name}={value}" for name, value in environment)


def all_drafts(combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode], material: Material) -> Iterator[Case]:
    """Give the drafts of every kind.

    Args:
        combinations: of features that choose the ABI.
        modes: to build an extension module, or a program.
        material: what there is.
    """
    yield from _interpreter_drafts(combinations, modes, material)
    yield from _switch_drafts(combinations, material)
    yield from _search_drafts(combinations, material)
    yield from _sysconfigdata_drafts(combinations, modes, material)
    yield from _cross_drafts(combinations, modes, material)
    yield from _config_file_drafts(combinations, modes, material)
    yield from _no_python_drafts(combinations, modes)


def _interpreter_drafts(
    combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode], material: Material
) -> Iterator[Case]:
    """Each interpreter on its own platform, for its own platform."""
    products = itertools.chain(
        itertools.product(material.interpreters, combinations, (modes[0], modes[-1])),
        itertools.product(material.interpreters, ((),), modes),
    )
    for interpreter, features, (mode, more, environment) in products:
        yield draft(
            "interpreter",
            _named(interpreter.name, features, mode),
            features=(*features, *more),
            platform=interpreter.triple,
            environment=(("PYO3_PYTHON", interpreter.path), *environment),
        )


_SWITCHES: tuple[Environment, ...] = (
    (("PYO3_USE_ABI3_FORWARD_COMPATIBILITY", "1"),),
    (("PYO3_USE_ABI3_FORWARD_COMPATIBILITY", "0"),),
    (("PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY", "1"),),
    (("PYO3_USE_ABI3_FORWARD_COMPATIBILITY", "1"), ("PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY", "1")),
    (("UNSAFE_PYO3_SKIP_VERSION_CHECK", "1"),),
    (("UNSAFE_PYO3_SKIP_VERSION_CHECK", "yes"),),
    (("UNSAFE_PYO3_BUILD_FREE_THREADED", "1"),),
    (("PYO3_USE_RAW_DYLIB", "0"),),
    (("PYO3_USE_RAW_DYLIB", "1"),),
    (("PYO3_WIP_NO_STD", "1"),),
    (("PYO3_WIP_NO_STD", " True "),),
    (("PYO3_WIP_NO_STD", "0"),),
    (("PYO3_ENVIRONMENT_SIGNATURE", "cpython-3.12"),),
    (("PYO3_CROSS_INCLUDE_DIR", "/usr/include"),),
)

# Those that a switch makes a difference for: new, free-threaded, static, for Windows, and not CPython.
_SWITCHED = (
    "by-hand-graalpy-25.0-3.17",
    "by-hand-linux-3.12-static",
    "by-hand-linux-3.14t",
    "by-hand-linux-3.16",
    "by-hand-linux-3.17",
    "by-hand-linux-3.17t",
    "by-hand-windows-3.12d",
    "by-hand-windows-3.14t",
    "by-hand-windows-pypy-3.11",
    "cpython-3.13.15t-linux-x86_64",
    "cpython-3.13.2-windows-amd64",
    "cpython-3.7.16-linux-x86_64",
    "debian-python3.15-linux-x86_64",
    "pypy-3.11-linux-x86_64",
)


def _switch_drafts(combinations: Sequence[tuple[str, ...]], material: Material) -> Iterator[Case]:
    """Each switch with each interpreter; and the feature that wants a shared library."""
    interpreters = [each for each in material.interpreters if each.name in _SWITCHED]
    for interpreter, features, environment in itertools.product(interpreters, _few(combinations), ((), *_SWITCHES)):
        more = ("auto-initialize",) if not environment else ()
        shown = _shown(environment) or "auto-initialize"
        yield draft(
            "switch",
            _named(interpreter.name, features, shown),
            features=(*features, *more),
            platform=interpreter.triple,
            environment=(("PYO3_PYTHON", interpreter.path), *environment),
        )


def _search_drafts(combinations: Sequence[tuple[str, ...]], material: Material) -> Iterator[Case]:
    """The ways to name an interpreter, and to fail to."""
    one = material.interpreter("cpython-3.12.1-linux-x86_64")
    other = material.interpreter("cpython-3.10.13-linux-x86_64")
    windows = material.interpreter("cpython-3.13.2-windows-amd64")
    home = {each.name: each.path.rpartition("/bin/")[0] for each in (one, other, windows)}
    environments: dict[str, tuple[str, Environment]] = {
        "VIRTUAL_ENV": (HOST, (("VIRTUAL_ENV", home[one.name]),)),
        "CONDA_PREFIX": (HOST, (("CONDA_PREFIX", home[one.name]),)),
        "VIRTUAL_ENV on Windows": (windows.triple, (("VIRTUAL_ENV", home[windows.name]),)),
        "CONDA_PREFIX on Windows": (windows.triple, (("CONDA_PREFIX", home[windows.name]),)),
        "PYO3_PYTHON over VIRTUAL_ENV": (HOST, (("PYO3_PYTHON", other.path), ("VIRTUAL_ENV", home[one.name]))),
        "PYO3_PYTHON missing": (HOST, (("PYO3_PYTHON", f"{other.path}-missing"),)),
        "VIRTUAL_ENV missing": (HOST, (("VIRTUAL_ENV", "/nonexistent"),)),
        "PYO3_PYTHON empty": (HOST, (("PYO3_PYTHON", ""),)),
        "PYTHON_SYS_EXECUTABLE": (HOST, (("PYTHON_SYS_EXECUTABLE", other.path),)),
        "PYO3_PYTHON over PYTHON_SYS_EXECUTABLE": (
            HOST,
            (("PYO3_PYTHON", one.path), ("PYTHON_SYS_EXECUTABLE", other.path)),
        ),
    }
    both = (("VIRTUAL_ENV", home[one.name]), ("CONDA_PREFIX", home[other.name]))
    environments["both"] = (HOST, both)
    for name, path in material.search_paths.items():
        environments[f"PATH {name}"] = (HOST, (("PATH", path),))
        environments[f"both, PATH {name}"] = (HOST, (*both, ("PATH", path)))
        environments[f"VIRTUAL_ENV, PATH {name}"] = (HOST, (("VIRTUAL_ENV", home[one.name]), ("PATH", path)))
        environments[f"PYO3_PYTHON=python3, PATH {name}"] = (HOST, (("PYO3_PYTHON", "python3"), ("PATH", path)))
    for (name, (triple, environment)), features, mode in itertools.product(
        environments.items(), _few(combinations), ((), ("extension-module",))
    ):
        yield draft(
            "search",
            _named(name, (*features, *mode)),
            features=(*features, *mode),
            platform=triple,
            environment=environment,
        )


def _sysconfigdata_drafts(
    combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode], material: Material
) -> Iterator[Case]:
    """Each file for its own platform, with a version or without; and folders that leave a choice."""
    path = ("PATH", material.python_path)
    products = itertools.chain(
        itertools.product(material.sysconfigdata, combinations, (modes[0], modes[-1]), (False,)),
        itertools.product(material.sysconfigdata, _few(combinations), modes[:1], (True,)),
    )
    for data, features, (mode, more, environment), with_version in products:
        version = data.version if with_version else None
        chosen = (("PYO3_CROSS_PYTHON_VERSION", version),) if version else ()
        yield draft(
            "sysconfigdata",
            _named(data.name, features, mode, version or "any version"),
            features=(*features, *more),
            target=data.triple,
            environment=(path, ("PYO3_CROSS_LIB_DIR", data.lib_dir), *chosen, *environment),
        )
    more_settings: tuple[Environment, ...] = (
        (),
        (("PYO3_CROSS_PYTHON_VERSION", "3.13"),),
        (("PYO3_CROSS_PYTHON_VERSION", "3.99"),),
        (("_PYTHON_SYSCONFIGDATA_NAME", "_sysconfigdata__linux_aarch64-linux-gnu"),),
        (("_PYTHON_SYSCONFIGDATA_NAME", "_sysconfigdata_other"),),
        (("PYO3_NO_PYTHON", "1"),),
        (("PYO3_NO_PYTHON", "1"), ("PYO3_CROSS_PYTHON_VERSION", "3.13")),
        (("PYO3_CROSS_PYTHON_IMPLEMENTATION", "PyPy"),),
    )
    folders = {each.name: each.lib_dir for each in material.sysconfigdata[:3]} | dict(material.odd_lib_dirs)
    targets = ("aarch64-unknown-linux-gnu", HOST, "x86_64-pc-windows-msvc")
    for (name, lib_dir), target, settings, features in itertools.product(
        folders.items(), targets, more_settings, _few(combinations)[:4]
    ):
        yield draft(
            "lib_dir",
            _named(name, features, target, _shown(settings)),
            features=features,
            target=target,
            environment=(path, ("PYO3_CROSS_LIB_DIR", lib_dir), *settings),
        )


def _cross_drafts(combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode], material: Material) -> Iterator[Case]:
    """Cross compilation without a library folder."""
    path = ("PATH", material.python_path)
    ends = (modes[0], modes[-1])
    some, few = CROSS_TARGETS[::4], _few(combinations)
    others = ("PyPy", "GraalVM", "Jython", "RustPython")
    products = itertools.chain(
        itertools.product(CROSS_TARGETS, (None, "3.8", "3.12", "3.14t", "3.15t"), (None,), few, ends),
        itertools.product(some, _CROSS_VERSIONS, (None,), few, ends),
        itertools.product(some, (None, "3.11", "3.14t", "3.15"), others, few[:3], ends[:1]),
    )
    for target, version, implementation, features, (mode, more, environment) in products:
        settings: list[tuple[str, str]] = [] if version is None else [("PYO3_CROSS_PYTHON_VERSION", version)]
        if implementation is not None:
            settings.append(("PYO3_CROSS_PYTHON_IMPLEMENTATION", implementation))
        yield draft(
            "cross",
            _named(target, features, mode, version or "any version", implementation or "any implementation"),
            features=(*features, *more),
            target=target,
            environment=(path, *settings, *environment),
        )
    for host, target, features in itertools.product(
        (HOST, "x86_64-pc-windows-msvc", "aarch64-apple-darwin"), CROSS_TARGETS, _few(combinations)
    ):
        for name, value in (("PYO3_CROSS", "1"), ("PYO3_CROSS", "")):
            yield draft(
                "cross",
                _named(f"{host} to {target}", features, f"{name}={value}"),
                features=features,
                host=host,
                target=target,
                environment=(path, (name, value)),
            )


def _config_file_drafts(
    combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode], material: Material
) -> Iterator[Case]:
    """Each config file for several platforms."""
    targets = (HOST, "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "i686-unknown-linux-gnu")
    files = material.config_files.items()
    products = itertools.chain(
        itertools.product(files, targets[:1], _few(combinations), (modes[0], modes[-1])),
        itertools.product(files, targets[1:], ((), ("abi3",), ("abi3-py311",)), modes[:1]),
    )
    for (name, path), target, features, (mode, more, environment) in products:
        yield draft(
            "config_file",
            _named(name, features, target, mode),
            features=(*features, *more),
            target=target,
            environment=(("PYO3_CONFIG_FILE", path), *environment),
        )
    first = next(iter(material.config_files.values()))
    interpreter = material.interpreter("cpython-3.12.1-linux-x86_64")
    settings: tuple[Environment, ...] = (
        (("PYO3_CROSS", "1"),),
        (("PYO3_CROSS_PYTHON_VERSION", "3.9"),),
        (("PYO3_NO_PYTHON", "1"),),
        (("PYO3_PYTHON", interpreter.path),),
        (("PYO3_PRINT_CONFIG", "1"),),
        (("PYO3_PRINT_CONFIG", "0"),),
    )
    for more_settings in settings:
        yield draft(
            "config_file",
            _named("the first", (), _shown(more_settings)),
            environment=(("PYO3_CONFIG_FILE", first), *more_settings),
        )


def _no_python_drafts(combinations: Sequence[tuple[str, ...]], modes: Sequence[Mode]) -> Iterator[Case]:
    """No interpreter at all, wanted or not."""
    environments: tuple[Environment, ...] = ((), (("PYO3_NO_PYTHON", "1"),), (("PYO3_NO_PYTHON", ""),))
    hosts = (HOST, "aarch64-apple-darwin", "x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu")
    for host, settings, features, (mode, more, environment) in itertools.product(
        hosts, environments, combinations, modes
    ):
        yield draft(
            "no_python",
            _named(host, features, mode, _shown(settings)),
            features=(*features, *more),
            platform=host,
            environment=(*settings, *environment),
        )
