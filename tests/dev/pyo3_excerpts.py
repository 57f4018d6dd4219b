"""Two invented PyO3 versions, in the style of the old and of the new sources, with numbers that no PyO3 has."""

from __future__ import annotations

from typing import Any

import pyo3_source
from pyo3_source import Sources


def package(
    name: str,
    script: bool = False,
    features: tuple[str, ...] = (),
    links: str | None = None,
    dependencies: tuple[tuple[str, str | None, bool], ...] = (),
    rust_version: str | None = None,
) -> dict[str, Any]:
    """Make an entry of `cargo metadata`."""
    kinds = [["lib"], ["custom-build"]] if script else [["lib"]]
    return {
        "name": name,
        "features": {feature: [] for feature in features},
        "links": links,
        "rust_version": rust_version,
        "targets": [{"kind": kind} for kind in kinds],
        "dependencies": [{"name": each, "kind": kind, "optional": optional} for each, kind, optional in dependencies],
    }


_IMPLEMENTATION = """
impl FromStr for PythonImplementation {
    fn from_str(s: &str) -> Result<Self> {
        match s {
            "CPython" => Ok(PythonImplementation::CPython),
            "GraalVM" => Ok(PythonImplementation::GraalPy),
            other => bail!("no interpreter: {}", other),
        }
    }
}
"""

OLD_TEXTS = {
    "pyo3-build-config/build.rs": 'fn main() { if std::env::var("CARGO_FEATURE_X").is_ok() { configure() } }',
    "pyo3-build-config/src/impl_.rs": _IMPLEMENTATION
    + """
const MINIMUM_SUPPORTED_VERSION: PythonVersion = PythonVersion { major: 3, minor: 5 };
const MINIMUM_SUPPORTED_VERSION_GRAALPY: PythonVersion = PythonVersion {
    major: 22,
    minor: 3,
};
const ABI3_MAX_MINOR: u8 = 9;

fn iter_all() -> impl Iterator<Item = BuildFlag> {
    [
        BuildFlag::Py_DEBUG,
        BuildFlag::Other("Py_SPECIAL".to_string()),
    ]
    .into_iter()
}

fn build_script_outputs(&self) {
    for i in 4..=self.version.minor { out.push(format!("cargo:rustc-cfg=Py_3_{}", i)); }
}

fn to_writer(&self) {
    write_line!(version)?;
    write_line!(abi3)?;
    write_option_line!(lib_name)?;
    for line in &self.lines { writeln!(writer, "extra_line={}", line)?; }
}

fn is_linking_libpython_for_target(target: &Triple) -> bool {
    target.operating_system == OperatingSystem::Windows
        || target.environment == Environment::Android
        || target.environment == Environment::Androideabi
}

fn lib_name() {
    ensure!(version >= PythonVersion::PY312, "cannot compile for the free-threaded build of {}", version);
}

fn find() { env_var("PYO3_ANSWER"); env_var("CARGO_CFG_TARGET_OS"); env::var_os("OUT_DIR"); env_var(name); }
""",
    "pyo3-build-config/src/lib.rs": r"""
fn print_feature_cfgs() {
    let rustc_minor_version = rustc_minor_version().unwrap_or(0);
    if rustc_minor_version >= 61 {
        println!("cargo:rustc-cfg=has_one");
    }
}

fn print_expected_cfgs() {
    if rustc_minor_version().map_or(false, |version| version < 81) { return; }
    println!("cargo:rustc-check-cfg=cfg(Py_GIL_DISABLED)");
    println!("cargo:rustc-check-cfg=cfg(py_sys_config, values(\"Py_DEBUG\", \"Py_SPECIAL\"))");
    println!("cargo:rustc-check-cfg=cfg(has_one)");
    for i in impl_::MINIMUM_SUPPORTED_VERSION.minor..=std::cmp::max(12, impl_::ABI3_MAX_MINOR + 1) {
        println!("cargo:rustc-check-cfg=cfg(Py_3_{i})");
    }
}

fn _add_extension_module_link_args(triple: &Triple, mut writer: impl std::io::Write) {
    if triple == &emscripten() { writeln!(writer, "cargo:rustc-cdylib-link-arg=-sSIDE").unwrap(); }
}
""",
    "pyo3-ffi/build.rs": """
const SUPPORTED_VERSIONS_CPYTHON: SupportedVersions = SupportedVersions {
    min: PythonVersion { major: 3, minor: 5 },
    max: PythonVersion { major: 3, minor: 11 },
};
const SUPPORTED_VERSIONS_GRAALPY: SupportedVersions = SupportedVersions {
    min: PythonVersion { major: 3, minor: 9 },
    max: SUPPORTED_VERSIONS_CPYTHON.max,
};
fn emit_link_config() {}
fn main() {
    pyo3_build_config::print_expected_cfgs();
    env_var("PYO3_USE_OLD_FORWARD_COMPATIBILITY");
    println!("cargo:rerun-if-env-changed=PYO3_SIGN");
}
""",
    "pyo3/build.rs": """
fn main() {
    pyo3_build_config::print_expected_cfgs();
    add_python_framework_link_args();
}
""",
}

