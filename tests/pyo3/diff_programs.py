"""PyO3's own build scripts, compiled once as programs that can run many times.

The crates' sources are what `cargo vendor` laid down, with these edits in a copy of pyo3-build-config, each of which
makes a value of compile time one of run time:

* `env!("OUT_DIR")` of the library becomes the variable OUT_DIR_OF_BUILD_CONFIG. Up to PyO3 0.28 the library includes
  two files that the crate's build script writes there, so Cargo compiles it anew for each interpreter.
* `Triple::host()` and `cfg!(windows)`, the platform of the compiler, become the variable HOST that Cargo sets.

All else runs as it was published.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILD_CONFIG = "pyo3-build-config"
# In the order in which Cargo runs them.
SCRIPTED = (BUILD_CONFIG, "pyo3-ffi", "pyo3-macros-backend", "pyo3")
# Crates below PyO3 whose build scripts our tools know too. Not every version of PyO3 needs all.
OTHERS = ("libc", "memoffset", "proc-macro2", "quote", "rustversion", "target-lexicon")

_OUT_DIR_FUNCTIONS = """
fn run_time_out_dir() -> String {
    std::env::var("OUT_DIR_OF_BUILD_CONFIG").unwrap()
}
fn run_time_file(name: &str) -> &'static str {
    let path = std::path::Path::new(&run_time_out_dir()).join(name);
    Box::leak(std::fs::read_to_string(path).unwrap().into_boxed_str())
}
"""
_HOST_FUNCTIONS = """
fn run_time_host() -> Triple {
    std::env::var("HOST").unwrap().parse().unwrap()
}
fn run_time_windows() -> bool {
    run_time_host().operating_system == OperatingSystem::Windows
}
"""


@dataclass(frozen=True)
class Edit:
    """A replacement that is applied `times`, or at least once where that is None."""

    pattern: str
    replacement: str
    times: int | None = None


_INCLUDED = (
    r"const (CONFIG_FILE|HOST_CONFIG): &str =\s*"
    r'include_str!\(concat!\(env!\("OUT_DIR"\), "/([a-z0-9-]+\.txt)"\)\);'
)
_HOST_EDITS = (
    Edit(r"\bTriple::host\(\)", "run_time_host()"),
    Edit(r"\bcfg!\(windows\)", "run_time_windows()", 5),
)
_OUT_DIR_EDITS = (
    Edit(_INCLUDED, r"""fn \1() -> &'static str { run_time_file("\2") }""", 2),
    # The compiler refuses a use that is left.
    Edit(r"(\(|!)(CONFIG_FILE|HOST_CONFIG)\b", r"\1\2()"),
    Edit(r'env!\("OUT_DIR"\)', "run_time_out_dir()", 1),
)
# Its build script is a program of its own here.
_MANIFEST_EDITS = (Edit('build = "build.rs"', "build = false", 1),)


def edited(text: str, edits: tuple[Edit, ...], origin: str) -> str:
    """Apply edits in turn.

    Raises:
        ToolError: an edit does not apply as often as it should.
    """
    for edit in edits:
        text, times = re.subn(edit.pattern, edit.replacement, text)
        if times == 0 or edit.times not in (None, times):
            raise ToolError(f"{origin}: {edit.pattern} is there {times} times, expected {edit.times or 'some'}")
    return text


@dataclass(frozen=True)
class OtherProgram:
    """The build script of a crate below PyO3."""

    version: str
    """Of the crate."""
    path: str
    folder: str
    """The crate's sources, where Cargo runs the script."""


