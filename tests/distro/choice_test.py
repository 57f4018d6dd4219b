"""Which Bazel runs the build. Stand-in scripts take the place of Bazel: its answers are what the choice depends on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from distro_choice import Candidate, choose, examine, forced_mode, launchers, parse_version, resolution_problem
from distro_common import DistroError, cache_folder, workspace_of
from distro_testing import TOOLS, make_program

_BAZEL = """
case "$1" in
  --version) echo "bazel 8.1.0";;
  mod) echo asked >> "$HOME/asked"; {resolve};;
esac
"""


def _env(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": str(tmp_path / "programs"), **more}


def _workspace(tmp_path: Path, name: str = "MODULE.bazel") -> Path:
    (tmp_path / "ws/below").mkdir(parents=True)
    (tmp_path / "ws" / name).write_text('module(name = "x")\n')
    return tmp_path / "ws"


@pytest.mark.parametrize(("value", "mode"), [(None, None), ("", None), ("distro", "distro"), ("system", "system")])
def test_forced_mode(value: str | None, mode: str | None) -> None:
    assert forced_mode({} if value is None else {"RULES_PYO3_BAZEL": value}) == mode


def test_forced_mode_unknown() -> None:
    with pytest.raises(DistroError) as error:
        forced_mode({"RULES_PYO3_BAZEL": "debian"})
    assert str(error.value) == (
        "RULES_PYO3_BAZEL is 'debian'; expected distro, system, or nothing to let tools/bazel choose"
    )


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("bazel 7.7.1\n", ("7.7.1", 7)),
        ("Bazelisk version: v1.20.0\nbazel 8.0.0rc2\n", ("8.0.0rc2", 8)),
        ("bazel 6.5.0-homebrew\n", ("6.5.0-homebrew", 6)),
        ("bazel 10.0.0\n", ("10.0.0", 10)),
        ("bazel no_version\n", None),
        ("usage: bazel\n", None),
        ("", None),
    ],
)
def test_parse_version(output: str, version: tuple[str, int] | None) -> None:
    assert parse_version(output) == version


def test_launchers_in_order_without_itself(tmp_path: Path) -> None:
    bazelisk, bazel = make_program(tmp_path, "bazelisk", "true"), make_program(tmp_path, "bazel", "true")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/bazel").symlink_to(TOOLS / "bazel")
    env = {"BAZEL_REAL": "/opt/bazel-real", "PATH": f"{tmp_path / 'links'}::{tmp_path / 'programs'}"}
    assert launchers(env) == [
        ("BAZEL_REAL", "/opt/bazel-real"),
        ("bazelisk on PATH", str(bazelisk)),
        ("bazel on PATH", str(bazel)),
    ]
    assert launchers({"BAZEL_REAL": str(TOOLS / "bazel"), "PATH": str(tmp_path / "links")}) == []


@pytest.mark.parametrize(
    ("body", "version", "problem"),
    [
        ("echo bazel 7.0.0", "7.0.0", None),
        ("echo bazel 6.5.0", "6.5.0", "is 6.5.0; 7.0 or newer is needed"),
        ("echo hello", "", "`--version` prints 'hello', not a release of Bazel"),
        ("echo no such file >&2; exit 3", "", "`--version` failed: no such file"),
        ("test $BAZELISK_SKIP_WRAPPER = true && echo bazel 7.1.0", "7.1.0", None),
    ],
)
def test_examine(tmp_path: Path, body: str, version: str, problem: str | None) -> None:
    path = str(make_program(tmp_path, "bazel", body))
    assert examine("PATH", path, _env(tmp_path), tmp_path) == Candidate("PATH", path, version, problem)


def test_examine_what_does_not_start(tmp_path: Path) -> None:
    problem = examine("BAZEL_REAL", str(tmp_path / "nothing"), _env(tmp_path), tmp_path).problem
    assert problem is not None
    assert problem.startswith("does not start: ")


def test_resolution_is_asked_once_for_the_same_files(tmp_path: Path) -> None:
    workspace, env = _workspace(tmp_path), _env(tmp_path)
    bazel = str(make_program(tmp_path, "bazel", _BAZEL.format(resolve="true")))
    for _ in range(3):
        assert resolution_problem(bazel, env, workspace / "below") is None
    assert (tmp_path / "asked").read_text() == "asked\n"
    for name in ("MODULE.bazel", ".bazelrc", ".bazelversion"):
        (workspace / name).write_text(f"# other {name}\n")
        assert resolution_problem(bazel, env, workspace) is None
    assert (tmp_path / "asked").read_text() == "asked\n" * 4
    assert resolution_problem(bazel, {**env, "USE_BAZEL_VERSION": "9.0.0"}, workspace) is None
    assert (tmp_path / "asked").read_text() == "asked\n" * 5


def test_resolution_failure_is_reported_and_not_remembered(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    failing = "printf 'Loading\\nERROR: no route to the registry\\nINFO: end\\n' >&2; exit 1"
    bazel = str(make_program(tmp_path, "bazel", _BAZEL.format(resolve=failing)))
    for _ in range(2):
        assert resolution_problem(bazel, _env(tmp_path), workspace) == "ERROR: no route to the registry"
    assert (tmp_path / "asked").read_text() == "asked\n" * 2
    bazel = str(make_program(tmp_path, "bazel", _BAZEL.format(resolve="echo crashed >&2; exit 1")))
    assert resolution_problem(bazel, _env(tmp_path), workspace) == "crashed"


@pytest.mark.parametrize("name", ["WORKSPACE", None])
def test_nothing_to_resolve(tmp_path: Path, name: str | None) -> None:
    cwd = _workspace(tmp_path, name) if name else Path(os.sep)
    bazel = str(make_program(tmp_path, "bazel", _BAZEL.format(resolve="false")))
    assert resolution_problem(bazel, _env(tmp_path), cwd) is None
    assert not (tmp_path / "asked").exists()


def test_choose_system(tmp_path: Path) -> None:
    bazel = str(make_program(tmp_path, "bazel", _BAZEL.format(resolve="true")))
    workspace = _workspace(tmp_path)
    choice = choose(_env(tmp_path, RULES_PYO3_BAZEL=""), workspace)
    assert (choice.mode, choice.bazel, choice.reason) == ("system", bazel, "bazel on PATH, Bazel 8.1.0")
    again = choose(_env(tmp_path), workspace)
    assert (again.bazel, again.reason) == (bazel, "bazel on PATH, known to resolve this workspace's modules")


def test_choose_distro_where_modules_do_not_resolve(tmp_path: Path) -> None:
    bazel = make_program(tmp_path, "bazel", _BAZEL.format(resolve="echo ERROR: offline >&2; exit 1"))
    env, workspace = _env(tmp_path), _workspace(tmp_path)
    choice = choose(env, workspace)
    assert (choice.mode, choice.bazel) == ("distro", None)
    assert choice.reason == f"{bazel} (bazel on PATH) cannot resolve this workspace's modules: ERROR: offline"
    forced = choose({**env, "RULES_PYO3_BAZEL": "system"}, workspace)
    assert (forced.mode, forced.bazel) == ("system", str(bazel))


def test_choose_distro_when_asked(tmp_path: Path) -> None:
    make_program(tmp_path, "bazel", _BAZEL.format(resolve="true"))
    choice = choose(_env(tmp_path, RULES_PYO3_BAZEL="distro"), _workspace(tmp_path))
    assert (choice.mode, choice.bazel) == ("distro", None)


def test_choose_with_nothing_at_hand(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    assert choose(env, tmp_path).reason == "no bazelisk or bazel on PATH, no BAZEL_REAL"
    with pytest.raises(DistroError) as error:
        choose({**env, "RULES_PYO3_BAZEL": "system"}, tmp_path)
    assert str(error.value) == (
        "RULES_PYO3_BAZEL=system, but no usable Bazel was found: no bazelisk or bazel on PATH, no BAZEL_REAL. "
        "Put Bazel 7.0 or newer on PATH, or unset RULES_PYO3_BAZEL"
    )


def test_cache_folder() -> None:
    assert cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/rules_pyo3")
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/rules_pyo3")
    with pytest.raises(DistroError, match=r"no place for the cache: .*; set HOME"):
        cache_folder({})


def test_workspace_of(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path, "REPO.bazel")
    assert workspace_of(workspace / "below") == workspace
    assert workspace_of(Path(os.sep)) is None