NEW_TEXTS = {
    "pyo3-build-config/src/impl_.rs": _IMPLEMENTATION
    + """
const MINIMUM_SUPPORTED_VERSION: PythonVersion = PythonVersion { major: 3, minor: 20 };
const MINIMUM_SUPPORTED_VERSION_ABI3T: PythonVersion = PythonVersion { major: 3, minor: 22 };
const MINIMUM_SUPPORTED_VERSION_GRAALPY: PythonVersion = PythonVersion { major: 30, minor: 1 };
const STABLE_ABI_MAX_MINOR: u8 = 24;

const ALL: [BuildFlag; 1] = [BuildFlag::Py_DEBUG,];

fn build_script_outputs(&self) {
    for i in MINIMUM_SUPPORTED_VERSION.minor..=self.version().minor { out.push(format!("{i}")); }
}

fn to_writer(&self) { write_line!(version)?; write_line!(target_abi)?; }

fn is_linking_libpython_for_target(target: &Triple) -> bool {
    matches!(target.operating_system, OperatingSystem::IOS(_))
}
""",
    "pyo3-build-config/src/lib.rs": """
fn print_feature_cfgs() {
    print_feature_cfg(99, "has_two");
    print_feature_cfg(101, "has_three");
}

fn print_feature_cfg(minor: u32, cfg: &str) {
    println!("cargo:rustc-check-cfg=cfg({cfg})");
}

fn print_expected_cfgs() {
    println!("cargo:rustc-check-cfg=cfg(Py_GIL_DISABLED)");
    println!(r#"cargo:rustc-check-cfg=cfg(py_sys_config, values("Py_DEBUG"))"#);
    for i in impl_::MINIMUM_SUPPORTED_VERSION.minor..=impl_::STABLE_ABI_MAX_MINOR + 1 {
        println!("cargo:rustc-check-cfg=cfg(Py_3_{i})");
    }
}

fn _add_extension_module_link_args(
    triple: &Triple,
    rustc_minor_version: Option<u32>,
) {
    if rustc_minor_version.is_some_and(|version| version < 97) {}
}
""",
    "pyo3-ffi/build.rs": """
const PY_3_23: PythonVersion = PythonVersion { major: 3, minor: 23 };
const SUPPORTED_VERSIONS_CPYTHON: SupportedVersions = SupportedVersions {
    min: PythonVersion { major: 3, minor: 20 },
    max: PY_3_23,
};
const MIN_FREE_THREADED_VERSION: PythonVersion = PY_3_23;
fn lib_name_is_known_for_raw_dylib(lib_name: &str) -> bool {
    matches!(
        lib_name,
        "python3" | "python3_x"
        | "python-other"
    )
}
fn emit_link_config() {
    // Use raw-dylib.
    println!("cargo:rustc-cfg=use_raw_dylib");
    if env_var("PYO3_CROSS_LIB_DIR").is_none() { warn!("set PYO3_CROSS_LIB_DIR"); }
}
fn main() { pyo3_build_config::print_expected_cfgs(); }
""",
    "pyo3/build.rs": """
fn main() {
    println!("cargo:rustc-check-cfg=cfg(usually)");
    println!("cargo:rustc-cfg=usually");
    add_libpython_rpath_link_args();
}
""",
}


def old() -> Sources:
    """Give the version in the old style."""
    packages = [
        package("pyo3", True, ("abi3", "abi3-py35", "abi3-py310", "full"), rust_version="1.50"),
        package("pyo3-build-config", True),
        package("pyo3-ffi", True, links="python", dependencies=(("pyo3-build-config", "build", False),)),
        package("pyo3-macros"),
        package(
            "pyo3-macros-backend",
            dependencies=(("pyo3-build-config", None, False), ("syn", None, True), ("tests", "dev", False)),
        ),
    ]
    return pyo3_source.make_sources({each["name"]: each for each in packages}, OLD_TEXTS)


def new() -> Sources:
    """Give the version in the new style."""
    packages = [
        package("pyo3", True, ("abi3", "abi3-py320", "abi3t", "abi3t-py322"), "pyo3-python", rust_version="1.90"),
        package("pyo3-build-config"),
        package("pyo3-ffi", True, links="python"),
        package("pyo3-macros"),
        package("pyo3-macros-backend"),
    ]
    return pyo3_source.make_sources({each["name"]: each for each in packages}, NEW_TEXTS)
