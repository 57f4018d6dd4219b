"""The tool that makes source distributions: contents, bytes, and what it refuses."""

from __future__ import annotations

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

import packaging
import pyo3_common
import pyo3_sdist
import pytest
import tomli
from packaging.metadata import Metadata
from sdist_project import CARGO, LOCK, PYPROJECT, SdistProject

SCHEMA = pathlib.Path(pyo3_common.__file__).parent / "schemas/sdist.schema.json"
EARLY = 315532800


@pytest.fixture
def project(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> SdistProject:
    return SdistProject(tmp_path, capsys)


def test_contents(project: SdistProject) -> None:
    project.lock()
    project.add("python/my_pkg/__init__.py", "x = 'ä'\n")
    project.add("python/my_pkg/ünï.txt", "data")
    project.add("left/out.txt", "data")
    project.sdist["exclude"] = ["left/*"]
    project.sdist["license_files"] = [project.placed("LICENSE", "Do.\n")]
    project.sdist["description_file"] = project.placed("README.md", "# Ünï\n")
    found = project.contents()
    assert sorted(found) == [
        *("Cargo.lock", "Cargo.toml", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"),
        *("python/my_pkg/__init__.py", "python/my_pkg/ünï.txt", "src/lib.rs"),
    ]
    assert found["pyproject.toml"] == PYPROJECT.encode()
    info = Metadata.from_email(found["PKG-INFO"])
    assert (info.metadata_version, info.name, str(info.version)) == ("2.4", "My.Pkg", "1.0.0b1")
    assert (info.license_files, info.description) == (["LICENSE"], "# Ünï\n")


def test_archive(project: SdistProject) -> None:
    path = project.made()
    assert path.name == "my_pkg-1.0.0b1.tar.gz"
    with tarfile.open(path) as archive:
        infos = archive.getmembers()
    assert [info.name for info in infos] == sorted(info.name for info in infos)
    assert {info.name.partition("/")[0] for info in infos} == {"my_pkg-1.0.0b1"}
    properties = {(info.type, info.mode, info.mtime, info.uid, info.gid, info.uname, info.gname) for info in infos}
    assert properties == {(tarfile.REGTYPE, 0o644, EARLY, 0, 0, "", "")}
    # RFC 1952: magic, deflate, no flags, no time, best compression, unknown system.
    assert path.read_bytes()[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_same_bytes(project: SdistProject) -> None:
    project.add("b.py", "")
    project.add("a.py", "")
    first = project.made().read_bytes()
    os.utime(project.folder / "project/a.py", (1, 1))
    (project.folder / "project/a.py").chmod(0o755)
    project.lines.reverse()
    project.lines.append(project.lines[0])
    assert project.made().read_bytes() == first
    project.sdist["epoch"] = str(EARLY)
    assert project.made().read_bytes() == first
    project.sdist["epoch"] = str(EARLY + 2)
    assert project.made().read_bytes() != first


@pytest.mark.parametrize(("epoch", "seconds"), [("0", EARLY), (str(2**33), 4354819199)])
def test_times_at_the_ends(project: SdistProject, epoch: str, seconds: int) -> None:
    project.sdist["epoch"] = epoch
    with tarfile.open(project.made()) as archive:
        assert {info.mtime for info in archive} == {seconds}


def test_long_names(project: SdistProject) -> None:
    name = "long/" * 60 + "ünï.txt"
    project.add(name, "x")
    assert project.contents()[name] == b"x"


@pytest.mark.parametrize("python", ["python3.13", "python3.14", "python3.15", "pypy3"])
def test_same_bytes_by_another_python_from_another_place(project: SdistProject, python: str) -> None:
    found = shutil.which(python)
    if not found or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} is not installed")
    project.add("long/" * 60 + "ünï.py", "x = 1\n" * 100)
    # What another Python compresses with may be another zlib.
    expected = gzip.decompress(project.made().read_bytes())
    other = project.folder / "a" / "longer" / "place"
    shutil.copytree(project.folder / "project", other / "project")
    for name in ("sdist.json", "sdist.files"):
        text = (project.folder / name).read_text(encoding="utf-8")
        (other / name).write_text(text.replace(f"{project.folder}/project", f"{other}/project"), encoding="utf-8")
    (other / "out").mkdir()
    roots = [str(pathlib.Path(str(module.__file__)).parent) for module in (pyo3_common, pyo3_sdist)]
    roots += [str(pathlib.Path(str(module.__file__)).parents[1]) for module in (packaging, tomli)]
    program = f"import sys; sys.path += {roots!r}; import pyo3_sdist; sys.exit(pyo3_sdist.main())"
    options = ["--sdist", other / "sdist.json", "--files", other / "sdist.files", "--output", other / "out"]
    command = [found, "-I", "-X", "utf8", "-c", program, "--label", "x", *map(str, options)]
    subprocess.run(command, check=True)
    (made,) = (other / "out").iterdir()
    assert gzip.decompress(made.read_bytes()) == expected


def test_schema(project: SdistProject) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    project.lock()
    jsonschema.validate(project.sdist, schema)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "pyproject.toml has no [build-system], expected it"),
        ("[build-system]\nrequires = []\n", "pyproject.toml has no build-backend in [build-system]"),
        ('[build-system]\nbuild-backend = "x"\n', "pyproject.toml has no requires in [build-system]"),
        ('[build-system]\nbuild-backend = "x"\nrequires = "x"\n', "build-system.requires is a string"),
        ('[build-system]\nbuild-backend = 1\nrequires = ["x"]\n', "build-system.build-backend is of type int"),
    ],
)
def test_build_system(project: SdistProject, text: str, fragment: str) -> None:
    project.placed("pyproject.toml", text + PYPROJECT.partition("\n\n")[2])
    project.refused(fragment)


