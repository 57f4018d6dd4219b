"""The words of `abi`: what they are, what they make of features, and what is said of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyo3_abi
import pyo3_abi_words
import pyo3_config
import pyo3_config_cli
import pyo3_versions
import pytest
from configs import LINUX, MACOS, NEW, OLD, VERSIONS, WINDOWS, other_version, resolve
from hypothesis import given, settings
from hypothesis import strategies as st
from pyo3_abi_words import AbiChange, AbiWords
from pyo3_common import ToolError
from pyo3_facts import Facts
from pyo3_resolve import Origin
from pyo3_testing import Result, assert_refused, run_tool
from recorded_facts import facts, facts_path

if TYPE_CHECKING:
    import pathlib

# A loaded machine is slow: an example may take two seconds.
settings.register_profile("words", database=None, deadline=2000, derandomize=True)
settings.load_profile("words")

FREE_THREADED = "cpython-3.13t-linux-x86_64"
STABLE = [*(f"abi3-py3{minor}" for minor in range(9, 16)), "abi3", "abi3t", "abi3t-py315"]
FEATURES = st.frozensets(st.sampled_from([*STABLE, "macros", "extension-module", "abi"]))
WORDS = st.one_of(st.just("version"), st.just("auto"), st.lists(st.sampled_from(STABLE), min_size=1).map(",".join))


def effective(features: set[str], text: str) -> frozenset[str]:
    return pyo3_abi_words.effective_features(features, pyo3_abi_words.parse_words(text))


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("auto", ()),
        ("version", ()),
        ("abi3", ("abi3",)),
        ("abi3-py310", ("abi3-py310",)),
        ("abi3t-py315", ("abi3t-py315",)),
        ("abi3-py310,abi3t-py315,abi3-py310", ("abi3-py310", "abi3t-py315")),
    ],
)
def test_words(text: str, features: tuple[str, ...]) -> None:
    words = pyo3_abi_words.parse_words(text)
    assert words == AbiWords(text, frozenset(features))
    assert words.version_specific == (text == "version")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "abi is '', '' is no word of it, expected auto, version, or features of PyO3 joined by commas"),
        ("abi4", "'abi4' is no word of it"),
        ("abi3-py3.10", "'abi3-py3.10' is no word of it, .* such as abi3, abi3-py310"),
        ("abi3-py310, abi3t", "' abi3t' is no word of it"),
        ("abi3,", "'' is no word of it"),
        ("version,abi3", "abi is 'version,abi3', expected version alone: take version out, or the other words"),
        ("abi3-py310,auto", "expected auto alone: take auto out"),
    ],
)
def test_what_are_no_words(text: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        pyo3_abi_words.parse_words(text)


@given(FEATURES, WORDS)
def test_features_that_words_leave(features: frozenset[str], text: str) -> None:
    words = pyo3_abi_words.parse_words(text)
    after = pyo3_abi_words.effective_features(features, words)
    changed = pyo3_abi_words.change(features, words)
    assert after == (features | changed.added) - changed.removed
    assert {each for each in features if not pyo3_abi_words.is_abi_feature(each)} <= after
    if words.version_specific:
        assert not any(map(pyo3_abi_words.is_abi_feature, after))
        assert not changed.added
    else:
        assert features | words.features == after


@given(FEATURES, st.permutations(STABLE), st.integers(1, len(STABLE)))
def test_lowest_floor_wins_in_any_order(features: frozenset[str], shuffled: list[str], count: int) -> None:
    pyo3 = pyo3_versions.pyo3_version(NEW)
    after = effective(set(features), ",".join(shuffled[:count]))
    for kind in (pyo3_abi.ABI3, pyo3_abi.ABI3T):
        floors = [int(each.split("-py3")[1]) for each in after if each.startswith(f"{kind}-py3")]
        assert pyo3_abi.floor(kind, after, pyo3) == ((3, min(floors)) if floors else None)


def test_one_stable_abi_alone() -> None:
    both = effective({"macros"}, "abi3-py310,abi3t-py315")
    assert pyo3_abi_words.only(both, "abi3") == {"macros", "abi3-py310"}
    assert pyo3_abi_words.only(both, "abi3t") == {"macros", "abi3t-py315"}


class Tool:
    """The tool with its files in a temporary folder."""

    def __init__(self, folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.output = folder / "config.txt"

    def run(self, abi: str, *more: object, of: Facts | None = None, version: str = NEW, target: str = LINUX) -> Result:
        arguments = ["--abi", abi, "--pyo3-version", version, "--target", target, "--output", self.output, *more]
        if of is not None:
            path = self.folder / "facts.json"
            path.write_text(json.dumps(of.to_json_object()), encoding="utf-8")
            arguments += ["--facts", path]
        return run_tool(pyo3_config.main, arguments, self.capsys)

    def lines(self) -> list[str]:
        return self.output.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def tool(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(tmp_path, capsys)


@pytest.mark.parametrize("target", [LINUX, MACOS, WINDOWS])
@pytest.mark.parametrize("version", VERSIONS)
def test_abi3_without_a_python(tool: Tool, version: str, target: str) -> None:
    assert tool.run("abi3-py310", "--features", "abi3-py312,macros", version=version, target=target) == (0, "")
    old = version <= OLD
    assert {"implementation=CPython", "version=3.10", "abi3=true" if old else "target_abi=CPython-abi3-3.10"} <= set(
        tool.lines()
    )
    assert ("lib_name=python3" in tool.lines()) == (target == WINDOWS)


@pytest.mark.parametrize("version", [version for version in VERSIONS if version > OLD])
def test_abi3t_without_a_python(tool: Tool, version: str) -> None:
    assert tool.run("abi3t-py315", version=version) == (0, "")
    assert {"version=3.15", "target_abi=CPython-abi3t-3.15"} <= set(tool.lines())
    assert tool.run("abi3-py310,abi3t-py315", "--stable-abi", "abi3t", version=version) == (0, "")
    assert {"version=3.15", "target_abi=CPython-abi3t-3.15"} <= set(tool.lines())
    # Where both are left, PyO3 takes abi3 for what no interpreter tells.
    assert tool.run("abi3-py310,abi3t-py315", version=version) == (0, "")
    assert {"version=3.10", "target_abi=CPython-abi3-3.10"} <= set(tool.lines())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("abi", ["abi3", "version", "auto"])
def test_no_python_and_no_floor(tool: Tool, abi: str, version: str) -> None:
    bare = "no feature says the oldest Python: enable one of abi3-py"
    message = bare if abi == "abi3" else "nothing tells the Python to configure for"
    result = tool.run(abi, "--features", "abi3-py310" if abi == "version" else "", version=version)
    assert_refused(result, message, outputs=[tool.output])
    assert ("; the bare feature abi3 takes the interpreter's version\n" in result.stderr) == (abi == "abi3")


def test_a_stable_abi_without_a_python_needs_no_opt_in(tool: Tool) -> None:
    newest = other_version(17)
    assert_refused(tool.run("version", of=newest), "the interpreter is Python 3.17, PyO3 0.30.1 supports Python 3.9 to")
    assert tool.run("version", "--setting", "PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY=1", of=newest) == (0, "")
    assert tool.run("abi3-py310") == (0, "")


@pytest.mark.parametrize(
    ("abi", "version", "message"),
    [
        (
            "abi3t",
            OLD,
            "abi asks for abi3t, PyO3 0.28.3 has no such feature (abi3t is new in PyO3 0.29), expected auto",
        ),
        (
            "abi3-py38",
            NEW,
            "abi asks for abi3-py38, PyO3 0.30.1 has no such feature, expected auto, version or some of",
        ),
        ("abi3-py315", OLD, "abi asks for abi3-py315, PyO3 0.28.3 has no such feature, expected"),
        ("abi3x", NEW, "abi is 'abi3x', 'abi3x' is no word of it"),
    ],
)
def test_words_of_another_pyo3(tool: Tool, abi: str, version: str, message: str) -> None:
    assert_refused(tool.run(abi, of=facts(), version=version), message, outputs=[tool.output])


def test_floor_above_the_python(tool: Tool) -> None:
    result = tool.run("abi3-py314", of=other_version(13))
    assert_refused(result, "abi3-py314 asks for Python 3.14 or newer, the interpreter is 3.13", outputs=[tool.output])


PYPY = facts("pypy-3.11-linux-x86_64")
GRAALPY = facts("graalpy-25.2-linux-x86_64")


WITHOUT_ABI3 = (
    (PYPY, "PyPy has no abi3"),
    (GRAALPY, "GraalPy has no abi3"),
    (facts(FREE_THREADED), "a free-threaded Python"),
    (other_version(14, "t"), "a free-threaded Python"),
)


def supported(of: Facts, version: str) -> bool:
    pyo3 = pyo3_versions.pyo3_version(version)
    oldest, newest = pyo3.python.get(of.implementation, ((4, 0), (4, 0)))
    if of.gil_disabled:
        oldest = pyo3.free_threaded_min or (4, 0)
    return oldest <= of.version[:2] <= newest


@pytest.mark.parametrize(
    ("of", "notice", "version"),
    [(of, notice, version) for of, notice in WITHOUT_ABI3 for version in VERSIONS if supported(of, version)],
)
def test_fallback_and_strict(tool: Tool, of: Facts, notice: str, version: str) -> None:
    result = tool.run("abi3-py39", of=of, version=version)
    assert result.code == 0, result.stderr
    said = [line for line in result.stderr.splitlines() if "has no abi3" in line]
    assert len(said) == 1, result.stderr
    assert said[0].startswith("WARNING: //pkg:target: ")
    assert notice in said[0]
    assert "what is built works with this version of" in said[0]
    tool.output.unlink()
    strict = tool.run("abi3-py39", "--strict-abi", of=of, version=version)
    assert_refused(strict, notice, "with strict_abi a stable ABI that is asked for", "set abi to version")
    assert tool.run("version", "--features", "abi3-py39", "--strict-abi", of=of, version=version) == (0, "")


@pytest.mark.parametrize(
    ("minor", "letters", "abi", "said"),
    [
        (14, "", "abi3t", "Python 3.14 has no abi3t"),
        (14, "", "abi3t,abi3", None),
        (14, "t", "abi3t,abi3", "a free-threaded Python 3.14 has no abi3t and no abi3"),
        (15, "t", "abi3", "a free-threaded Python 3.15 has no abi3"),
        (15, "t", "abi3t,abi3", None),
        (15, "", "abi3t", None),
        (15, "", "abi3-py315", None),
    ],
)
def test_fallback_of_abi3t(tool: Tool, minor: int, letters: str, abi: str, said: str | None) -> None:
    result = tool.run(abi, of=other_version(minor, letters))
    ending = ": what is built works with this version of Python only\n"
    assert result == (0, "" if said is None else f"WARNING: //pkg:target: {said}{ending}")
    assert tool.run(abi, "--strict-abi", of=other_version(minor, letters)).code == (0 if said is None else 1)


def test_stated_abi_is_no_fallback(tool: Tool) -> None:
    stated = ("--set", "target_abi=CPython-gil_enabled-3.14")
    assert tool.run("abi3-py310", "--strict-abi", *stated, of=facts()) == (0, "")


def test_pypy_with_an_abi3_of_its_own(tool: Tool) -> None:
    of = facts(
        "pypy-3.11-linux-x86_64", version=[3, 12, 0, "final", 0], ext_suffix=".pypy312-x.so", extension_suffixes=[]
    )
    said = "PyPy imports no module of another version: what is built works with this version of PyPy only"
    assert tool.run("abi3-py39", of=of) == (0, f"WARNING: //pkg:target: {said}\n")


def origins(version: str, features: tuple[str, ...], text: str, **more: Any) -> dict[str, Origin]:
    words = pyo3_abi_words.parse_words(text)
    after = pyo3_abi_words.effective_features(features, words)
    return dict(resolve(version, *after, abi=pyo3_abi_words.change(features, words), **more).origins)


@pytest.mark.parametrize("version", [OLD, NEW])
def test_origins(version: str) -> None:
    key = "abi3" if version == OLD else "target_abi"
    by_words = origins(version, ("abi3-py312",), "abi3-py310", facts=facts())
    assert by_words[key] == Origin("abi", 'the feature abi3-py310, by abi = "abi3-py310"')
    by_feature = origins(version, ("abi3-py310",), "abi3-py312", facts=facts())
    assert by_feature[key] == Origin("feature", "the feature abi3-py310")
    away = origins(version, ("abi3-py310",), "version", facts=facts())
    assert away[key] == Origin("abi", 'abi = "version" takes abi3-py310 away')
    assert away["version"].source == "toolchain"
    untouched = origins(version, (), "version", facts=facts())
    assert untouched[key].source == "toolchain"
    nobody = origins(version, (), "abi3-py311")
    assert nobody["version"] == nobody[key] == Origin("abi", 'the feature abi3-py311, by abi = "abi3-py311"')
    stated = (
        origins(version, ("abi3",), "version", overrides={"version": "3.12", key: "false"}) if key == "abi3" else {}
    )
    assert not stated or stated[key].source == "attribute"


def test_change_without_words() -> None:
    assert pyo3_abi_words.change({"abi3"}, pyo3_abi_words.parse_words("auto")) == AbiChange()


def explained(capsys: pytest.CaptureFixture[str], *options: object) -> tuple[int, str, str]:
    code = pyo3_config_cli.main(["explain", "--target", LINUX, *map(str, options)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = explained(capsys, "--abi", "abi3-py310", "--features", "abi3-py312")
    assert '\ntarget_abi=CPython-abi3-3.10\n  from  abi: the feature abi3-py310, by abi = "abi3-py310"\n' in text
    assert "  gives file name my_ext.abi3.so (the extension)\n  gives wheel tag cp310-abi3-linux_x86_64" in text
    known = ("--facts", facts_path("cpython-3.14-linux-x86_64"))
    _, text, _ = explained(capsys, "--abi", "version", "--features", "abi3-py312", *known)
    assert '  from  abi: abi = "version" takes abi3-py312 away\n' in text
    assert "  gives file name my_ext.cpython-314-x86_64-linux-gnu.so (the extension)\n" in text
    _, text, _ = explained(capsys, "--abi", "abi3-py310,abi3t-py315", "--stable-abi", "abi3t", "--module", "a.b")
    assert "  gives file name b.abi3t-x86_64-linux-gnu.so (the extension)\n" in text
    _, text, _ = explained(capsys, "--abi", "abi3-py310", "--target", WINDOWS)
    assert "  gives file name my_ext.pyd (the extension)\n" in text


def test_explanation_of_a_fallback(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--abi", "abi3", "--facts", facts_path("pypy-3.11-linux-x86_64"))
    code, _, stderr = explained(capsys, *options)
    assert (code, "PyPy has no abi3" in stderr) == (0, True)
    code, text, stderr = explained(capsys, *options, "--strict-abi")
    assert (code, text, "with strict_abi" in stderr) == (1, "", True)


def test_explanation_of_a_platform_without_names(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, stderr = explained(capsys, "--abi", "abi3-py310", "--target", "x86_64-unknown-freebsd")
    assert code == 0
    assert "file name" not in text
    assert "the wheel platform of x86_64-unknown-freebsd cannot be told" in stderr
