# -*- coding: utf-8 -*-
"""Prints the facts about the Python interpreter that runs it, as one JSON object on stdout.

Run as `python -I -B pyo3_probe.py`. Only the standard library, and only syntax that Python 2 also reads: an
interpreter that is too old then says so instead of a syntax error. `collect` takes everything that it reads as
arguments, so that recorded values of other platforms can be passed in.

The values follow the script in pyo3-build-config 0.30.1, src/impl_.rs, `InterpreterConfig::from_interpreter`.
"""

import json
import os
import platform
import struct
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
OLDEST = (3, 7)
BUILD_FLAGS = ("COUNT_ALLOCS", "Py_DEBUG", "Py_GIL_DISABLED", "Py_REF_DEBUG", "Py_TRACE_REFS")


def collect(sys_facts, config, get_platform, system, python_implementation, extension_suffixes, pointer_width, conda):
    # type: (dict[str, Any], dict[str, Any], str, str, str, list[str], int, bool) -> dict[str, Any]
    """Computes the facts.

    Args:
        sys_facts: of `sys`: version_info, abiflags (None where missing), platform, implementation_name,
            implementation_version, cache_tag.
        config: `sysconfig.get_config_vars()`.
        get_platform: `sysconfig.get_platform()`.
        system: `platform.system()`.
        python_implementation: `platform.python_implementation()`.
        extension_suffixes: `importlib.machinery.EXTENSION_SUFFIXES`.
        pointer_width: bits.
        conda: whether the base prefix has a `conda-meta` directory: conda's python executable is static, but the
            shared library is shipped with it.

    Returns:
        The object that facts.json holds. A missing EXT_SUFFIX is null.
    """
    graalpy = python_implementation == "GraalVM"
    framework = bool(config.get("PYTHONFRAMEWORK"))
    ext_suffix = config.get("EXT_SUFFIX")
    debug = config.get("Py_DEBUG")
    if debug is None:
        # sysconfig has no Py_DEBUG on Windows before Python 3.13.
        debug = (ext_suffix or "").startswith("_d.")
    always_shared = python_implementation == "PyPy" or graalpy or conda or system == "Windows" or framework
    return {
        "schema": SCHEMA,
        "implementation": python_implementation,
        "implementation_name": sys_facts["implementation_name"],
        "cache_tag": sys_facts["cache_tag"],
        "version": list(sys_facts["version_info"]),
        "abiflags": sys_facts["abiflags"] or "",
        "pointer_width": pointer_width,
        "sys_platform": sys_facts["platform"],
        "platform": get_platform,
        "multiarch": config.get("MULTIARCH") or None,
        "ext_suffix": ext_suffix,
        "soabi": config.get("SOABI") or None,
        "soabi_platform": config.get("SOABI_PLATFORM") or None,
        "extension_suffixes": list(extension_suffixes),
        "shared": always_shared or bool(config.get("Py_ENABLE_SHARED")),
        "framework": framework,
        "ld_version": config.get("LDVERSION"),
        "build_flags": [flag for flag in BUILD_FLAGS if str(config.get(flag)) == "1"],
        "debug": bool(debug),
        "graalpy_version": list(sys_facts["implementation_version"][:2]) if graalpy else None,
        "link_libraries": link_libraries(config),
        "mingw": get_platform.startswith("mingw"),
        "cygwin": get_platform.startswith("cygwin"),
    }


def link_libraries(config):
    # type: (dict[str, Any]) -> list[str]
    """Gives what a program has to be linked with beside a static libpython: the words `-lNAME`, each once.

    sysconfig's MODLIBS are of the modules in libpython, LIBS and SYSLIBS of the rest (CPython's Makefile.pre.in links
    python itself with these); they name files of the Python's own build too, which are not there any more.
    """
    words = " ".join(config.get(key) or "" for key in ("MODLIBS", "LIBS", "SYSLIBS")).split()
    found = []
    for word in words:
        if word.startswith("-l") and len(word) > 2 and word not in found:
            found.append(word)
    return found


def read_interpreter():
    # type: () -> dict[str, Any]
    """Reads the running interpreter."""
    import importlib.machinery

    implementation = sys.implementation
    return collect(
        sys_facts={
            "version_info": tuple(sys.version_info),
            "abiflags": getattr(sys, "abiflags", None),
            "platform": sys.platform,
            "implementation_name": implementation.name,
            "implementation_version": tuple(implementation.version),
            "cache_tag": implementation.cache_tag,
        },
        config=sysconfig.get_config_vars(),
        get_platform=sysconfig.get_platform(),
        system=platform.system(),
        python_implementation=platform.python_implementation(),
        extension_suffixes=importlib.machinery.EXTENSION_SUFFIXES,
        pointer_width=struct.calcsize("P") * 8,
        conda=os.path.exists(os.path.join(sys.base_prefix, "conda-meta")),
    )


def read_paths():
    # type: () -> dict[str, Any]
    """Reads where the running interpreter is, in the texts that PyO3's own script prints."""
    config = sysconfig.get_config_vars()
    return {
        "executable": sys.executable,
        "base_prefix": sys.base_prefix,
        "lib_dir": config.get("LIBDIR"),
        "python_framework_prefix": str(config.get("PYTHONFRAMEWORKPREFIX")),
    }


def main(argv):
    # type: (list[str]) -> int
    """Prints the facts, or an object with the key `error`; the exit code is 0 or 1.

    With `--paths` there is the key `paths` too.
    """
    if sys.version_info < OLDEST:
        found = "Python %d.%d is too old, expected %d.%d or newer" % (tuple(sys.version_info[:2]) + OLDEST)
        answer = {"schema": SCHEMA, "error": found}
    else:
        answer = read_interpreter()
        if "--paths" in argv:
            answer["paths"] = read_paths()
    sys.stdout.write(json.dumps(answer, sort_keys=True, indent=1) + "\n")
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
