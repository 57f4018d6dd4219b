"""Source distributions as a user builds them, and as pip with maturin installs them without a network."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import nested
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nested import Workspace

PYTHON = "python3.14"
# Starts of paths in runfiles.
MATURIN = Path(os.environ.get("MATURIN", "site/bin/maturin")).absolute()
SITE = MATURIN.parent.parent
TOP = "word_list-0.3.0b2"
OWN = [
    *("Cargo.toml", "LICENSE", "PKG-INFO", "README.md", "counting/Cargo.toml", "counting/src/lib.rs"),
    *("pyproject.toml", "python/wordlist/__init__.py", "python/wordlist/_native.pyi", "python/wordlist/py.typed"),
    *("src/lib.rs", "src/words.rs", "src/words.txt"),
]
_LOAD = 'load("@rules_pyo3//rules:defs.bzl", "pyo3_sdist")\n'
_PROJECT = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n\n[project]\nname = "odd"\n'
_MANIFEST = '[package]\nname = "odd"\nversion = "1.0.0"\nedition = "2021"\n'
# Nothing listens there.
_PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
_OFFLINE = {"CARGO_NET_OFFLINE": "true", **dict.fromkeys(_PROXIES, "http://127.0.0.1:9")}


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """Run a program and give what it prints."""
    environment = {**nested.kept_environment(os.environ), **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def without_network(folder: Path) -> list[str]:
    """Give the start of a command that runs without any network, empty where the machine forbids that."""
    command = ["unshare", "--net", "--map-root-user"]
    tried = shutil.which("unshare") and subprocess.run([*command, "true"], cwd=folder, check=False).returncode == 0
    if not tried:
        print("unshare may not give a process no network here: dead proxies and offline clients stand in for it")
    return command if tried else []


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    missing = [program for program in (PYTHON, "cargo") if not shutil.which(program)]
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)}")
    yield from nested.nested_workspace("tests/e2e/sdist", tmp_path_factory.mktemp("sdist") / "rules_pyo3")


def built(workspace: Workspace, target: str, *options: str) -> Path:
    """Build a target, and give the one file of its folder."""
    # Those of the extensions: //:wheel has them checked.
    checks = [] if target == "//:wheel" else ["--norun_validations"]
    workspace.succeed("build", target, *checks, *options)
    (path,) = workspace.output(target.replace(":", "/").lstrip("/")).iterdir()
    return path


def names(path: Path) -> list[str]:
    """Give the paths below the top folder."""
    with tarfile.open(path) as archive:
        return [name.removeprefix(f"{TOP}/") for name in archive.getnames()]


def crates(workspace: Workspace) -> list[Path]:
    """Give the repository of vendored crates, where it is fetched."""
    base = Path(workspace.succeed("info", "output_base").stdout.strip())
    return [path for path in (base / "external").glob("*wordlist_crates") if path.is_dir()]


def test_without_vendored_crates(workspace: Workspace) -> None:
    """What is generated stays out, and what is not used is not fetched."""
    path = built(workspace, "//:small")
    assert path.name == f"{TOP}.tar.gz"
    assert names(path) == OWN
    assert crates(workspace) == []


@pytest.fixture(scope="module")
def sdist(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy, which later builds leave as it is."""
    return Path(shutil.copy(built(workspace, "//:sdist"), tmp_path_factory.mktemp("built")))


def test_with_vendored_crates(workspace: Workspace, sdist: Path) -> None:
    found = names(sdist)
    own = [name for name in found if not name.startswith("vendor/")]
    assert own == sorted([*OWN, ".cargo/config.toml", "Cargo.lock", "check_test.py"])
    (folder,) = crates(workspace)
    vendored = (path for path in (folder / "vendor").rglob("*") if path.is_file())
    assert sorted(name for name in found if name not in own) == sorted(
        str(path.relative_to(folder)) for path in vendored
    )


