"""Compares the computed outputs of build scripts with those of the real ones, run by Cargo.

    python differential.py --cargo cargo --rustc rustc --vendor DIR --lock Cargo.lock --probe pyo3_probe.py \\
        [--python PATH ...] [--facts facts.json=TARGET ...] [--features abi3-py310 ...]

Every Python, run by the real build script, is compared without features and then with each `--features`. Facts stand
for an interpreter that is not at hand: the computed configuration is given to the real build scripts, for a target
that need not be installed (crates fail to compile then, their build scripts run all the same). Cargo works offline
from the vendored crates, in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyo3_build_scripts
import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_flags
import pyo3_from_facts
import pyo3_probe_run
import pyo3_settings
import pyo3_support
import pyo3_triple
import pyo3_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyo3_build_scripts import CrateOutputs, RustcVersion
    from pyo3_interpreter_config import InterpreterConfig

CRATES = ("libc", "proc-macro2", "pyo3", "pyo3-ffi", "pyo3-macros-backend", "quote")
# Where things are on the machine, which the computed configuration leaves out.
_PATH_KEYS = ("executable", "lib_dir", "python_framework_prefix")


@dataclass(frozen=True)
class BuildScript:
    """What Cargo reports about one build script."""

    crate: str
    version: str
    features: tuple[str, ...]
    cfgs: tuple[str, ...]
    check_cfgs: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    link_args: tuple[str, ...]
    config: str | None
    """The interpreter configuration, if the script passes it on."""


def read_messages(text: str, printed: Mapping[str, str]) -> list[BuildScript]:
    """Read `cargo check --message-format=json`.

    Args:
        text: Cargo's messages, one JSON object a line.
        printed: what each build script printed, by its `out_dir`.
    """
    messages = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    features = {
        each["package_id"]: tuple(each["features"]) for each in messages if each["reason"] == "compiler-artifact"
    }
    scripts = []
    for each in messages:
        if each["reason"] != "build-script-executed":
            continue
        crate, version = _name_and_version(each["package_id"])
        scripts.append(_script(crate, version, features.get(each["package_id"], ()), each, printed[each["out_dir"]]))
    return [script for script in scripts if script.crate in CRATES]


def _script(crate: str, version: str, features: tuple[str, ...], message: dict[str, Any], printed: str) -> BuildScript:
    lines = printed.splitlines()
    libraries = tuple(f"-l{name}" for name in message["linked_libs"])
    return BuildScript(
        crate=crate,
        version=version,
        features=features,
        cfgs=tuple(message["cfgs"]),
        check_cfgs=_values(lines, "rustc-check-cfg"),
        env=tuple((name, value) for name, value in message["env"]),
        link_args=libraries + _values(lines, "rustc-link-arg"),
        config=next((bytes.fromhex(value).decode("utf-8") for value in _values(lines, "PYO3_CONFIG")), None),
    )


def _values(lines: Iterable[str], key: str) -> tuple[str, ...]:
    prefix = f"cargo:{key}="
    return tuple(line[len(prefix) :] for line in lines if line.startswith(prefix))


def _name_and_version(package_id: str) -> tuple[str, str]:
    """Read `registry+URL#NAME@VERSION`."""
    name, _, version = package_id.rpartition("#")[2].partition("@")
    return name, version


def differences(script: BuildScript, outputs: CrateOutputs, config: InterpreterConfig) -> list[str]:
    """Describe where the real build script and the computed outputs disagree; the order of cfgs does not count."""
    found = []
    pairs: dict[str, tuple[Sequence[Any], Sequence[Any]]] = {
        "cfgs": (script.cfgs, outputs.cfgs),
        "check-cfgs": (script.check_cfgs, outputs.check_cfgs),
        "env": (script.env, outputs.env),
        "link arguments": (script.link_args, outputs.link_args),
    }
    for what, (real, computed) in pairs.items():
        if set(real) != set(computed):
            found.append(f"{what}: only real {_only(real, computed)}, only computed {_only(computed, real)}")
    if script.config is not None:
        computed_text = pyo3_config_file.write(config, pyo3_versions.pyo3_version("0.30.1"))
        real_lines, computed_lines = comparable_config(script.config), comparable_config(computed_text)
        if real_lines != computed_lines:
            found.append(f"config: real {real_lines}, computed {computed_lines}")
    return [f"{script.crate} {script.version}: {line}" for line in found]


def _only(one: Iterable[Any], other: Iterable[Any]) -> list[Any]:
    return sorted(set(one) - set(other))


def comparable_config(text: str) -> list[str]:
    """Give the lines of a configuration in their order, without paths and with sorted build flags."""
    lines = []
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "build_flags":
            value = ",".join(sorted(value.split(",")))
        if key not in _PATH_KEYS:
            lines.append(f"{key}={value}")
    return lines


def write_project(folder: pathlib.Path, vendor: str, lock: str, features: Sequence[str]) -> str:
    """Write a Cargo project that uses pyo3 from vendored crates only, and give the version of pyo3."""
    locked = pyo3_common.read_text(lock, "Cargo.lock")
    version = locked.partition('name = "pyo3"\nversion = "')[2].partition('"')[0]
    known = "".join(f'{feature} = ["pyo3/{feature}"]\n' for each in features for feature in each.split(","))
    manifest = (
        '[package]\nname = "differential"\nversion = "0.0.0"\nedition = "2021"\n'
        f'[dependencies]\npyo3 = "={version}"\n[features]\n{known}'
    )
    source = (
        '[source.crates-io]\nreplace-with = "vendored"\n'
        f"[source.vendored]\ndirectory = {json.dumps(os.path.abspath(vendor))}\n"
    )
    (folder / ".cargo").mkdir()
    (folder / "src").mkdir()
    (folder / "src" / "lib.rs").write_text("", encoding="utf-8")
    (folder / "Cargo.toml").write_text(manifest, encoding="utf-8")
    (folder / ".cargo" / "config.toml").write_text(source, encoding="utf-8")
    shutil.copyfile(lock, folder / "Cargo.lock")
    return version


@dataclass(frozen=True)
class Subject:
    """One interpreter with one choice of features."""

    name: str
    features: str
    config: InterpreterConfig
    target: str | None
    """None for the host's."""
    environment: tuple[tuple[str, str], ...]
    """What tells the real build script of the interpreter."""


