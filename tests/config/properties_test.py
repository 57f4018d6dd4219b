"""Whatever a file or a variable holds, the engine gives a value or one error, and what it writes it reads back."""

from __future__ import annotations

import ast
import contextlib
import json
import pprint
from typing import TYPE_CHECKING, Any

import pyo3_abi
import pyo3_build_scripts
import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_sysconfigdata
import pyo3_triple
import pyo3_versions
import pytest
from configs import NEW, OLD, VERSIONS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyo3_common import ToolError
from pyo3_testing import TESTS
from recorded_facts import facts_path

if TYPE_CHECKING:
    from collections.abc import Callable

# Bounded time: hypothesis fails an example that takes longer than this. The same examples in every run, so that a
# change is judged by what it changed.
settings.register_profile(
    "bounded",
    database=None,
    deadline=2000,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("bounded")

VERSION = st.sampled_from(VERSIONS)
KEYS = sorted({key for version in VERSIONS for key in pyo3_versions.pyo3_version(version).config_keys})
WORDS = st.sampled_from(
    ["true", "false", "CPython", "PyPy", "3.9", "3.14", "4.0", "abi3", "64", "+32", "Py_DEBUG,Py_GIL_DISABLED", ""]
    + [f"CPython-{kind}-3.{minor}{end}" for kind in pyo3_abi.KINDS for minor in (9, 15) for end in ("", "-debug")]
)
# As arbitrary bytes arrive: those that are no UTF-8 were refused when the file was read.
ANY_TEXT = st.one_of(st.text(), st.binary().map(lambda content: content.decode("utf-8", "replace")))
LINE = st.one_of(ANY_TEXT, st.tuples(st.sampled_from(KEYS), st.one_of(WORDS, ANY_TEXT)).map("=".join))
CONFIG_FILE = st.one_of(ANY_TEXT, st.lists(LINE).map("\n".join), st.lists(LINE).map("version=3.12\n".join))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)


def value_or_error(work: Callable[[], Any]) -> Any:
    """Give the value, or None for a ToolError; anything else fails the test."""
    try:
        return work()
    except ToolError as error:
        assert str(error)
        return None


@given(CONFIG_FILE, VERSION)
def test_r9_any_config_file_round_trips_or_is_one_error(text: str, version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    config = value_or_error(lambda: pyo3_config_file.read(text, pyo3))
    if config is not None:
        written = pyo3_config_file.write(config, pyo3)
        again = pyo3_config_file.read(written, pyo3)
        assert pyo3_config_file.write(again, pyo3) == written
        assert bytes.fromhex(pyo3_config_file.dep_env(again, pyo3)).decode() == written


def test_most_lines_of_the_strategy_make_configs() -> None:
    """Guards the test above: it proves nothing about round trips when no text is accepted."""
    accepted = []

    @given(st.lists(st.tuples(st.sampled_from(KEYS), WORDS).map("=".join)), st.sampled_from([OLD, NEW]))
    def count(lines: list[str], version: str) -> None:
        text = "\n".join(["version=3.12", *lines])
        accepted.append(
            value_or_error(lambda: pyo3_config_file.read(text, pyo3_versions.pyo3_version(version))) is not None
        )

    count()
    assert sum(accepted) > len(accepted) / 10


@given(st.one_of(ANY_TEXT, ANY_TEXT.map("build_time_vars = {{{}}}".format)))
def test_any_sysconfigdata_is_read_or_one_error(text: str) -> None:
    value_or_error(lambda: pyo3_sysconfigdata.parse(text))


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])).map(str.strip)


@given(st.dictionaries(st.from_regex(r"[A-Za-z_]+", fullmatch=True), st.one_of(PLAIN, st.integers())))
def test_sysconfigdata_is_read_as_python_would(values: dict[str, str | int]) -> None:
    text = f"# system configuration\nbuild_time_vars = {pprint.pformat(values)}\n"
    assert ast.literal_eval(text.partition(" = ")[2]) == values
    assert pyo3_sysconfigdata.parse(text) == {key: str(value) for key, value in values.items()}


@pytest.mark.parametrize("text", ["build_time_vars = {" + "'" * 500_000, "build_time_vars = {" + "[" * 500_000])
def test_a_hostile_sysconfigdata_takes_no_longer_than_its_length(text: str) -> None:
    value_or_error(lambda: pyo3_sysconfigdata.parse(text))


@given(ANY_TEXT)
def test_any_output_of_a_probe_is_json_or_one_error(text: str) -> None:
    value_or_error(lambda: pyo3_common.parse_json(text, "python3"))


@given(st.data())
def test_any_value_in_the_facts_is_accepted_or_one_error(data: st.DataObject) -> None:
    found = json.loads(facts_path("cpython-3.14-linux-x86_64").read_text(encoding="utf-8"))
    found[data.draw(st.sampled_from(sorted(found)))] = data.draw(JSON)
    value_or_error(lambda: pyo3_facts.parse_facts(found, "python3"))


@example("²", VERSIONS[0])
@given(ANY_TEXT, VERSION)
def test_any_version_abi_or_triple_is_accepted_or_one_error(text: str, version: str) -> None:
    pyo3 = pyo3_versions.pyo3_version(version)
    for work in (
        lambda: pyo3_abi.parse_version(text),
        lambda: pyo3_abi.parse_version(f"3.{text}"),
        lambda: pyo3_abi.parse_abi(f"CPython-{text}", pyo3),
        lambda: pyo3_abi.parse_implementation(text, pyo3),
        lambda: pyo3_build_scripts.parse_rustc_version(f"release: 1.{text}\nhost: {text}"),
        lambda: pyo3_triple.parse_triple(text),
        lambda: pyo3_triple.parse_triple(f"x86_64-{text}"),
        lambda: pyo3_versions.pyo3_version(text),
    ):
        value_or_error(work)


def _lock_functions() -> dict[str, Any]:
    """Run versions.bzl, which is pure, as the Python that it is a subset of."""
    source = (TESTS.parent / "rules/private/crates/versions.bzl").read_text(encoding="utf-8")
    names: dict[str, Any] = {"load": lambda *_: None, "PYO3_VERSIONS": VERSIONS[::-1]}
    exec(compile(source, "versions.bzl", "exec"), names)
    return names


LOCK = _lock_functions()
LOCK_LINE = st.sampled_from(["[[package]]", 'name = "pyo3"', 'version = "0.30.1"', 'checksum = "ab"', 'name = "', "= "])


@given(st.one_of(ANY_TEXT, st.lists(st.one_of(LOCK_LINE, ANY_TEXT)).map("\n".join)))
def test_any_cargo_lock_gives_checksums(text: str) -> None:
    # Without any, the rules that call this say what is missing.
    assert all(crate.partition(" ")[1] for crate in LOCK["lock_checksums"](text))
    assert isinstance(LOCK["locked_versions"](text), list)


# Starlark knows digits of ASCII only.
@given(st.text(st.characters(codec="ascii")))
def test_any_wanted_version_finds_a_known_one_or_none(text: str) -> None:
    assert LOCK["choose_version"](text, VERSIONS) in {None, *VERSIONS}
    with contextlib.suppress(ToolError):
        assert LOCK["nearest_known"](text) in VERSIONS
