"""Where `pyo3_config` takes a configuration from: its options, and the request that they make."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_config
import pyo3_facts
import pyo3_probe
import pyo3_probe_run
import pyo3_settings
import pyo3_triple
import pyo3_versions
from pyo3_common import ToolError
from pyo3_resolve import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyo3_facts import Facts

SOURCES = ("interpreter", "facts", "sysconfigdata", "config_file", "python_version")
_TIMEOUT = 60.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is configured for what; absent ones leave no trace in the namespace."""
    unset = argparse.SUPPRESS
    add = parser.add_argument
    add("--interpreter", default=unset, metavar="PYTHON", help="path or name of an interpreter to ask")
    add("--facts", default=unset, metavar="FILE", help="facts.json of a toolchain")
    add("--sysconfigdata", default=unset, metavar="FILE", help="_sysconfigdata*.py of a Python that cannot run here")
    add("--config-file", default=unset, metavar="FILE", help="a config file of PyO3")
    add("--python-version", default=unset, metavar="X.Y[t]", help="version of a Python that is only declared")
    add("--implementation", default=unset, help="of a Python that is only declared; CPython by default")
    add("--cross-lib-dir", default=unset, metavar="FOLDER", help="PYO3_CROSS_LIB_DIR")
    add("--target", default=unset, metavar="TRIPLE", help="the Rust target; this machine by default")
    add("--host", default=unset, metavar="TRIPLE", help="where the build runs; this machine by default")
    add("--pyo3-version", default=unset, metavar="X.Y.Z", help="the newest known one by default")
    add("--features", default=unset, help="comma-separated features of the crate pyo3")
    add("--abi", default=unset, metavar="WORDS", help="auto, version, or stable-ABI features to add, as the attribute")
    add("--stable-abi", choices=("abi3", "abi3t"), default=unset, help="leave out the features of the other one")
    add("--strict-abi", action="store_true", default=unset, help="fail where a stable ABI is asked for and not built")
    add("--set", action="append", default=unset, metavar="KEY=VALUE", help="a value of the config file to state")
    add("--setting", action="append", default=unset, metavar="NAME=VALUE", help="a variable of PyO3")
    add("--environment", action="store_true", default=unset, help="let PyO3's variables of the environment act")
    add("--no-paths", action="store_true", default=unset, help="leave out paths that nobody stated")


def merged(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Give the options of the second side of a comparison: what it does not say is as on the first."""
    kept = dict(left)
    if any(name in right for name in SOURCES):
        kept = {name: value for name, value in kept.items() if name not in (*SOURCES, "implementation")}
    return {**kept, **right}


def request(options: Mapping[str, Any], environment: Mapping[str, str]) -> Request:
    """Make the request that options stand for.

    Raises:
        ToolError: they name no source of a configuration, or several, or one that cannot be read.
    """
    _check_sources(options)
    host = pyo3_triple.parse_triple(options.get("host") or host_triple())
    settings = _settings(options, environment)
    pyo3 = pyo3_versions.pyo3_version(options.get("pyo3_version", pyo3_versions.supported_versions()[-1]))
    features, abi = pyo3_config.with_words(
        options.get("features", ""), options.get("abi", "auto"), options.get("stable_abi"), pyo3
    )
    asks = "interpreter" in options or settings.names_an_interpreter or settings.path is not None
    return Request(
        pyo3=pyo3,
        features=features,
        abi=abi,
        target=pyo3_triple.parse_triple(options["target"]) if "target" in options else host,
        host=host,
        settings=settings,
        facts=_facts(local(options["facts"], environment)) if "facts" in options else None,
        overrides=pyo3_config.parse_overrides(options.get("set", [])),
        ask=ask if asks else None,
        keep_paths=not options.get("no_paths", False),
        config_file=local(options["config_file"], environment) if "config_file" in options else None,
        sysconfigdata=local(options["sysconfigdata"], environment) if "sysconfigdata" in options else None,
    )


def _check_sources(options: Mapping[str, Any]) -> None:
    given = [f"--{name.replace('_', '-')}" for name in SOURCES if name in options]
    if len(given) > 1 and given != ["--facts", "--config-file"]:
        raise ToolError(f"the options say {' and '.join(given)}, expected one of them: leave the others out")
    # Features and words may name a stable ABI, which needs no Python.
    if not given and not any(name in options for name in ("abi", "environment", "features", "set", "setting")):
        names = ", ".join(f"--{name.replace('_', '-')}" for name in SOURCES)
        raise ToolError(f"no option says which Python is meant, expected one of {names}, or --environment: name it")


def _settings(options: Mapping[str, Any], environment: Mapping[str, str]) -> pyo3_settings.Settings:
    values = {}
    if options.get("environment"):
        values.update({name: environment[name] for name in pyo3_settings.VARIABLES if name in environment})
    values.update(pyo3_settings.parse(options.get("setting", [])).to_environment())
    if "interpreter" in options:
        values["PYO3_PYTHON"] = find_interpreter(options["interpreter"], environment)
    if "python_version" in options:
        values["PYO3_CROSS_PYTHON_VERSION"] = options["python_version"]
    if "implementation" in options:
        values["PYO3_CROSS_PYTHON_IMPLEMENTATION"] = options["implementation"]
    if "cross_lib_dir" in options:
        values["PYO3_CROSS_LIB_DIR"] = local(options["cross_lib_dir"], environment)
    return pyo3_settings.Settings.from_environment(values)


def host_triple() -> str:
    """Name this machine as Rust does."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
    systems = {"darwin": "apple-darwin", "win32": "pc-windows-msvc"}
    return f"{machine}-{systems.get(sys.platform, 'unknown-linux-gnu')}"


def local(path: str, environment: Mapping[str, str]) -> str:
    """Give the absolute path of what a user names; `bazel run` starts programs somewhere else."""
    return os.path.normpath(os.path.join(environment.get("BUILD_WORKING_DIRECTORY") or os.getcwd(), path))


def find_interpreter(name: str, environment: Mapping[str, str]) -> str:
    """Give the path of an interpreter that is a path or a name on PATH.

    Raises:
        ToolError: PATH has no such program.
    """
    if os.path.basename(name) != name:
        return local(name, environment)
    path = shutil.which(name, path=environment.get("PATH"))
    if path is None:
        raise ToolError(f"PATH has no {name!r}, expected the path or the name of a Python: correct --interpreter")
    return path


def probed(interpreter: str, paths: bool = False) -> dict[str, Any]:
    """Give the object that an interpreter prints of itself, and with `paths` of where it is."""
    text = pyo3_probe_run.run_probe(interpreter, os.path.abspath(pyo3_probe.__file__), _TIMEOUT, paths)
    return pyo3_common.parse_json(text, f"the output of the Python interpreter {interpreter}")


def ask(interpreter: str) -> Facts:
    """Ask an interpreter what it is."""
    return pyo3_facts.parse_facts(probed(interpreter, paths=True), f"the Python interpreter {interpreter}")


def _facts(path: str) -> Facts:
    return pyo3_facts.parse_facts(pyo3_common.read_json(path, "facts"), f"the facts {path}")