@dataclass(frozen=True)
class Programs:
    """The build scripts of one PyO3 version."""

    version: str
    paths: Mapping[str, str]
    """Program by crate; not every version has all."""
    others: Mapping[str, OtherProgram]
    """By crate, of those in OTHERS that this version needs."""
    features: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Features by crate: what each enables, as in Cargo.toml."""


def crate_folder(vendored: pathlib.Path, name: str) -> pathlib.Path:
    """Give the folder of a crate among vendored ones, with or without the version in its name.

    Raises:
        ToolError: there is none, or more than one.
    """
    pattern = re.compile(re.escape(name) + r"(-\d+\.\d+\.\d+.*)?")
    found = sorted(path for path in vendored.iterdir() if pattern.fullmatch(path.name))
    if len(found) != 1:
        raise ToolError(f"{vendored} has {len(found)} folders for the crate {name}, expected one")
    return found[0].resolve()


def _copy_build_config(source: pathlib.Path, copy: pathlib.Path) -> None:
    shutil.copytree(source, copy)
    library, implementation, manifest = (copy / name for name in ("src/lib.rs", "src/impl_.rs", "Cargo.toml"))
    for path in (library, implementation, manifest):
        path.chmod(0o644)
    if (source / "build.rs").exists():
        text = edited(library.read_text(encoding="utf-8"), _OUT_DIR_EDITS, str(library))
        library.write_text(text + _OUT_DIR_FUNCTIONS, encoding="utf-8")
        text = edited(manifest.read_text(encoding="utf-8"), _MANIFEST_EDITS, str(manifest))
        manifest.write_text(text, encoding="utf-8")
    text = edited(implementation.read_text(encoding="utf-8"), _HOST_EDITS, str(implementation))
    implementation.write_text(text + _HOST_FUNCTIONS, encoding="utf-8")
    # Cargo checks these sums in folders of vendored crates only, but the copy is none.
    (copy / ".cargo-checksum.json").unlink()


def _manifest(scripts: Mapping[str, tuple[pathlib.Path, str]], library: pathlib.Path, autocfg: bool) -> str:
    """Write a Cargo.toml that makes a program of each script; `scripts` has path and edition."""
    programs = "".join(
        f"[[bin]]\nname = {json.dumps(name)}\npath = {json.dumps(str(path))}\nedition = {json.dumps(edition)}\n"
        for name, (path, edition) in scripts.items()
    )
    more = 'autocfg = "*"\n' if autocfg else ""
    return (
        '[package]\nname = "scripts"\nversion = "0.0.0"\nedition = "2021"\n'
        # Those that a script looks at when it is compiled: pyo3-build-config's and proc-macro2's.
        '[features]\ndefault = ["proc-macro", "resolve-config"]\nproc-macro = []\nresolve-config = []\n'
        f"{programs}[dependencies]\n"
        f'{BUILD_CONFIG} = {{ path = "{library.name}", features = ["resolve-config"] }}\n'
        f'target-lexicon = "*"\n{more}[workspace]\nexclude = ["{library.name}"]\n'
        "[profile.dev]\ndebug = false\nincremental = false\n"
    )


def _source_replacement(vendored: pathlib.Path) -> str:
    return (
        '[source.crates-io]\nreplace-with = "vendored"\n'
        f"[source.vendored]\ndirectory = {json.dumps(str(vendored.resolve()))}\n"
    )


def compile_programs(version: str, vendored: pathlib.Path, cargo: str, rustc: str, folder: pathlib.Path) -> Programs:
    """Compile the build scripts of a version into `folder`, unless they are there.

    Args:
        version: of PyO3.
        vendored: folder that `cargo vendor` made.
        cargo: the program.
        rustc: the program.
        folder: kept between runs; what is in it for other sources or another compiler is not used.

    Raises:
        ToolError: an edit does not apply, or Cargo fails.
    """
    crates = {name: crate_folder(vendored, name) for name in (*SCRIPTED, "pyo3-macros")}
    crates |= {name: crate_folder(vendored, name) for name in OTHERS if list(vendored.glob(f"{name}*"))}
    project = folder / f"{version}-{_digest(crates, rustc)}"
    scripts = {name: script for name, path in crates.items() if (script := _script(path)) is not None}
    programs = {name: project / "target" / "debug" / name for name in scripts}
    if not (project / "finished").exists():
        _build(crates, scripts, vendored, project, cargo, rustc)
    return Programs(
        version,
        {name: str(programs[name]) for name in SCRIPTED if name in programs},
        {
            name: OtherProgram(_value(crates[name], "version"), str(programs[name]), str(crates[name]))
            for name in OTHERS
            if name in programs
        },
        {name: _features(path) for name, path in crates.items()},
    )


def _build(
    crates: Mapping[str, pathlib.Path],
    scripts: Mapping[str, pathlib.Path],
    vendored: pathlib.Path,
    project: pathlib.Path,
    cargo: str,
    rustc: str,
) -> None:
    shutil.rmtree(project, ignore_errors=True)
    (project / ".cargo").mkdir(parents=True)
    library = project / BUILD_CONFIG
    _copy_build_config(crates[BUILD_CONFIG], library)
    sources = {name: (path, _value(crates[name], "edition", "2015")) for name, path in scripts.items()}
    if BUILD_CONFIG in sources:
        sources[BUILD_CONFIG] = (library / "build.rs", sources[BUILD_CONFIG][1])
    autocfg = bool(list(vendored.glob("autocfg*")))
    (project / "Cargo.toml").write_text(_manifest(sources, library, autocfg), encoding="utf-8")
    (project / ".cargo" / "config.toml").write_text(_source_replacement(vendored), encoding="utf-8")
    environment = {
        **os.environ,
        "CARGO_HOME": str(project / "cargo_home"),
        "CARGO_TARGET_DIR": str(project / "target"),
        "RUSTC": rustc,
    }
    _run_cargo([cargo, "build", "--offline", "--quiet"], project, environment)
    (project / "finished").touch()


def _digest(crates: Mapping[str, pathlib.Path], rustc: str) -> str:
    answer = subprocess.run([rustc, "-vV"], capture_output=True, check=True).stdout
    parts = [pathlib.Path(__file__).read_bytes(), answer]
    parts += [(path / ".cargo-checksum.json").read_bytes() for _, path in sorted(crates.items())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _run_cargo(command: list[str], folder: pathlib.Path, environment: Mapping[str, str]) -> None:
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, encoding="utf-8")
    if result.returncode != 0:
        raise ToolError(f"`{' '.join(command)}` failed in {folder}:\n{result.stderr}")


def _value(crate: pathlib.Path, key: str, default: str = "") -> str:
    """Read a string of `[package]`, whose keys come first in a published manifest."""
    text = (crate / "Cargo.toml").read_text(encoding="utf-8").partition("\n[dependencies")[0]
    found = re.search(rf'^{key} = "([^"]+)"', text, re.MULTILINE)
    return found[1] if found else default


def _script(crate: pathlib.Path) -> pathlib.Path | None:
    """Give a crate's build script, None where it has none."""
    places = (crate / "build.rs", crate / "build" / "build.rs")
    return next((path for path in places if path.exists()), None)