def run_cargo(cargo: str, rustc: str, folder: pathlib.Path, subject: Subject) -> list[BuildScript]:
    """Run the real build scripts."""
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(folder / "target"),
        "PYO3_BUILD_EXTENSION_MODULE": "1",
        "RUSTC": rustc,
        **dict(subject.environment),
    }
    command = [cargo, "check", "--offline", "--quiet", "--message-format=json", "--features", subject.features]
    if subject.target is not None:
        command += ["--keep-going", "--target", subject.target]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, encoding="utf-8")
    if result.returncode != 0 and subject.target is None:
        raise pyo3_common.ToolError(f"cargo check failed for {subject.name}:\n{result.stderr}")
    printed = {}
    for line in result.stdout.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "build-script-executed":
            output = pathlib.Path(message["out_dir"]).parent / "output"
            printed[message["out_dir"]] = output.read_text(encoding="utf-8")
    return read_messages(result.stdout, printed)


def configure(facts: dict[str, Any], version: str, target: str, features: str) -> InterpreterConfig:
    """Compute the configuration with the tools."""
    pyo3 = pyo3_versions.pyo3_version(version)
    triple = pyo3_triple.parse_triple(target)
    enabled = [feature for feature in features.split(",") if feature]
    config = pyo3_from_facts.configure(pyo3_facts.parse_facts(facts, "the facts"), enabled, pyo3, triple, [])
    pyo3_support.check(config, pyo3, triple, pyo3_settings.Settings())
    return config


def subjects(args: argparse.Namespace, folder: pathlib.Path, version: str, host: str) -> Iterator[Subject]:
    """Make a subject of every interpreter and every choice of features."""
    for python in args.python:
        facts = pyo3_common.parse_json(pyo3_probe_run.run_probe(python, args.probe, 60), python)
        for features in ["", *args.features]:
            config = configure(facts, version, host, features)
            yield Subject(python, features, config, None, (("PYO3_PYTHON", python),))
    for pair in args.facts:
        path, _, target = pair.partition("=")
        config = configure(pyo3_common.read_json(path, "facts"), version, target, "")
        file = folder / "config.txt"
        file.write_text(pyo3_config_file.write(config, pyo3_versions.pyo3_version(version)), encoding="utf-8")
        yield Subject(f"{pathlib.Path(path).name} for {target}", "", config, target, (("PYO3_CONFIG_FILE", str(file)),))


def compare_scripts(scripts: Iterable[BuildScript], subject: Subject, rustc: RustcVersion) -> list[str]:
    """Compare each build script with the computed outputs and give the differences."""
    found: list[str] = []
    seen = set()
    target = pyo3_triple.parse_triple(subject.target or rustc.host)
    for script in scripts:
        seen.add(script.crate)
        outputs = pyo3_build_scripts.crate_outputs(
            script.crate, script.version, script.features, rustc, target, subject.config
        )
        found += differences(script, outputs, subject.config)
    return found + [f"{crate}: its build script did not run" for crate in CRATES if crate not in seen]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cargo", required=True)
    parser.add_argument("--rustc", required=True)
    parser.add_argument("--vendor", required=True, help="folder of vendored crates")
    parser.add_argument("--lock", required=True, help="Cargo.lock that pins them")
    parser.add_argument("--probe", required=True, help="path of pyo3_probe.py")
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--facts", action="append", default=[], metavar="FACTS=TARGET")
    parser.add_argument("--features", action="append", default=[], help="comma-separated features of pyo3")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Print each difference; 1 if there is any, or if a crate's build script did not run."""
    args = _parser().parse_args(argv)
    for tool in ("cargo", "rustc"):
        if os.sep in getattr(args, tool):
            # Cargo runs in another folder.
            setattr(args, tool, os.path.abspath(getattr(args, tool)))
    for python in args.python:
        if not shutil.which(python):
            print(f"{python}: not compared, it is not installed")
    args.python = [path for path in map(shutil.which, args.python) if path]
    rustc = pyo3_flags.ask_rustc(args.rustc)
    compared = failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        version = write_project(folder, args.vendor, args.lock, args.features)
        for subject in subjects(args, folder, version, rustc.host):
            found = compare_scripts(run_cargo(args.cargo, args.rustc, folder, subject), subject, rustc)
            print(f"{subject.name} [{subject.features or 'no features'}]: {len(found)} differences")
            print("".join(f"  {line}\n" for line in found), end="", flush=True)
            compared += 1
            failed += bool(found)
    print(f"{failed} of {compared} differ")
    return 1 if failed or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
