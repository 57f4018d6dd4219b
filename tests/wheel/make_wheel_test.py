"""The tool that makes wheels: from the files that the rules write to a wheel that passes the check."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import zipfile
from typing import Any

import packaging
import pyo3_binary
import pyo3_common
import pyo3_platform_tag
import pyo3_triple
import pyo3_wheel
import pyo3_wheel_check
import pytest
from pyo3_testing import TESTS, Result, assert_refused, run_tool

SCHEMAS = pathlib.Path(pyo3_common.__file__).parent / "schemas"
LIBRARY = TESTS / "extension" / "testdata" / "sample.elf"
# Without the table of its sections it is as a program that is linked statically.
STATIC = LIBRARY.read_bytes()[:60] + b"\0\0" + LIBRARY.read_bytes()[62:]
GATES: dict[str, Any] = {
    "architectures": ["x86_64"],
    "format": "ELF",
    "minimum_macos": {},
    "needed_libraries": [],
    "required_glibc": None,
    "run_paths": [],
    "schema": 1,
    "undefined": [],
    "versioned_symbols": {},
}


def tag(python: str = "cp310", abi: str = "abi3") -> dict[str, Any]:
    return {"schema": 1, "wheel_tag": {"abi": abi, "platform": "linux_x86_64", "python": python}}


class Project:
    """A folder with what the rules hand to the tool."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "wheel"
        self.lines: list[str] = []
        self.wheel: dict[str, Any] = {
            "build_tag": "",
            "cargo_toml": None,
            "cargo_workspace_toml": None,
            "compression": "deflated",
            "crates": None,
            "data": [],
            "distinfo": [],
            "epoch": None,
            "exclude": [],
            "extensions": [],
            "label": "//pkg:target",
            "license_files": [],
            "metadata": {"description_file": None, "distribution": "My.Pkg", "version": "1.0"},
            "platform": "auto",
            "pyproject": None,
            "schema": 1,
        }
        self.output.mkdir()

    def write(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def add(self, path: str, text: str | bytes = "", kind: str = "file", folder: str = "src") -> str:
        source = self.write(f"{folder}/{path}", text)
        self.lines.append(f"{kind}\t{path}\t{source}\n")
        return source

    def add_extension(self, path: str, found: dict[str, Any]) -> None:
        source = self.add(path, LIBRARY.read_bytes())
        self.wheel["extensions"].append(
            {
                "gates": self.write(f"{path}.gates.json", json.dumps(GATES)),
                "label": f"//pkg:{path}",
                "path": path,
                "source": source,
                "tag": self.write(f"{path}.tag.json", json.dumps(found)),
                "target": "x86_64-unknown-linux-gnu",
            }
        )

    def make(self) -> Result:
        description = self.write("wheel.json", json.dumps(self.wheel))
        listed = self.write("wheel.files", "".join(self.lines))
        arguments = ["--wheel", description, "--files", listed, "--output", self.output]
        return run_tool(pyo3_wheel.main, arguments, self.capsys)

    def made(self) -> pathlib.Path:
        """Make the wheel, and check it as the rules do."""
        assert self.make() == (0, "")
        arguments = ["--folder", self.output, "--output", self.folder / "report.json"]
        assert run_tool(pyo3_wheel_check.main, arguments, self.capsys) == (0, "")
        return next(iter(self.output.iterdir()))

    def refused(self, *fragments: str) -> None:
        assert_refused(self.make(), *fragments)
        assert list(self.output.iterdir()) == []


@pytest.fixture
def project(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Project:
    return Project(tmp_path, capsys)


def names(wheel: pathlib.Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def read(wheel: pathlib.Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode()


def test_schema(project: Project) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((SCHEMAS / "wheel.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    project.add_extension("pkg/_a.abi3.so", tag())
    jsonschema.validate(project.wheel, schema)


def test_stub_of_a_module_in_no_package(project: Project) -> None:
    project.add_extension("ext.abi3.so", tag())
    project.add("ext.pyi", "x: int\n")
    wheel = project.made()
    assert names(wheel)[:2] == ["ext-stubs/__init__.pyi", "ext.abi3.so"]
    assert read(wheel, "ext-stubs/__init__.pyi") == "x: int\n"


def test_pure(project: Project) -> None:
    project.add("pkg/__init__.py", "x = 1\n")
    wheel = project.made()
    assert wheel.name == "my_pkg-1.0-py3-none-any.whl"
    info = "my_pkg-1.0.dist-info"
    assert names(wheel) == ["pkg/__init__.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
    assert "Root-Is-Purelib: true\nTag: py3-none-any\n" in read(wheel, f"{info}/WHEEL")


def test_extension(project: Project) -> None:
    project.add_extension("pkg/_a.abi3.so", tag())
    wheel = project.made()
    assert wheel.name == "my_pkg-1.0-cp310-abi3-manylinux1_x86_64.manylinux_2_5_x86_64.whl"
    assert "Root-Is-Purelib: false\n" in read(wheel, "my_pkg-1.0.dist-info/WHEEL")


def test_build_tag(project: Project) -> None:
    project.wheel["build_tag"] = "02_local"
    project.add_extension("pkg/_a.abi3.so", tag())
    wheel = project.made()
    assert wheel.name.startswith("my_pkg-1.0-02_local-cp310-abi3-")
    assert read(wheel, "my_pkg-1.0.dist-info/WHEEL").endswith("\nBuild: 02_local\n")
    shutil.rmtree(project.output)
    project.output.mkdir()
    project.wheel["build_tag"] = "../2"
    project.refused("build_tag is '../2', expected a digit, and letters, digits")


def test_report(project: Project) -> None:
    project.add_extension("pkg/_a.abi3.so", tag())
    wheel = project.made()
    report = json.loads((project.folder / "report.json").read_text(encoding="utf-8"))
    assert report["wheel"] == wheel.name
    assert report["files"] == sorted(names(wheel))
    assert list(report["libraries"]) == ["pkg/_a.abi3.so"]
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(report, json.loads((SCHEMAS / "wheel_check.schema.json").read_text(encoding="utf-8")))


def test_everything_else(project: Project) -> None:
    project.add("pkg/__init__.py")
    project.wheel["data"] = [{"path": "scripts/run", "source": project.write("run.sh", "#!/bin/sh\n")}]
    project.wheel["distinfo"] = [{"path": "NOTES", "source": project.write("notes.txt", "n")}]
    project.wheel["license_files"] = [{"path": "LICENSE", "source": project.write("LICENSE", "MIT")}]
    project.wheel["metadata"]["console_scripts"] = {"run": "pkg:main"}
    project.wheel["metadata"]["description_file"] = project.write("README.md", "# Title\n")
    wheel = project.made()
    info = "my_pkg-1.0.dist-info"
    assert {f"{info}/NOTES", f"{info}/entry_points.txt", f"{info}/licenses/LICENSE"} <= {*names(wheel)}
    assert "my_pkg-1.0.data/scripts/run" in names(wheel)
    metadata = read(wheel, f"{info}/METADATA")
    assert "License-File: LICENSE\n" in metadata
    assert metadata.endswith("\n\n# Title\n")


def test_project_files(project: Project) -> None:
    project.add("pkg/__init__.py")
    project.wheel["metadata"] = {"description_file": None}
    text = '[project]\nname = "files"\ndynamic = ["version"]\n'
    project.wheel["pyproject"] = project.write("pyproject.toml", text)
    project.wheel["cargo_toml"] = project.write("Cargo.toml", '[package]\nname = "x"\nversion = "2.0.0-rc.1"\n')
    assert project.made().name == "files-2.0.0rc1-py3-none-any.whl"


def test_linked_crates(project: Project) -> None:
    project.add_extension("pkg/_a.abi3.so", tag())
    manifest = project.write("crate/Cargo.toml", '[package]\nname = "dep"\nversion = "1.2.3"\nlicense = "MIT"\n')
    crate = {
        "deps": [],
        "extension": False,
        "external": True,
        "label": "@dep//:dep",
        "manifest": manifest,
        "name": "dep",
    }
    crate["license_files"] = [project.write("crate/LICENSE", "The licence of dep.")]
    project.wheel["crates"] = project.write("crates.json", json.dumps({"crates": [crate], "schema": 1}))
    wheel = project.made()
    info = "my_pkg-1.0.dist-info"
    assert "The licence of dep." in read(wheel, f"{info}/licenses/THIRD-PARTY-CRATES.txt")
    assert "License-File: THIRD-PARTY-CRATES.txt\n" in read(wheel, f"{info}/METADATA")
    assert "pkg:cargo/dep@1.2.3" in read(wheel, f"{info}/sboms/my_pkg.cyclonedx.json")


def test_same_bytes(project: Project) -> None:
    project.add("b.py", "b")
    project.add("a.py", "a")
    first = project.made().read_bytes()
    project.lines.reverse()
    assert project.made().read_bytes() == first


@pytest.mark.parametrize("python", ["python3.13", "python3.14", "python3.15", "pypy3"])
def test_same_bytes_by_another_python_from_another_place(project: Project, tmp_path: pathlib.Path, python: str) -> None:
    found = shutil.which(python)
    if not found or subprocess.run([found, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"{python} is not installed")
    # What another Python deflates with may be another zlib.
    project.wheel["compression"] = "stored"
    for number in range(20):
        project.add(f"pkg/{number}.py", f"x = {number}\n" * 100)
    project.add_extension("pkg/_a.abi3.so", tag())
    first = project.made()
    other = tmp_path / "a" / "longer" / "place"
    shutil.copytree(project.folder / "src", other / "src")
    for name in ("wheel.json", "wheel.files"):
        text = (project.folder / name).read_text(encoding="utf-8")
        (other / name).write_text(text.replace(f"{project.folder}/src", f"{other}/src"), encoding="utf-8")
    (other / "out").mkdir()
    modules = [pyo3_binary, pyo3_common, pyo3_platform_tag, pyo3_triple, pyo3_wheel]
    roots = [
        *(os.path.dirname(str(module.__file__)) for module in modules),
        str(pathlib.Path(packaging.__file__).parents[1]),
    ]
    program = f"import sys; sys.path += {roots!r}; import pyo3_wheel; sys.exit(pyo3_wheel.main())"
    options = {
        "--label": "x",
        "--wheel": other / "wheel.json",
        "--files": other / "wheel.files",
        "--output": other / "out",
    }
    words = [str(word) for option in options.items() for word in option]
    subprocess.run([found, "-I", "-S", "-B", "-c", program, *words], check=True)
    assert (other / "out" / first.name).read_bytes() == first.read_bytes()


def test_excluded_extension_does_not_count(project: Project) -> None:
    project.add("pkg/__init__.py")
    project.add_extension("pkg/_a.abi3.so", tag())
    project.wheel["exclude"] = ["*.so"]
    assert project.made().name == "my_pkg-1.0-py3-none-any.whl"


def test_module_that_pyproject_names(project: Project) -> None:
    text = '[project]\nname = "x"\nversion = "1"\n[tool.maturin]\nmodule-name = "pkg._native"\n'
    project.wheel["pyproject"] = project.write("pyproject.toml", text)
    project.add_extension("pkg/_a.abi3.so", tag())
    project.refused("pyproject.toml says that the extension module is pkg._native, and the wheel has pkg/_a.abi3.so")


def test_two_files_for_one_path(project: Project) -> None:
    project.add("pkg/a.py", "1")
    project.add("pkg/a.py", "2", folder="other")
    project.refused("two files want the path pkg/a.py: ", "/src/pkg/a.py and ", "/other/pkg/a.py; expected one")


def test_file_outside(project: Project) -> None:
    project.add("far/a.py", kind="outside")
    project.refused("lie outside the wheel's package", "src/far/a.py")


def test_path_that_leaves(project: Project) -> None:
    project.wheel["distinfo"] = [{"path": "../../x", "source": project.write("x", "")}]
    project.refused("the path 'my_pkg-1.0.dist-info/../../x' leaves the wheel")


def test_broken_pyproject(project: Project) -> None:
    project.wheel["pyproject"] = project.write("pyproject.toml", "[project\n")
    project.refused("pyproject.toml is not TOML (", "line 1", "expected a TOML 1.0 document")
    project.wheel["pyproject"] = project.write("pyproject.toml", b"[project]\nname = '\xff'\n")
    project.refused("the pyproject.toml ", "is not UTF-8 (byte 18)")
    project.wheel["pyproject"] = project.write("pyproject.toml", "a = " + "[" * 9000)
    project.refused("pyproject.toml nests values too deep to be read, expected a project's file")
    project.wheel["pyproject"] = project.write("pyproject.toml", "[project]\nname = 3\n")
    project.refused("pyproject.toml: project.name is of type int, '3', expected a string")


def test_version_that_is_not_pep_440(project: Project) -> None:
    project.wheel["metadata"]["version"] = "one"
    project.refused("the project's version is 'one', expected one by PEP 440")


@pytest.mark.parametrize("name", ["-x", "x-", "a b", "ünï", "a/b", ".."])
def test_name_that_does_not_normalise(project: Project, name: str) -> None:
    project.wheel["metadata"]["distribution"] = name
    project.refused(f"the project's name is {name!r}, expected ASCII letters and digits")


def test_names_that_windows_cannot_hold(project: Project) -> None:
    odd = ["a?.txt", "a|b<c>*.txt", 'a"b.txt', "aux.py", "dot.", "space ", "A.py", "a.py"]
    for name in odd:
        project.add(f"pkg/{name}")
    assert {f"pkg/{name}" for name in odd} <= {*names(project.made())}


def test_name_that_is_not_utf_8(project: Project) -> None:
    """As bytes of the list, and as a file that Bazel names otherwise than the file system does."""
    listed = project.folder / "wheel.files"
    arguments = ["--wheel", project.write("wheel.json", json.dumps(project.wheel)), "--files", listed]
    for line, fragments in {
        b"file\tgr\xf6\xdfe.txt\tsrc/gr\xf6\xdfe.txt\n": [r"names a file b'gr\xf6\xdfe.txt', which is not UTF-8"],
        b"file\t??.py\tsrc/??.py\n": ["there is no file src/??.py, expected each that Bazel names", "beyond ASCII"],
    }.items():
        listed.write_bytes(line)
        result = run_tool(pyo3_wheel.main, [*arguments, "--output", project.output], project.capsys)
        assert_refused(result, *fragments)
        assert list(project.output.iterdir()) == []


def test_extensions_of_two_pythons(project: Project) -> None:
    project.add_extension("pkg/_a.cpython-313-x86_64-linux-gnu.so", tag("cp313", "cp313"))
    project.add_extension("pkg/_b.cpython-314-x86_64-linux-gnu.so", tag("cp314", "cp314"))
    project.refused("the extensions of the wheel differ in Python and ABI", "cp313-cp313: pkg/_a.cpython-313-x86_64")


def test_file_of_another_python(project: Project) -> None:
    project.add_extension("pkg/_a.cpython-314-x86_64-linux-gnu.so", tag("cp314", "cp314"))
    project.add("pkg/_b.cpython-313-x86_64-linux-gnu.so", LIBRARY.read_bytes())
    project.refused("pkg/_b.cpython-313-x86_64-linux-gnu.so is by its name an extension module for cp313")


def test_library_without_an_extension(project: Project) -> None:
    project.add("pkg/libx.so", LIBRARY.read_bytes())
    project.refused("the wheel has pkg/libx.so and no extension module")


def add_program(project: Project, name: str, content: bytes) -> None:
    project.wheel["data"].append({"path": f"scripts/{name}", "source": project.write(name, content)})


def test_program_counts_for_the_platform(project: Project) -> None:
    project.add_extension("pkg/_a.abi3.so", tag())
    add_program(project, "script", b"#!/bin/sh\n")
    add_program(project, "static", STATIC)
    add_program(project, "dynamic", LIBRARY.read_bytes()[:18] + b"\xb7\0" + LIBRARY.read_bytes()[20:])
    project.refused("scripts/dynamic is for aarch64, the extensions of the wheel are compiled for x86_64")
    project.wheel["data"].pop()
    add_program(project, "dynamic", LIBRARY.read_bytes())
    assert project.made().name == "my_pkg-1.0-cp310-abi3-manylinux1_x86_64.manylinux_2_5_x86_64.whl"


@pytest.mark.parametrize("content", [LIBRARY.read_bytes(), STATIC, b"MZ\x90\0", b"\xcf\xfa\xed\xfe"])
def test_program_without_an_extension(project: Project, content: bytes) -> None:
    add_program(project, "tool", content)
    project.refused("the wheel has scripts/tool and no extension module")


def test_description_that_is_not_utf_8(project: Project) -> None:
    project.wheel["metadata"]["description_file"] = project.write("README", b"\xff")
    project.refused("the description file", "README is not UTF-8 (byte 0)")


def test_entry_that_these_rules_write(project: Project) -> None:
    project.wheel["distinfo"] = [{"path": "METADATA", "source": project.write("x", "")}]
    project.refused("two files want the path my_pkg-1.0.dist-info/METADATA")
