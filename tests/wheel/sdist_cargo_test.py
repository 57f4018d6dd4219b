"""What a source distribution asks of Cargo.toml, Cargo.lock and vendored crates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_cargo_lock
import pytest
from sdist_project import CARGO, CRATES_IO, LOCK, SdistProject

if TYPE_CHECKING:
    import pathlib

WORKSPACE = '[workspace]\nmembers = ["mine"]\n[workspace.package]\nversion = "1.0.0-beta.1"\n'


@pytest.fixture
def project(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> SdistProject:
    return SdistProject(tmp_path, capsys)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[dependencies]\nother = { path = "../other" }\n', "dependencies.other has the path ../other"),
        ('[dependencies.other]\npath = "a/../../b"\n', "dependencies.other has the path a/../../b"),
        ('[dependencies.other]\npath = "/abs"\n', "dependencies.other has the path /abs"),
        ('[dependencies.other]\npath = "C:\\\\abs"\n', "dependencies.other has the path C:\\abs"),
        ('[dev-dependencies]\nother = { path = ".." }\n', "dev-dependencies.other has the path .."),
        (
            "[target.'cfg(unix)'.build-dependencies]\nother = { path = \"../x\" }\n",
            "target.cfg(unix).build-dependencies.",
        ),
        ('[patch.crates-io]\nother = { path = "../x" }\n', "patch.crates-io.other has the path ../x"),
        ('[lib]\npath = "../lib.rs"\n', "lib.path has the path ../lib.rs"),
    ],
)
def test_paths_that_leave_the_project(project: SdistProject, text: str, where: str) -> None:
    project.cargo(text)
    project.refused(f"Cargo.toml: {where}", "which leaves the project, expected one inside of it", "to a package above")


def test_crates_below(project: SdistProject) -> None:
    project.cargo('[dependencies]\nbelow = { path = "crates/below" }\nserde = "1"\nrand = { version = "1" }\n')
    project.refused("Cargo.toml: dependencies.below has the path crates/below, and crates/below/Cargo.toml is not in")
    project.add("crates/below/Cargo.toml", '[package]\nname = "below"\n[dependencies]\nlost = { path = "../lost" }\n')
    project.refused("crates/below/Cargo.toml has src/lib.rs as lib.path, which is not in the source distribution")
    project.add("crates/below/src/lib.rs")
    project.refused(
        "crates/below/Cargo.toml: dependencies.lost has the path ../lost, and crates/lost/Cargo.toml is not"
    )
    project.add("crates/lost/Cargo.toml", '[package]\nname = "lost"\n[dependencies]\nmine = { path = "../.." }\n')
    project.add("crates/lost/src/main.rs")
    assert "crates/lost/Cargo.toml" in project.contents()


def test_sources_that_cargo_wants(project: SdistProject) -> None:
    project.lines.clear()
    project.refused(
        "Cargo.toml has src/lib.rs as lib.path, which is not in", "the target that has it as a source to `deps`"
    )
    project.cargo('build = "build.rs"\n[lib]\npath = "rust/mine.rs"\n')
    project.refused("Cargo.toml has rust/mine.rs as lib.path")
    project.add("rust/mine.rs")
    project.refused("Cargo.toml has build.rs as package.build", "or the file to `srcs`")
    project.add("build.rs")
    project.made()


def test_workspace(project: SdistProject) -> None:
    inheriting = CARGO.replace('version = "1.0.0-beta.1"', "version.workspace = true")
    project.sdist["cargo_toml"] = project.placed("mine/Cargo.toml", inheriting + "[dependencies]\nd.workspace = true\n")
    project.add("mine/src/lib.rs")
    project.refused("mine/Cargo.toml takes version from its workspace", "name it with `cargo_workspace_toml`")
    project.sdist["cargo_workspace_toml"] = project.placed("Cargo.toml", WORKSPACE)
    project.refused("mine/Cargo.toml: dependencies.d comes from its workspace, whose Cargo.toml does not have it")
    project.placed("Cargo.toml", WORKSPACE + '[workspace.dependencies]\nd = { path = "../d" }\n')
    project.refused("Cargo.toml: dependencies.d has the path ../d, which leaves the project")
    project.placed("Cargo.toml", WORKSPACE + '[workspace.dependencies]\nd = "1"\n')
    project.lock()
    assert {"Cargo.toml", "Cargo.lock", "mine/Cargo.toml"} <= set(project.contents())


def test_members_of_the_workspace(project: SdistProject) -> None:
    project.cargo('[workspace]\nmembers = ["pat/*", "other"]\n')
    project.refused("Cargo.toml has the member other, and other/Cargo.toml is not in the source distribution")
    project.cargo('[workspace]\nmembers = ["../other"]\n')
    project.refused("Cargo.toml: members has the path ../other, which leaves the project")
    project.cargo('[workspace]\nmembers = ["pat/*"]\n')
    project.made()


def test_lock_of_another_package(project: SdistProject) -> None:
    project.sdist["cargo_lock"] = project.placed("Cargo.lock", LOCK.replace("beta.1", "beta.2"))
    project.refused(
        "the Cargo.toml is of mine 1.0.0-beta.1, and the Cargo.lock has mine 1.0.0-beta.2, expected both to"
    )
    project.placed("Cargo.lock", "version = 4\n")
    project.refused("and the Cargo.lock has no crate without a source", "run `cargo update --workspace`")
    project.placed("Cargo.lock", '[[package]]\nname = "mine"\n')
    project.refused("package[0] has no name or no version")


def test_vendored_crates(project: SdistProject) -> None:
    project.vendor("dep", {"src/lib.rs": "// dep", "Cargo.toml": "", "BUILD.bazel.hidden": "# theirs"})
    project.write("vendored/unused-1.0.0/x", "")
    found = project.contents()
    assert {path for path in found if path.startswith(("vendor", "."))} == {
        ".cargo/config.toml",
        *(f"vendor/dep-1.0.0/{name}" for name in (".cargo-checksum.json", "BUILD.bazel", "Cargo.toml", "src/lib.rs")),
    }
    assert found["vendor/dep-1.0.0/BUILD.bazel"] == b"# theirs"
    assert found[".cargo/config.toml"].decode() == (
        '[source.crates-io]\nreplace-with = "vendored-sources"\n\n[source.vendored-sources]\ndirectory = "vendor"\n'
    )


def test_vendored_crates_without_a_lock(project: SdistProject) -> None:
    project.vendor("dep", {})
    project.sdist["cargo_lock"] = None
    project.refused("`vendored_crates` is set and `cargo_lock` is not, expected both: set it")


def test_vendored_crate_is_missing(project: SdistProject) -> None:
    project.vendor("first", {})
    project.vendor("dep", {})
    project.write("vendored/dep-1.0.0/.cargo-checksum.json", "{}")
    project.refused(".cargo-checksum.json is no record of a crate (KeyError('package'))")
    (project.folder / "vendored/dep-1.0.0/.cargo-checksum.json").unlink()
    project.refused("the vendored crates have no dep-1.0.0, expected all crates of the Cargo.lock: run `cargo vendor")


def test_vendored_crate_of_another_lock(project: SdistProject) -> None:
    project.vendor("dep", {}, package="cd" * 32)
    project.refused(f"the vendored crate dep-1.0.0 is {'cd' * 32}, expected {'ab' * 32} as in the Cargo.lock")


def test_vendored_file_that_is_changed(project: SdistProject) -> None:
    project.vendor("dep", {"src/lib.rs": "// dep"})
    project.write("vendored/dep-1.0.0/src/lib.rs", "// changed")
    project.refused("src/lib.rs of the vendored crate dep-1.0.0 is missing or changed, expected the sha256 ")
    (project.folder / "vendored/dep-1.0.0/src/lib.rs").unlink()
    project.refused("src/lib.rs of the vendored crate dep-1.0.0 is missing or changed")


def test_own_cargo_configuration(project: SdistProject) -> None:
    project.vendor("dep", {})
    project.add(".cargo/config.toml", "")
    project.refused("two files want the path .cargo/config.toml: ", " and these rules; expected one")


def test_configuration_of_other_sources() -> None:
    """The tables are those that cargo 1.97 prints after `cargo vendor`."""
    git = "git+https://example.org/x.git?rev=abc"
    registry = "registry+https://example.org/index"
    assert pyo3_cargo_lock.render_config(
        [git + "#abcdef", CRATES_IO, registry, CRATES_IO, "sparse+https://e.org/"]
    ) == (
        '[source."git+https://example.org/x.git?rev=abc"]\n'
        'git = "https://example.org/x.git"\n'
        'rev = "abc"\n'
        'replace-with = "vendored-sources"\n\n'
        '[source."registry+https://example.org/index"]\n'
        'registry = "https://example.org/index"\n'
        'replace-with = "vendored-sources"\n\n'
        '[source."sparse+https://e.org/"]\n'
        'registry = "sparse+https://e.org/"\n'
        'replace-with = "vendored-sources"\n\n'
        "[source.crates-io]\n"
        'replace-with = "vendored-sources"\n\n'
        '[source.vendored-sources]\ndirectory = "vendor"\n'
    )


def test_vendored_name_that_is_not_utf_8(project: SdistProject) -> None:
    project.vendor("dep", {"\udcff.rs": "// dep"})
    project.refused(r"the file name 'vendor/dep-1.0.0/\udcff.rs' is not UTF-8, expected UTF-8: rename the file")
