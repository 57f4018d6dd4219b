"""Derives the table of a PyO3 version from the sources of its crates, as pure functions.

Each function looks for one fact in the form that the sources of 0.22 to 0.30 have, and says so when it is not there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from rust_text import NotFoundError, Versions, block, first, function, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyo3_source import Sources

# Variables of Cargo and of one build script for the next are no settings.
_CARGO_VARIABLES = r"CARGO(_.*)?|DEP_.*|HOST|OUT_DIR|RUSTC|TARGET"


class Derived(NamedTuple):
    """A table's fields, and what a person has to fill in."""

    fields: dict[str, Any]
    missing: dict[str, str]
    """Field to what was looked for."""


def _implementations(sources: Sources) -> dict[str, str]:
    body = block(sources.config, r"impl FromStr for PythonImplementation ")
    return {name: shown for shown, name in re.findall(r'"(\w+)" => Ok\(PythonImplementation::(\w+)\)', body)}


def _python(sources: Sources) -> dict[str, dict[str, list[int]]]:
    versions = Versions(sources.ffi)
    found = {}
    for name, shown in _implementations(sources).items():
        constant = f"SUPPORTED_VERSIONS_{name.upper()}"
        if re.search(rf"\bconst {constant}\b", sources.ffi):
            found[shown] = {end: versions.member(constant, end) for end in ("max", "min")}
    if not found:
        raise NotFoundError("`const SUPPORTED_VERSIONS_`")
    return found


def _stable_abi_features(sources: Sources, kind: str) -> list[int]:
    names = sources.packages["pyo3"]["features"]
    return sorted(int(match.group(1)) for name in names if (match := re.fullmatch(rf"{kind}-py3(\d+)", name)))


def _abi3_min(sources: Sources) -> list[int]:
    minors = _stable_abi_features(sources, "abi3")
    if not minors:
        raise NotFoundError("features `abi3-py3*`")
    return [3, minors[0]]


def _abi3_max(sources: Sources) -> list[int]:
    return [3, int(first(r"\bconst (?:STABLE_ABI|ABI3)_MAX_MINOR: u8 = (\d+);", sources.config))]


def _abi3t_min(sources: Sources) -> list[int] | None:
    if not _stable_abi_features(sources, "abi3t"):
        return None
    return Versions(sources.config).value("MINIMUM_SUPPORTED_VERSION_ABI3T")


def _free_threaded_min(sources: Sources) -> list[int] | None:
    if "Py_GIL_DISABLED" not in _expected_cfgs(sources):
        return None
    if "const MIN_FREE_THREADED_VERSION" in sources.ffi:
        return Versions(sources.ffi).value("MIN_FREE_THREADED_VERSION")
    return [3, int(first(r"version >= PythonVersion::PY3(\d+),[^;]*free-threaded build", sources.config))]


def _build_flags(sources: Sources) -> list[str]:
    listed = first(r"(?s)\[((?:\s*BuildFlag::\w+(?:\([^)]*\))*\)?,)+\s*)\]", sources.config)
    return sorted(other or name for name, other in re.findall(r'BuildFlag::(\w+)(?:\("(\w+)")?', listed))


def _py_sys_config_values(sources: Sources) -> list[str]:
    values = first(r"py_sys_config, values\(([^)]*)\)", function(sources.cfgs, "print_expected_cfgs"))
    return re.findall(r"\w+", values)


def _feature_cfgs(sources: Sources) -> dict[str, int]:
    body = function(sources.cfgs, "print_feature_cfgs")
    found = re.findall(r'print_feature_cfg\((\d+), "(\w+)"\)', body)
    found += re.findall(r'if rustc_minor_version >= (\d+) \{\s*println!\("cargo:rustc-cfg=(\w+)"\)', body)
    if not found:
        raise NotFoundError("a cfg in `print_feature_cfgs`")
    return {name: int(minor) for minor, name in found}


def _feature_cfgs_checked(sources: Sources) -> bool:
    return "cargo:rustc-check-cfg" in sources.cfgs.replace(function(sources.cfgs, "print_expected_cfgs"), "")


def _expected_cfgs(sources: Sources) -> list[str]:
    return re.findall(r"cargo:rustc-check-cfg=cfg\((\w+)\)", function(sources.cfgs, "print_expected_cfgs"))


def _check_cfg_rustc(sources: Sources) -> int:
    body = function(sources.cfgs, "print_expected_cfgs")
    return int(first(r"version < (\d+)", body)) if "rustc_minor_version" in body else 0