def _features(crate: pathlib.Path) -> dict[str, tuple[str, ...]]:
    """Read `[features]` of a manifest as Cargo writes it for publishing: one table of lists of strings."""
    text = (crate / "Cargo.toml").read_text(encoding="utf-8")
    table = re.search(r"^\[features\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    entries = re.findall(r'^"?([\w-]+)"?\s*=\s*\[(.*?)\]', table[1] if table else "", re.MULTILINE | re.DOTALL)
    return {name: tuple(re.findall(r'"([^"]+)"', values)) for name, values in entries}


def enabled_features(features: Mapping[str, Mapping[str, tuple[str, ...]]], wanted: frozenset[str]) -> dict[str, Any]:
    """Follow features of pyo3 to those that they enable, in pyo3 and in the crates below it."""
    enabled: dict[str, set[str]] = {crate: set() for crate in features}
    pending = [("pyo3", feature) for feature in wanted]
    while pending:
        crate, feature = pending.pop()
        if feature in enabled[crate] or feature not in features[crate]:
            continue
        enabled[crate].add(feature)
        for each in features[crate][feature]:
            other, slash, below = each.partition("/")
            other = other.rstrip("?")
            if not slash:
                pending.append((crate, each))
            elif other in features:
                pending.append((other, below))
    if BUILD_CONFIG in enabled:
        enabled[BUILD_CONFIG].add("resolve-config")
    return {crate: frozenset(names) for crate, names in enabled.items()}
