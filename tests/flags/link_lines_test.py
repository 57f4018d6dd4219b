"""How libpython is linked, in every version of PyO3."""

from __future__ import annotations

import pytest
from flags_testing import LINUX, MACOS, RUSTC, VERSIONS, WINDOWS, extension_outputs, interpreter, outputs
from pyo3_build_scripts import CrateOutputs, RustcVersion
from pyo3_common import ToolError
from pyo3_versions import pyo3_version

RAW_DYLIB = [version for version in VERSIONS if pyo3_version(version).raw_dylib_names]
IMPORT_LIBRARIES = [version for version in VERSIONS if version not in RAW_DYLIB]
EMSCRIPTEN = "wasm32-unknown-emscripten"


def _linked(target: str, version: str, extension_module: bool) -> bool:
    result = outputs("pyo3-ffi", version, interpreter(), target, extension_module=extension_module)
    return bool(result.link_args) or "pyo3_use_raw_dylib" in result.cfgs


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("target", [LINUX, MACOS, EMSCRIPTEN, "x86_64-unknown-freebsd", "aarch64-unknown-linux-musl"])
def test_r11_r12_only_programs_link_libpython(version: str, target: str) -> None:
    assert outputs("pyo3-ffi", version, interpreter(), target).link_args == ()
    program = outputs("pyo3-ffi", version, interpreter(), target, extension_module=False)
    assert program.link_args == ("-lpython3.12",)


@pytest.mark.parametrize("version", VERSIONS)
def test_r13_the_feature_extension_module_keeps_libpython_out(version: str) -> None:
    result = outputs("pyo3-ffi", version, interpreter(), features=["extension-module"], extension_module=False)
    assert result.link_args == ()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("target", [WINDOWS, "aarch64-linux-android", "armv7-linux-androideabi", "powerpc64-ibm-aix"])
def test_platforms_where_extensions_link_libpython(version: str, target: str) -> None:
    assert _linked(target, version, extension_module=True)
    assert _linked(target, version, extension_module=False)