def test_what_to_add_as_build_system(project: SdistProject) -> None:
    project.placed("pyproject.toml", '[project]\nname = "x"\n')
    project.refused('add, for maturin,\n[build-system]\nrequires = ["maturin>=1.16,<2.0"]\nbuild-backend = "maturin"')
    project.placed("pyproject.toml", pyo3_sdist.BUILD_SYSTEM + '\n[project]\nname = "x"\n')
    project.made()


def test_pyproject_that_is_not_toml(project: SdistProject) -> None:
    project.placed("pyproject.toml", "[build-system\n")
    project.refused("pyproject.toml is not TOML", "line 1")


def test_dynamic_fields_of_other_backends(project: SdistProject) -> None:
    project.placed("pyproject.toml", PYPROJECT.replace('["version"]', '["version", "classifiers"]'))
    project.refused("lists classifiers in project.dynamic, which no Cargo.toml gives", "state them in [project]")


def test_places_that_maturin_is_told(project: SdistProject) -> None:
    project.placed("pyproject.toml", PYPROJECT + '[tool.maturin]\nmanifest-path = "rust/Cargo.toml"\n')
    project.refused("tool.maturin.manifest-path is rust/Cargo.toml, and the Cargo.toml is Cargo.toml, expected one")
    project.placed(
        "pyproject.toml", PYPROJECT + '[tool.maturin]\nmanifest-path = "./Cargo.toml"\npython-source = "python"\n'
    )
    project.refused("tool.maturin.python-source is python, and no file lies there", "add the py_library to `deps`")
    project.add("python/pkg.py")
    project.made()


def test_readme(project: SdistProject) -> None:
    project.placed("pyproject.toml", PYPROJECT + 'readme = "README.md"\n')
    project.refused("description is in README.md, which is no input", 'set description_file = "README.md"')
    project.sdist["description_file"] = project.placed("docs/README.md", "x")
    project.refused("has the readme README.md, which is not in the source distribution", "it has docs/README.md")


def test_license_that_is_no_input(project: SdistProject) -> None:
    project.placed("pyproject.toml", PYPROJECT + 'license-files = ["LICENSE"]\n')
    project.refused("wants the licence files LICENSE", "add it to `license_files`")


def test_sources_of_other_packages(project: SdistProject) -> None:
    for number in range(7):
        project.add(f"other/{number}.py", kind="outside")
    project.refused("sources lie outside the project's package: other/0.py,", "other/4.py and 2 more; expected them in")
    project.sdist["exclude"] = ["other/*"]
    project.made()


def test_two_files_for_one_path(project: SdistProject) -> None:
    project.add("PKG-INFO", "mine")
    project.refused("two files want the path PKG-INFO: ", "project/PKG-INFO and these rules; expected one")


def test_license_from_elsewhere_on_the_same_path(project: SdistProject) -> None:
    other = {"path": "LICENSE", "source": project.write("above/LICENSE", "x")}
    project.sdist["license_files"] = [project.placed("LICENSE", "y"), other]
    project.refused("two files want the path LICENSE: ", "leave one of them out")


def test_file_in_the_place_of_a_folder(project: SdistProject) -> None:
    project.add("pkg", "x")
    project.add("pkg/a.py", "x", folder="other")
    project.refused("pkg is a file, and pkg/a.py lies below it; expected one of them")


@pytest.mark.parametrize("path", ["../a.py", "/a.py", "a//b.py", "a/./b.py", "a\\b.py", "a\x07.py"])
def test_paths(project: SdistProject, path: str) -> None:
    project.lines.append(f"file\t{path}\t{project.write('some', '')}\n".encode())
    project.refused(f"the path {path!r} cannot be unpacked everywhere")


@pytest.mark.parametrize("name", ["a:b.py", "aux.py", "a?.py", "trailing."])
def test_names_that_windows_cannot_hold(project: SdistProject, name: str) -> None:
    project.add(name, "x")
    assert name in project.contents()


def test_name_that_is_not_utf_8(project: SdistProject) -> None:
    project.lines.append(b"file\t\xff.py\t\xff.py\n")
    project.refused("a file b'\\xff.py', which is not UTF-8, expected UTF-8: rename the file")


def test_version_that_is_not_pep_440(project: SdistProject) -> None:
    project.placed("Cargo.toml", CARGO.replace("beta.1", "nightly"))
    project.refused("the project's version is '1.0.0-nightly', expected one by PEP 440")


def test_missing_source(project: SdistProject) -> None:
    project.lines = [b"file\ta.py\t" + str(project.folder / "nothing").encode() + b"\n"]
    project.add("src/lib.rs")
    project.refused("No such file")


def test_places(project: SdistProject) -> None:
    project.sdist["pyproject"] = project.placed("below/pyproject.toml", PYPROJECT)
    project.refused("the pyproject.toml is below/pyproject.toml, expected it at the top", "declare the pyo3_sdist in")
    project.sdist["pyproject"] = project.placed("pyproject.toml", PYPROJECT)
    project.sdist["cargo_lock"] = project.placed("locks/Cargo.lock", LOCK)
    project.refused("the Cargo.lock is locks/Cargo.lock, expected Cargo.lock, where cargo looks for it")
