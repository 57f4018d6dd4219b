"""sysconfigdata files: read without executing them, found among several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyo3_config_file
import pyo3_cross
import pyo3_sysconfigdata
import pyo3_triple
import pyo3_versions
import pytest
from configs import ARM, NEW, OLD, VERSIONS, install, sysconfigdata
from pyo3_common import ToolError
from pyo3_settings import Settings

if TYPE_CHECKING:
    import pathlib

TARGET = pyo3_triple.parse_triple(ARM)
DEBIAN = "sysconfigdata-debian-3.14-linux-aarch64"
FREE_THREADED = "sysconfigdata-cpython-3.13.15t-linux-x86_64"


def parse(entries: str) -> dict[str, str]:
    return dict(pyo3_sysconfigdata.parse(f"build_time_vars = {{{entries}}}\n"))


@pytest.mark.parametrize("name", [DEBIAN, FREE_THREADED])
def test_recorded_file_is_read_whole(name: str) -> None:
    _, text = sysconfigdata(name)
    names: dict[str, dict[str, object]] = {}
    exec(text, names)
    expected = {key: str(value) for key, value in names["build_time_vars"].items()}
    assert pyo3_sysconfigdata.parse(text) == expected


def test_r27_nothing_is_executed(tmp_path: pathlib.Path) -> None:
    marker = tmp_path / "executed"
    text = f"open({str(marker)!r}, 'w')\nbuild_time_vars = {{'A': open({str(marker)!r}, 'w').name, 'B': 1}}\n"
    assert pyo3_sysconfigdata.parse(text) == {"B": "1"}
    assert not marker.exists()


@pytest.mark.parametrize(
    ("entries", "values"),
    [
        ("", {}),
        (
            "'A': 'x' \"y\"\n 'z', 'B': -1, 'C': None, 'D': True, 'E': 1.5",
            {"A": "xyz", "B": "-1", "C": "None", "D": "True", "E": "1.5"},
        ),
        ("'A': ('x'\n 'y'), # comment, 'B': 1\n", {"A": "xy"}),
        ("'A': 'it\\'s', 'B': '''x\"y''', 'C': r'\\n'", {"A": "it's", "B": 'x"y', "C": "\\n"}),
        ("'A': so_ext, 'B': 1 + 1, 'C': [1, {2: 3}], 'D': f'{x}', 'E': b'x', 'F': '\\x', 'G': 2", {"G": "2"}),
        ("'A': 'x\\nVERSION 3.9\\r\\nalone'", {"A": "x", "VERSION": "3.9"}),
        ("'A': 1}; build_time_vars = {'A': 2", {"A": "2"}),
        ("3: 4, **other, 'A': 1", {"3": "4", "A": "1"}),
    ],
)
def test_values(entries: str, values: dict[str, str]) -> None:
    assert parse(entries) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the sysconfigdata has no `build_time_vars = {`, expected what Python"),
        ("build_time_vars = dict()", "has no `build_time_vars = {`"),
        ("build_time_vars = {'A': 1", "the dictionary build_time_vars of the sysconfigdata does not end, expected `}`"),
        ("build_time_vars = {'A': '}", "does not end"),
        ("#" * (1024 * 1024 + 1), "the sysconfigdata has 1048577 characters, expected at most 1048576"),
    ],
)
def test_texts_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        pyo3_sysconfigdata.parse(text)


def configured(text: str, version: str = NEW, *features: str) -> str:
    pyo3, data = pyo3_versions.pyo3_version(version), pyo3_sysconfigdata.parse(text)
    config = pyo3_cross.from_sysconfigdata(data, features, pyo3, Settings(), [])
    return pyo3_config_file.write(config, pyo3)


@pytest.mark.parametrize("version", VERSIONS)
def test_config_of_a_free_threaded_python(version: str) -> None:
    text = configured(sysconfigdata(FREE_THREADED)[1], version)
    assert "lib_name=python3.13t\n" in text
    assert "build_flags=Py_GIL_DISABLED\n" in text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"SOABI": "jython-1"},
            "SOABI is 'jython-1' in the sysconfigdata, expected one that starts with pypy, cpython",
        ),
        ({"VERSION": "3"}, "the Python version is '3'"),
        ({"Py_ENABLE_SHARED": "yes"}, "Py_ENABLE_SHARED is 'yes' in the sysconfigdata, expected 0 or 1"),
    ],
)
def test_values_that_are_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        configured(sysconfigdata(DEBIAN, **changed)[1])


@pytest.mark.parametrize("key", ["SOABI", "VERSION", "Py_ENABLE_SHARED", "SIZEOF_VOID_P"])
def test_value_that_is_missing(key: str) -> None:
    text = sysconfigdata(DEBIAN)[1].replace(f"'{key}'", "'OTHER'")
    with pytest.raises(ToolError, match=f"the sysconfigdata has no plain value of {key}: it may be computed"):
        configured(text)


def test_conda_is_shared_from_25_on() -> None:
    text = sysconfigdata(DEBIAN, Py_ENABLE_SHARED=0, prefix="/croot/_h_env_placehold_placehold")[1]
    shared = {version: "shared=true\n" in configured(text, version) for version in VERSIONS}
    assert shared == {version: version >= "0.25" for version in VERSIONS}


def test_framework_is_shared() -> None:
    framework = {"PYTHONFRAMEWORK": "Python", "PYTHONFRAMEWORKPREFIX": "/Library/Frameworks", "Py_ENABLE_SHARED": 0}
    text = configured(sysconfigdata(DEBIAN, **framework)[1])
    assert "shared=true\n" in text
    assert "python_framework_prefix=/Library/Frameworks\n" in text


def test_cygwin_has_a_stable_library_of_its_own() -> None:
    soabi = {"SOABI": "cpython-312-x86_64-cygwin", "VERSION": "3.12"}
    text = sysconfigdata(DEBIAN, **soabi)[1].replace("'LDVERSION'", "'OTHER'")
    assert "lib_name=python3\n" in configured(text, OLD, "abi3")
    assert "lib_name=python3.12\n" in configured(text, "0.27.2", "abi3")
    assert "lib_name=python3\n" in configured(text, "0.29.3", "abi3")


# Finding them.


def found(folder: pathlib.Path, version: str | None = None, **settings: str) -> list[str]:
    paths = pyo3_sysconfigdata.find(str(folder), Settings(**settings), TARGET, version)
    return [path.relative_to(folder.resolve()).as_posix() for path in paths]


def put(folder: pathlib.Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("build_time_vars = {}\n", encoding="utf-8")


def test_r27_folders_that_are_searched(tmp_path: pathlib.Path) -> None:
    wanted = [
        "build/lib.linux-aarch64-3.14/_sysconfigdata_a.py",
        "lib/graalpy25/_sysconfigdata_b.py",
        "lib/pypy3.11/_sysconfigdata_c.py",
        "lib/python3.14/_sysconfigdata_d.py",
        "lib_graalpython/_sysconfigdata_e.py",
        "lib_pypy/_sysconfigdata_f.py",
    ]
    others = ["share/_sysconfigdata_g.py", "build/lib.linux-x86_64-3.14/_sysconfigdata_h.py", "_sysconfigdata.py"]
    put(tmp_path, *wanted, *others, "lib/python2.7/_sysconfigdata_i.py", "lib/python3.14/_sysconfigdata_j.txt")
    # The file in a folder with the architecture in its name wins in each folder where there are several.
    assert found(tmp_path / "lib") == [each[len("lib/") :] for each in wanted if each.startswith("lib/")]
    assert found(tmp_path) == wanted[:1]
    (tmp_path / wanted[0]).unlink()
    assert found(tmp_path) == wanted[1:]


def test_r28_candidates_are_filtered(tmp_path: pathlib.Path) -> None:
    names = ["lib/python3.13/_sysconfigdata__linux_aarch64.py", "lib/python3.13/_sysconfigdata__linux_x86_64.py"]
    put(tmp_path, *names, "lib/python3.14/_sysconfigdata__linux_aarch64.py")
    assert found(tmp_path, "3.13") == names[:1]
    assert found(tmp_path, "3.1") == found(tmp_path)
    assert found(tmp_path, python_sysconfigdata_name="_sysconfigdata__linux_x86_64") == []
    assert len(found(tmp_path, python_sysconfigdata_name="_sysconfigdata__linux_aarch64")) == 2


def test_links_do_not_lead_astray(tmp_path: pathlib.Path) -> None:
    path = install(tmp_path / "usr")
    (tmp_path / "usr" / "lib" / "lib").symlink_to(tmp_path / "usr")
    (tmp_path / "usr" / "lib" / "python3.14" / "_sysconfigdata_gone.py").symlink_to(tmp_path / "gone")
    assert [str(each) for each in pyo3_sysconfigdata.find(str(tmp_path / "usr"), Settings(), TARGET)] == [path]


def test_folder_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ToolError, match=r"cannot search PYO3_CROSS_LIB_DIR=.*gone \(No such file or directory\)"):
        found(tmp_path / "gone")