def _cfgs_from(sources: Sources) -> list[int]:
    start = first(r"for i in ([\w.]+)\.\.=", function(sources.config, "build_script_outputs"))
    return [3, int(start)] if start.isdigit() else Versions(sources.config).value(start.partition(".")[0])


def _checked_cfgs_max(sources: Sources) -> list[int]:
    end = first(r"\bMINIMUM_SUPPORTED_VERSION\.minor\.\.=([^{]+) \{", function(sources.cfgs, "print_expected_cfgs"))
    following = _abi3_max(sources)[1] + int(first(r"_MAX_MINOR \+ (\d+)", end))
    other = re.match(r"std::cmp::max\((\d+), ", end)
    return [3, max(following, int(other.group(1)) if other else 0)]


def _always_cfgs(sources: Sources) -> dict[str, list[str]]:
    found = {}
    for crate in _crates_with_build_script(sources):
        text = sources.text(f"{crate}/build.rs")
        checked = set(re.findall(r"cargo:rustc-check-cfg=cfg\((\w+)\)", text))
        cfgs = [name for name in re.findall(r'cargo:rustc-cfg=(\w+)"', text) if name in checked]
        if cfgs:
            found[crate] = ordered(cfgs)
    return found


def _cfg_crates(sources: Sources) -> list[str]:
    return [
        crate
        for crate in _crates_with_build_script(sources)
        if "print_expected_cfgs()" in sources.text(f"{crate}/build.rs")
    ]


def _config_keys(sources: Sources) -> list[str]:
    body = function(sources.config, "to_writer")
    found = re.findall(r'write_(?:option_)?line!\((\w+)\)|"(\w+)=\{', body)
    if not found:
        raise NotFoundError("keys in `to_writer`")
    return ordered(one or other for one, other in found)


def _generation(sources: Sources) -> str:
    keys = _config_keys(sources)
    for key in ("target_abi", "abi3"):
        if key in keys:
            return key
    raise NotFoundError("the config key `target_abi` or `abi3`")


def _variables(sources: Sources) -> list[str]:
    text = "".join(sources.texts.values())
    found = re.findall(r'\b(?:env_var|env::var|env::var_os)\(\s*"(\w+)"', text)
    found += re.findall(r"cargo:rerun-if-env-changed=(\w+)", text)
    return sorted(name for name in set(found) if not re.fullmatch(_CARGO_VARIABLES, name))


def _forward_compatibility(sources: Sources) -> list[str]:
    return [name for name in _variables(sources) if name.endswith("_FORWARD_COMPATIBILITY")]


def _raw_dylib_names(sources: Sources) -> list[str]:
    if "raw-dylib" not in sources.ffi and "raw_dylib" not in sources.ffi:
        return []
    listed = first(r"matches!\(\s*lib_name,([^)]*)\)", function(sources.ffi, "lib_name_is_known_for_raw_dylib"))
    return sorted(re.findall(r'"([^"]+)"', listed))


def _rpath(sources: Sources) -> str | None:
    names = re.findall(r"\badd_(?:python_)?(framework|libpython_rpath)_link_args\(\)", sources.text("pyo3/build.rs"))
    return names[0].partition("_")[0] if names else None


def _linking_oses(sources: Sources) -> list[str]:
    body = function(sources.config, "is_linking_libpython_for_target")
    names = {name.lower() for name in re.findall(r"\b(?:OperatingSystem|Environment)::(\w+)", body)}
    # A triple's environment tells Android; the table has names of operating systems.
    return sorted({"android" if name == "androideabi" else name for name in names})


def _emscripten_link_args_below(sources: Sources) -> int | None:
    body = function(sources.cfgs, "_add_extension_module_link_args")
    return int(first(r"version < (\d+)", body)) if "rustc_minor_version" in body else None


def _crates_with_build_script(sources: Sources) -> list[str]:
    return sorted(
        name
        for name, package in sources.packages.items()
        if any("custom-build" in target["kind"] for target in package["targets"])
    )


def _dependencies(sources: Sources) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for name, package in sources.packages.items():
        kinds: dict[str, list[str]] = {"build": [], "normal": []}
        for each in package["dependencies"]:
            kind = each["kind"] or "normal"
            if kind in kinds and not each["optional"]:
                kinds[kind].append(each["name"])
        found[name] = {kind: sorted(set(names)) for kind, names in kinds.items()}
    return found


def _macros_read_config(sources: Sources) -> bool:
    needs = _dependencies(sources)
    return any("pyo3-build-config" in kinds["normal"] for crate, kinds in needs.items() if "macros" in crate)


def _msrv(sources: Sources) -> str:
    version = sources.packages["pyo3"]["rust_version"]
    if version is None:
        raise NotFoundError("`rust-version`")
    return str(version)


