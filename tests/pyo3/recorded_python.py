"""Stands in for a Python that does not run here: `python recorded_python.py RECORDED.json [OPTION ...] [SCRIPT]`.

Runs a script, from a file or from standard input as PyO3's build scripts give it, with the answers of sys, sysconfig,
platform, struct and importlib that the recorded interpreter gave.
"""

from __future__ import annotations

import builtins
import importlib.machinery
import json
import os.path  # noqa: F401 - loaded before sys tells of another platform
import pathlib
import platform
import struct
import sys
import sysconfig
import types
from typing import Any


def stand_in(dump: dict[str, Any]) -> None:
    """Make this process answer as the recorded interpreter."""
    variables: dict[str, Any] = dump["sysconfig"]["vars"]
    calcsize, pointer_width = struct.calcsize, dump["pointer_width"]
    implementation = {**dump["implementation"], "version": tuple(dump["implementation"]["version"])}
    replacements: list[tuple[Any, str, Any]] = [
        (platform, "system", lambda: dump["platform"]["system"]),
        (platform, "python_implementation", lambda: dump["platform"]["python_implementation"]),
        (sysconfig, "get_config_var", variables.get),
        (sysconfig, "get_config_vars", lambda *names: list(map(variables.get, names)) if names else variables),
        (sysconfig, "get_platform", lambda: dump["sysconfig"]["get_platform"]),
        (struct, "calcsize", lambda form: pointer_width // 8 if form == "P" else calcsize(form)),
        (importlib.machinery, "EXTENSION_SUFFIXES", dump["importlib"]["extension_suffixes"]),
        (sys, "implementation", types.SimpleNamespace(**implementation)),
        (sys, "version_info", tuple(dump["sys"]["version_info"])),
        *((sys, name, dump["sys"][name]) for name in ("executable", "platform", "base_prefix", "prefix")),
    ]
    for owner, name, value in replacements:
        setattr(owner, name, value)
    if dump["sys"]["abiflags"] is None:
        del sys.abiflags
    else:
        sys.abiflags = dump["sys"]["abiflags"]
    if dump["platform"]["python_implementation"] == "GraalVM":
        version = ".".join(map(str, implementation["version"][:3]))
        graal = types.SimpleNamespace(get_graalvm_version=lambda: version)
        setattr(builtins, "__graalpython__", graal)  # noqa: B010 - no module knows this name


def main(argv: list[str]) -> None:
    """Run the script."""
    dump = json.loads(pathlib.Path(argv[0]).read_text(encoding="utf-8"))["dump"]
    files = [each for each in argv[1:] if not each.startswith("-")]
    text = pathlib.Path(files[0]).read_text(encoding="utf-8") if files else sys.stdin.read()
    stand_in(dump)
    exec(compile(text, files[0] if files else "<stdin>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    main(sys.argv[1:])