def test_the_same_bytes_when_packed_again(workspace: Workspace, sdist: Path) -> None:
    first = sdist.read_bytes()
    # The time that entries have anyway: another action of the same outcome.
    assert built(workspace, "//:sdist", "--action_env=SOURCE_DATE_EPOCH=315532800").read_bytes() == first
    assert built(workspace, "//:sdist", "--action_env=SOURCE_DATE_EPOCH=1700000000").read_bytes() != first


@pytest.fixture(scope="module")
def installed(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the source distribution into an environment; give the environment's Python."""
    if not MATURIN.exists():
        pytest.skip("maturin is installed by the Bazel test only")
    folder = tmp_path_factory.mktemp("installed")
    run([PYTHON, "-m", "venv", folder / "venv"], folder)
    python = folder / "venv/bin/python"
    variables = {
        **_OFFLINE,
        # What it does to the code is not tested here.
        "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
        # Empty: no crate comes from a cache.
        "CARGO_HOME": str(folder / "cargo"),
        "PATH": f"{MATURIN.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(SITE),
        "PYTHONPYCACHEPREFIX": str(folder / "pycache"),
    }
    flags = ["--no-index", "--no-build-isolation", "--no-deps", "--no-cache-dir", "--disable-pip-version-check"]
    run([*without_network(folder), python, "-m", "pip", "install", *flags, sdist], folder, **variables)
    return python


def test_pip_builds_the_same_module(installed: Path) -> None:
    said = run([installed, "-I", "-c", "import wordlist as w; print(w.count('a b'), w.known())"], installed.parent)
    assert said == "2 3\n"
    assert run([installed.parent / "count-words", "a", "b", "c"], installed.parent) == "3 of 3\n"


def test_the_files_are_those_of_the_wheel(workspace: Workspace, installed: Path) -> None:
    wheel = built(workspace, "//:wheel")
    with zipfile.ZipFile(wheel) as archive:
        ours = [name for name in archive.namelist() if ".dist-info/" not in name]
    files = "import importlib.metadata as m; print('\\n'.join(map(str, m.files('word-list'))))"
    theirs = run([installed, "-I", "-c", files], installed.parent).splitlines()
    assert sorted(ours) == sorted(name for name in theirs if name.startswith("wordlist/") and not name.endswith(".pyc"))


def test_metadata_is_that_of_the_built_wheel(sdist: Path, installed: Path) -> None:
    with tarfile.open(sdist) as archive:
        stream = archive.extractfile(f"{TOP}/PKG-INFO")
        assert stream is not None
        mine = stream.read().decode("utf-8")
    read = "import importlib.metadata as m; print(m.distribution('word-list').read_text('METADATA'))"
    theirs = run([installed, "-I", "-X", "utf8", "-c", read], installed.parent)
    fields = [sorted(text.partition("\n\n")[0].splitlines()) for text in (mine, theirs)]
    assert fields[0] == fields[1]
    assert mine.partition("\n\n")[2].strip() == theirs.partition("\n\n")[2].strip()


def test_twine(sdist: Path, tmp_path: Path) -> None:
    if not MATURIN.exists():
        pytest.skip("twine is installed by the Bazel test only")
    variables = {"PYTHONPATH": str(SITE), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    assert "PASSED" in run([PYTHON, "-m", "twine", "check", "--strict", sdist], tmp_path, **variables)


def use_crates(workspace: Workspace, name: str, attributes: str) -> None:
    """Add a repository of vendored crates to the module."""
    file = workspace.directory / "MODULE.bazel"
    head = file.read_text(encoding="utf-8").partition("\npyo3.vendored_crates(name = ")[0]
    tag = f'\npyo3.vendored_crates(name = "{name}", {attributes})\nuse_repo(pyo3, "{name}")\n'
    file.write_text(head + tag, encoding="utf-8")


def write_odd(workspace: Workspace, lock: str, sdist: str = "") -> None:
    """Write a project of its own."""
    workspace.write("odd/BUILD.bazel", _LOAD + sdist)
    workspace.write("odd/Cargo.toml", _MANIFEST)
    workspace.write("odd/Cargo.lock", lock)
    workspace.write("odd/src/lib.rs", "")
    workspace.write("odd/pyproject.toml", _PROJECT + 'version = "1"\n')


def test_lock_of_another_manifest(workspace: Workspace) -> None:
    write_odd(workspace, 'version = 4\n\n[[package]]\nname = "other"\nversion = "1.0.0"\n')
    use_crates(workspace, "odd_crates", 'cargo_lock = "//odd:Cargo.lock", cargo_toml = "//odd:Cargo.toml"')
    saying = ['pyo3.vendored_crates(name = "odd_crates")', "the Cargo.lock does not fit the Cargo.toml"]
    workspace.fail("@odd_crates//:crates", saying=[*saying, "the crates of @@//odd:Cargo.lock", "run `cargo update"])
    use_crates(workspace, "odd_crates", 'cargo_lock = "//odd:Cargo.lock", cargo_toml = "//:Cargo.toml"')
    saying = ["`cargo_lock` is @@//odd:Cargo.lock, where cargo does not look for it", "beside @@//:Cargo.toml"]
    workspace.fail("@odd_crates//:crates", saying=saying)


def test_crate_with_build_files(workspace: Workspace) -> None:
    """Bazel would take the folder for a package of its own."""
    files = {"BUILD": "# theirs\n", "src/lib.rs": "", "third_party/BUILD.bazel": "# more\n"}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    lines = ["#!/bin/sh", "set -e", "mkdir -p vendor/dep-1.0.0/src vendor/dep-1.0.0/third_party", "cd vendor/dep-1.0.0"]
    lines += [f"printf '%s' '{text}' > {name}" for name, text in files.items()]
    record = json.dumps({"files": hashes, "package": "ab" * 32})
    workspace.write("odd/vendor.sh", "\n".join([*lines, f"echo '{record}' > .cargo-checksum.json", ""])).chmod(0o755)
    locked = f'source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "{"ab" * 32}"\n'
    lock = f'version = 4\n\n[[package]]\nname = "dep"\nversion = "1.0.0"\n{locked}\n[[package]]\nname = "odd"\n'
    attributes = 'cargo_lock = "Cargo.lock", cargo_toml = "Cargo.toml", pyproject = "pyproject.toml"'
    rule = (
        f'pyo3_sdist(name = "sdist", {attributes}, srcs = ["src/lib.rs"], vendored_crates = "@odd_crates//:crates")\n'
    )
    write_odd(workspace, lock + 'version = "1.0.0"\n', rule)
    attributes = 'cargo = "//odd:vendor.sh", cargo_lock = "//odd:Cargo.lock", cargo_toml = "//odd:Cargo.toml"'
    use_crates(workspace, "odd_crates", attributes)
    with tarfile.open(built(workspace, "//odd:sdist")) as archive:
        found = archive.getnames()
    assert {f"odd-1/vendor/dep-1.0.0/{name}" for name in files} <= set(found)
    assert not [name for name in found if name.endswith(".hidden")]


def test_source_of_another_package(workspace: Workspace) -> None:
    attributes = 'cargo_toml = "Cargo.toml", pyproject = "pyproject.toml", srcs = ["src/lib.rs"]'
    write_odd(workspace, "", f'pyo3_sdist(name = "sdist", {attributes}, deps = ["//:wordlist"])\n')
    saying = ["ERROR: @@//odd:sdist: sources lie outside the project's package: counting/src/lib.rs", "leave them out"]
    workspace.fail("//odd:sdist", saying=saying)


def test_macro_for_a_workspace(workspace: Workspace) -> None:
    lines = [
        'local_repository(name = "rules_pyo3", path = "../../..")',
        'load("@rules_pyo3//rules:repositories.bzl", "pyo3_vendored_crates")',
        'pyo3_vendored_crates(name = "old_crates", cargo_lock = "//:Cargo.lock", cargo_toml = "//:Cargo.toml")',
    ]
    workspace.write("WORKSPACE", "\n".join([*lines, ""]))
    said = workspace.succeed("query", "--noenable_bzlmod", "--enable_workspace", "deps(@old_crates//:crates)").stdout
    assert "@old_crates//:vendor/pyo3-0.30.1/Cargo.toml" in said