class Field(NamedTuple):
    """How a field of the table is derived."""

    derive: Callable[[Sources], Any]
    where: str
    """What a person reads when it cannot be."""


_CONFIG = "pyo3-build-config/src/impl_.rs"
_CFGS = "pyo3-build-config/src/lib.rs"
_MANIFEST = "pyo3/Cargo.toml"
FIELDS: Mapping[str, Field] = {
    "abi3_max": Field(_abi3_max, f"{_CONFIG}, get_abi3_version"),
    "abi3_min": Field(_abi3_min, f"{_MANIFEST}, features"),
    "abi3t_min": Field(_abi3t_min, f"{_CONFIG}, get_abi3t_version"),
    "always_cfgs": Field(_always_cfgs, "every build.rs, main"),
    "build_flags": Field(_build_flags, f"{_CONFIG}, BuildFlags"),
    "cfg_crates": Field(_cfg_crates, "every build.rs, main"),
    "cfgs_from": Field(_cfgs_from, f"{_CONFIG}, build_script_outputs"),
    "check_cfg_rustc": Field(_check_cfg_rustc, f"{_CFGS}, print_expected_cfgs"),
    "checked_cfgs_max": Field(_checked_cfgs_max, f"{_CFGS}, print_expected_cfgs"),
    "config_keys": Field(_config_keys, f"{_CONFIG}, InterpreterConfig::to_writer"),
    "crates_with_build_script": Field(_crates_with_build_script, "every Cargo.toml, build"),
    "cross_lib_dir_warning": Field(
        lambda sources: "PYO3_CROSS_LIB_DIR" in function(sources.ffi, "emit_link_config"),
        "pyo3-ffi/build.rs, emit_link_config",
    ),
    "dependencies": Field(_dependencies, "every Cargo.toml, dependencies"),
    "emscripten_link_args_below": Field(_emscripten_link_args_below, f"{_CFGS}, _add_extension_module_link_args"),
    "expected_cfgs": Field(_expected_cfgs, f"{_CFGS}, print_expected_cfgs"),
    "feature_cfgs": Field(_feature_cfgs, f"{_CFGS}, print_feature_cfgs"),
    "feature_cfgs_checked": Field(_feature_cfgs_checked, f"{_CFGS}, print_feature_cfg"),
    "features": Field(lambda sources: sorted(sources.packages["pyo3"]["features"]), f"{_MANIFEST}, features"),
    "forward_compatibility": Field(_forward_compatibility, "pyo3-ffi/build.rs, ensure_python_version"),
    "free_threaded_min": Field(_free_threaded_min, "pyo3-ffi/build.rs, ensure_python_version"),
    "generation": Field(_generation, f"{_CONFIG}, InterpreterConfig::to_writer"),
    "graalpy_min": Field(
        lambda sources: Versions(sources.config).value("MINIMUM_SUPPORTED_VERSION_GRAALPY"),
        f"{_CONFIG}, from_interpreter",
    ),
    "implementations": Field(
        lambda sources: list(_implementations(sources).values()), f"{_CONFIG}, PythonImplementation::from_str"
    ),
    "linking_oses": Field(_linking_oses, f"{_CONFIG}, is_linking_libpython_for_target"),
    "links": Field(
        lambda sources: {name: each["links"] for name, each in sources.packages.items() if each["links"]},
        "every Cargo.toml, links",
    ),
    "macros_read_config": Field(_macros_read_config, "pyo3-macros-backend/Cargo.toml, dependencies"),
    "msrv": Field(_msrv, f"{_MANIFEST}, rust-version"),
    "py_sys_config_values": Field(_py_sys_config_values, f"{_CFGS}, print_expected_cfgs"),
    "python": Field(_python, "pyo3-ffi/build.rs, ensure_python_version"),
    "python_min": Field(
        lambda sources: Versions(sources.config).value("MINIMUM_SUPPORTED_VERSION"),
        f"{_CONFIG}, build_script_outputs",
    ),
    "raw_dylib_names": Field(_raw_dylib_names, "pyo3-ffi/build.rs, emit_link_config"),
    "rpath": Field(_rpath, "pyo3/build.rs, configure_pyo3"),
    "variables": Field(_variables, "every build.rs and pyo3-build-config/src, env_var"),
}


def derive(sources: Sources) -> Derived:
    """Derive all fields that the sources tell in a known form."""
    derived = Derived({}, {})
    for name, each in FIELDS.items():
        try:
            derived.fields[name] = each.derive(sources)
        except NotFoundError as error:
            derived.missing[name] = f"{each.where}: {error} is not there"
    return derived
