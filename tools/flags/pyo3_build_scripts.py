"""What the build scripts of PyO3's crates and of those below them print, as pure functions.

Followed are the build.rs files of pyo3, pyo3-ffi, pyo3-macros-backend and pyo3-build-config of every version in the
table of `pyo3_versions`, whose fields hold what differs between them. By default they run as for an extension module:
one library of each crate then serves extension modules and programs, and a program links libpython on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_abi
import pyo3_config_file
import pyo3_link_lines
import pyo3_other_crates
import pyo3_versions
from pyo3_abi import ABI3, dotted
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig
from pyo3_link_lines import Switches
from pyo3_outputs import CrateOutputs, RustcVersion, parse_rustc_version

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyo3_triple import Triple
    from pyo3_versions import PyO3Version

__all__ = [
    "PYO3_CRATES",
    "CrateOutputs",
    "RustcVersion",
    "crate_outputs",
    "expansion_environment",
    "extension_outputs",
    "parse_rustc_version",
]

PYO3_CRATES = ("pyo3", "pyo3-build-config", "pyo3-ffi", "pyo3-macros-backend")


def crate_outputs(
    crate: str,
    version: str,
    features: Collection[str],
    rustc: RustcVersion,
    target: Triple,
    config: InterpreterConfig | None,
    emcc: tuple[int, int, int] | None = None,
    *,
    extension_module: bool = True,
    raw_dylib: bool | None = None,
    no_std: bool = False,
    cross: bool = False,
) -> CrateOutputs:
    """Compute what the build script of a crate would print.

    Args:
        crate: the crate's name.
        version: the crate's version.
        features: its enabled features, those that others enable included.
        rustc: the compiler of the crate.
        target: the platform that the crate is compiled for.
        config: the interpreter; pyo3 and pyo3-ffi cannot do without, pyo3-build-config can.
        emcc: Emscripten's version if that is the target; None, as in a build without emcc on PATH, counts as newest.
        extension_module: False for the lines that link libpython, as for a program that embeds Python.
        raw_dylib: PYO3_USE_RAW_DYLIB, None when it is unset.
        no_std: whether PYO3_WIP_NO_STD is on.
        cross: whether the configuration comes from settings for cross compilation.

    Raises:
        ToolError: the crate or its version is unknown, or PyO3 refuses the combination.
    """
    if crate in PYO3_CRATES:
        switches = Switches(extension_module, raw_dylib, no_std, cross)
        return _pyo3_outputs(crate, pyo3_versions.pyo3_version(version), features, rustc, target, config, switches)
    if crate not in pyo3_other_crates.known_crates():
        known = ", ".join(sorted({*PYO3_CRATES, *pyo3_other_crates.known_crates()}))
        raise ToolError(
            f"the build script of the crate {crate!r} is unknown, expected one of {known}: run its build script instead"
        )
    return pyo3_other_crates.crate_outputs(crate, version, features, rustc, target, emcc)


def extension_outputs(version: str, rustc: RustcVersion, target: Triple, config: InterpreterConfig) -> CrateOutputs:
    """Compute what a crate that uses PyO3 would learn from pyo3-build-config in a build script of its own.

    Follows `use_pyo3_cfgs` and `add_extension_module_link_args`.
    """
    pyo3 = pyo3_versions.pyo3_version(version)
    return CrateOutputs(
        cfgs=tuple(_interpreter_cfgs(pyo3, config)),
        check_cfgs=tuple(_expected_cfgs(pyo3, rustc)),
        cdylib_link_args=pyo3_link_lines.cdylib_link_args(pyo3, target, rustc.minor),
    )


def expansion_environment(version: str, config: InterpreterConfig) -> tuple[tuple[str, str], ...]:
    """Give the variables that PyO3's macros read while a crate that uses them is compiled.

    Before PyO3 0.29 they look for the configuration there first, and then in what their own crate was built with.
    """
    pyo3 = pyo3_versions.pyo3_version(version)
    return (("DEP_PYTHON_PYO3_CONFIG", pyo3_config_file.dep_env(config, pyo3)),) if pyo3.macros_read_config else ()


def _pyo3_outputs(
    crate: str,
    pyo3: PyO3Version,
    features: Collection[str],
    rustc: RustcVersion,
    target: Triple,
    config: InterpreterConfig | None,
    switches: Switches,
) -> CrateOutputs:
    if crate not in pyo3.crates_with_build_script:
        names = ", ".join(sorted(pyo3.crates_with_build_script))
        raise ToolError(f"{crate} {pyo3.version} has no build script, expected one of {names}")
    if crate == "pyo3-build-config":
        return _build_config_outputs(pyo3, features, config)
    always = pyo3.always_cfgs.get(crate, ())
    own = CrateOutputs(() if switches.no_std else always, tuple(f"cfg({name})" for name in always))
    general = _feature_outputs(pyo3, rustc) if crate in pyo3.cfg_crates else CrateOutputs()
    if crate == "pyo3-macros-backend":
        return _joined(own, general)
    if config is None:
        raise ToolError(f"{crate} depends on the Python interpreter, expected --config: pass the PyO3 config file")
    if crate == "pyo3" and "auto-initialize" in features and not config.shared:
        raise ToolError(
            "the feature auto-initialize is on, the Python interpreter has only a static library, expected one with a "
            "shared library: choose another interpreter or turn the feature off"
        )
    links = pyo3_link_lines.links_libpython(pyo3, features, target, switches)
    if crate == "pyo3-ffi":
        if links and not config.suppress_build_script_link_lines:
            own = _joined(own, pyo3_link_lines.link_outputs(pyo3, target, config, switches))
        own = _joined(own, CrateOutputs(extra_lines=config.extra_build_script_lines))
    if crate in pyo3.links:
        # The script of pyo3 reads what the one of pyo3-ffi wrote, which completes build_flags.
        handed_on = pyo3_config_file.read(pyo3_config_file.write(config, pyo3), pyo3) if crate == "pyo3" else config
        own = _joined(own, CrateOutputs(metadata=(("PYO3_CONFIG", pyo3_config_file.dep_env(handed_on, pyo3)),)))
    rpath = pyo3_link_lines.rpath_args(pyo3, crate, target, config) if links else ()
    interpreter = CrateOutputs(cfgs=tuple(_interpreter_cfgs(pyo3, config)), link_args=rpath)
    return _joined(own, interpreter, general)


def _joined(*parts: CrateOutputs) -> CrateOutputs:
    names = CrateOutputs.__dataclass_fields__
    return CrateOutputs(**{name: tuple(item for part in parts for item in getattr(part, name)) for name in names})


def _build_config_outputs(
    pyo3: PyO3Version, features: Collection[str], config: InterpreterConfig | None
) -> CrateOutputs:
    """Follow pyo3-build-config, build.rs: the text of PYO3_CONFIG_FILE and of the interpreter that it found."""
    if "resolve-config" not in features:
        return CrateOutputs()
    text = pyo3_config_file.write(config or _default_config(pyo3, features), pyo3)
    return CrateOutputs(out_files=(("pyo3-build-config-file.txt", text), ("pyo3-build-config.txt", "")))


def _default_config(pyo3: PyO3Version, features: Collection[str]) -> InterpreterConfig:
    """Stand in for the Python in PyO3's macros, where a crate is compiled without `expansion_environment`.

    They look at the stable ABI and at few versions, so that the macros are one for all Pythons.
    """
    floor = pyo3_abi.requested_version(ABI3, features, pyo3)
    version = pyo3.python["CPython"][1] if floor is None else pyo3.abi3_max if isinstance(floor, str) else floor
    return InterpreterConfig(
        implementation="CPython",
        version=version,
        shared=True,
        target_abi=pyo3_abi.make_abi("CPython", None if floor is None else ABI3, version, debug=False),
        lib_name=None,
        pointer_width=None,
        build_flags=frozenset(),
    )


def _feature_outputs(pyo3: PyO3Version, rustc: RustcVersion) -> CrateOutputs:
    """Follow pyo3-build-config, src/lib.rs, `print_expected_cfgs` and `print_feature_cfgs`."""
    checked = _expected_cfgs(pyo3, rustc)
    if pyo3.feature_cfgs_checked and rustc.minor >= pyo3.check_cfg_rustc:
        checked += [f"cfg({name})" for name in pyo3.feature_cfgs]
    return CrateOutputs(
        cfgs=tuple(name for name, minor in pyo3.feature_cfgs.items() if rustc.minor >= minor),
        check_cfgs=tuple(checked),
    )


def _expected_cfgs(pyo3: PyO3Version, rustc: RustcVersion) -> list[str]:
    if rustc.minor < pyo3.check_cfg_rustc:
        return []
    values = ", ".join(f'"{value}"' for value in pyo3.py_sys_config_values)
    return [
        *(f"cfg({name})" for name in pyo3.expected_cfgs),
        f"cfg(py_sys_config, values({values}))",
        *(f"cfg(Py_3_{minor})" for minor in range(pyo3.python_min[1], pyo3.checked_cfgs_max[1] + 1)),
    ]


def _interpreter_cfgs(pyo3: PyO3Version, config: InterpreterConfig) -> list[str]:
    """Follow pyo3-build-config, src/impl_.rs, `build_script_outputs`.

    Raises:
        ToolError: PyO3 has no cfgs for so old a Python.
    """
    abi = config.target_abi
    if abi.version < pyo3.python_min:
        raise ToolError(
            f"the configuration is for Python {dotted(abi.version)}, PyO3 {pyo3.version} has cfgs from "
            f"{dotted(pyo3.python_min)} on, also where UNSAFE_PYO3_SKIP_VERSION_CHECK is set: choose a newer Python"
        )
    cfgs = [f"Py_3_{minor}" for minor in range(pyo3.cfgs_from[1], abi.version[1] + 1)]
    cfgs += {"PyPy": ["PyPy"], "GraalVM": ["GraalPy"], "RustPython": ["RustPython"]}.get(config.implementation, [])
    if abi.stable:
        cfgs.append("Py_LIMITED_API")
    if abi.free_threaded:
        cfgs.append("Py_GIL_DISABLED")
    # Before PyO3 0.23 this was a build flag like any other.
    has_own_cfg = {"Py_GIL_DISABLED"} & set(pyo3.expected_cfgs)
    return cfgs + [f'py_sys_config="{flag}"' for flag in sorted(config.build_flags - has_own_cfg)]