@pytest.mark.parametrize("target", ["aarch64-apple-ios", "x86_64-pc-cygwin"])
def test_platforms_where_newer_extensions_link_libpython(target: str) -> None:
    linking = [version for version in VERSIONS if _linked(target, version, extension_module=True)]
    assert linking == ["0.28.3", "0.29.3", "0.30.1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_search_path_and_static_libraries(version: str) -> None:
    config = interpreter(shared=False, lib_dir="/python/lib")
    result = outputs("pyo3-ffi", version, config, extension_module=False)
    assert (result.link_args[:1], result.link_search) == (("-lstatic=python3.12",), ("native=/python/lib",))


@pytest.mark.parametrize("version", IMPORT_LIBRARIES)
def test_windows_with_import_libraries(version: str) -> None:
    result = outputs("pyo3-ffi", version, interpreter(lib_name="python3"), WINDOWS)
    assert result.link_args == ("-lpythonXY:python3",)
    pypy = interpreter("PyPy", version=(3, 9), lib_name="libpypy3.9-c")
    assert outputs("pyo3-ffi", version, pypy, WINDOWS).link_args == ("-lpythonXY:libpypy3.9-c",)


@pytest.mark.parametrize("version", RAW_DYLIB)
def test_windows_with_raw_dylib(version: str) -> None:
    config = interpreter(lib_name="python312")
    for switch in (None, True):
        result = outputs("pyo3-ffi", version, config, WINDOWS, raw_dylib=switch)
        assert result.link_args == ()
        assert {"pyo3_use_raw_dylib", 'pyo3_dll="python312"'} < set(result.cfgs)
    turned_off = outputs("pyo3-ffi", version, config, WINDOWS, raw_dylib=False)
    assert turned_off.link_args == ("-lpythonXY:python312",)
    assert "pyo3_use_raw_dylib" not in turned_off.cfgs


@pytest.mark.parametrize("version", RAW_DYLIB)
def test_raw_dylib_is_for_known_libraries(version: str) -> None:
    result = outputs("pyo3-ffi", version, interpreter(lib_name="mypython"), WINDOWS, raw_dylib=True)
    assert result.link_args == ("-lpythonXY:mypython",)
    assert result.warnings[0].startswith("PYO3_USE_RAW_DYLIB is set to 1 but the Python library name is not recognized")


@pytest.mark.parametrize("version", RAW_DYLIB)
def test_import_library_of_pypy(version: str) -> None:
    pypy = interpreter("PyPy", version=(3, 11), lib_name="libpypy3.11-c")
    assert outputs("pyo3-ffi", version, pypy, WINDOWS, raw_dylib=False).link_args == ("-lpythonXY:python311",)
    other = interpreter("PyPy", version=(3, 11), lib_name="pypy")
    with pytest.raises(ToolError, match=r"lib_name is 'pypy' .*expected libpypy3\.11-c of PyPy: correct lib_name"):
        outputs("pyo3-ffi", version, other, WINDOWS)


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_of_the_configuration(version: str) -> None:
    lines = ("cargo:rustc-link-lib=mine", "cargo:rustc-link-search=/opt")
    config = interpreter(suppress_build_script_link_lines=True, extra_build_script_lines=lines)
    result = outputs("pyo3-ffi", version, config, WINDOWS, extension_module=False)
    assert (result.link_args, result.extra_lines) == ((), lines)
    assert outputs("pyo3", version, config).extra_lines == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_cross_builds_are_warned_without_a_folder(version: str) -> None:
    minor = int(version.split(".")[1])
    program = outputs("pyo3-ffi", version, interpreter(), extension_module=False, cross=True)
    assert bool(program.warnings) == (minor >= 27)
    known = interpreter(lib_dir="/python/lib")
    assert outputs("pyo3-ffi", version, known, extension_module=False, cross=True).warnings == ()
    assert outputs("pyo3-ffi", version, interpreter(), cross=True).warnings == ()


def _rpaths(version: str, target: str, extension_module: bool) -> dict[str, tuple[str, ...]]:
    config = interpreter(lib_dir="/python/lib", python_framework_prefix="/Frameworks")
    found = {}
    for crate in ("pyo3", "pyo3-ffi"):
        result = outputs(crate, version, config, target, extension_module=extension_module)
        found[crate] = tuple(argument for argument in result.link_args if "rpath" in argument)
    return {crate: args for crate, args in found.items() if args}


@pytest.mark.parametrize("version", VERSIONS)
def test_r43_programs_find_the_framework(version: str) -> None:
    found = _rpaths(version, MACOS, extension_module=False)
    minor = int(version.split(".")[1])
    if minor == 22:
        assert found == {}
    elif minor <= 28:
        assert found == {"pyo3": ("-Wl,-rpath,/Frameworks",)}
        assert _rpaths(version, LINUX, extension_module=False) == {}
    else:
        assert found == dict.fromkeys(("pyo3", "pyo3-ffi"), ("-Wl,-rpath,/python/lib",))
    assert _rpaths(version, MACOS, extension_module=True) == {}


@pytest.mark.parametrize(
    ("target", "found"),
    [(LINUX, True), (EMSCRIPTEN, True), ("wasm32-wasip1", False), (WINDOWS, False), ("x86_64-pc-cygwin", False)],
)
def test_r16_platforms_with_a_run_path(target: str, found: bool) -> None:
    assert bool(_rpaths("0.30.1", target, extension_module=False)) == found


@pytest.mark.parametrize("version", VERSIONS)
def test_r42_link_arguments_of_extensions(version: str) -> None:
    macos = extension_outputs(version, interpreter(), "x86_64-apple-darwin")
    assert macos.cdylib_link_args == ("-undefined", "dynamic_lookup")
    assert extension_outputs(version, interpreter(), LINUX).cdylib_link_args == ()
    old = extension_outputs(version, interpreter(), EMSCRIPTEN, RustcVersion(94, "stable", LINUX))
    assert old.cdylib_link_args == ("-sSIDE_MODULE=2", "-sWASM_BIGINT")
    new = extension_outputs(version, interpreter(), EMSCRIPTEN, RUSTC)
    assert bool(new.cdylib_link_args) == (version not in RAW_DYLIB)


def test_nothing_is_linked_by_crates_above() -> None:
    result = outputs("pyo3", "0.28.3", interpreter(), WINDOWS, extension_module=False)
    assert (result.link_args, result.link_search) == (CrateOutputs().link_args, CrateOutputs().link_search)
