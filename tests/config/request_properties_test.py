"""Whatever is asked of the engine as a whole, it gives a config that it reads back, or one error."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, TypeVar

import pyo3_abi
import pyo3_config
import pyo3_config_file
import pyo3_resolve
import pyo3_settings
import pyo3_sysconfigdata
import pyo3_versions
import pytest
from configs import VERSIONS, request
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyo3_common import ToolError
from pyo3_interpreter_config import InterpreterConfig, finalize, with_abi3
from pyo3_versions import ABI3_GENERATION
from recorded_facts import facts

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from pyo3_versions import PyO3Version

Value = TypeVar("Value")

# An example that is slower than this fails; the machine may be busy, so it is generous.
settings.register_profile(
    "rules_pyo3", deadline=datetime.timedelta(seconds=5), database=None, derandomize=True, max_examples=100
)
settings.load_profile("rules_pyo3")

VERSION = st.sampled_from(VERSIONS).map(pyo3_versions.pyo3_version)
# A value of the format: one line, no blanks around it.
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
OPTIONAL_LINE = st.none() | LINE
PYTHON = st.tuples(st.just(3), st.integers(13, 15))


def value_or_error(work: Callable[[], Value]) -> Value | None:
    """Give the value, or None for one clear error; any other exception is a traceback and fails the test."""
    try:
        return work()
    except ToolError as error:
        assert str(error).strip()
        assert len(str(error)) < 5000
        return None


@st.composite
def configs(draw: st.DrawFn, pyo3: PyO3Version) -> InterpreterConfig:
    """Make any config that PyO3 itself could have made."""
    implementation = draw(st.sampled_from([name for name in pyo3.implementations if name != "RustPython"]))
    flags = draw(st.frozensets(st.sampled_from(sorted(pyo3.build_flags)) | st.just("Other")))
    version = draw(PYTHON)
    free_threaded = "Py_GIL_DISABLED" in flags
    kind = draw(st.sampled_from(["abi3t", "free_threaded"] if free_threaded else ["abi3", "gil_enabled"]))
    config = InterpreterConfig(
        implementation=implementation,
        version=version,
        shared=draw(st.booleans()),
        target_abi=pyo3_abi.make_abi(implementation, kind, draw(PYTHON), False),
        lib_name=draw(OPTIONAL_LINE),
        pointer_width=draw(st.none() | st.integers(0, 999)),
        build_flags=flags,
        lib_dir=draw(OPTIONAL_LINE),
        executable=draw(OPTIONAL_LINE),
        suppress_build_script_link_lines=draw(st.booleans()),
        extra_build_script_lines=tuple(draw(st.lists(LINE))),
        python_framework_prefix=draw(OPTIONAL_LINE) if "python_framework_prefix" in pyo3.config_keys else None,
    )
    if pyo3.generation == ABI3_GENERATION:
        return with_abi3(config, draw(st.booleans()), version, pyo3)
    return finalize(config, pyo3, [])


@given(st.data(), VERSION)
def test_r9_config_files_round_trip(data: st.DataObject, pyo3: PyO3Version) -> None:
    config = data.draw(configs(pyo3))
    text = pyo3_config_file.write(config, pyo3)
    notices: list[str] = []
    assert pyo3_config_file.parse(text, pyo3, notices) == config
    assert pyo3_config_file.write(config, pyo3) == text
    assert bytes.fromhex(pyo3_config_file.dep_env(config, pyo3)) == text.encode("utf-8")
    assert notices == []


@given(st.binary(), VERSION)
@example(b"version=3.14\nlib_name=\xff", pyo3_versions.pyo3_version(VERSIONS[0]))
def test_any_bytes_as_files(tmp_path_factory: pytest.TempPathFactory, content: bytes, pyo3: PyO3Version) -> None:
    folder = tmp_path_factory.getbasetemp()
    given_file = folder / "given"
    given_file.write_bytes(content)
    for option in ("--config-file", "--sysconfigdata", "--facts"):
        assert run(folder, pyo3, option, str(given_file)) in (0, 1)


def run(folder: pathlib.Path, pyo3: PyO3Version, *arguments: str) -> int:
    """Run the config tool, which catches clear errors only."""
    command = ["--label", "//pkg:target", "--pyo3-version", pyo3.version, "--target", "x86_64-unknown-linux-gnu"]
    return pyo3_config.main([*command, "--output", str(folder / "output"), *arguments])


@pytest.mark.parametrize(
    "piece", ["'''\\", "'\\", '"\\', "(", "build_time_vars = {", "{'a':", "'a' ", "\\\n", "#\n", "-", "'''\"\"\""]
)
def test_long_sysconfigdata_is_read_in_bounded_time(piece: str) -> None:
    start = datetime.datetime.now(tz=datetime.timezone.utc)
    text = "build_time_vars = {'a': " + piece * 100_000
    value_or_error(lambda: pyo3_sysconfigdata.parse(text[: 1024 * 1024]))
    assert datetime.datetime.now(tz=datetime.timezone.utc) - start < datetime.timedelta(seconds=30)


FEATURE = st.sampled_from(["abi3", "abi3-py37", "abi3-py39", "abi3-py314", "abi3t", "abi3t-py315", "extension-module"])
SETTING_VALUE = st.sampled_from(["", "0", "1", "3.12", "3.14t", "PyPy", "x86_64", "/nowhere"]) | LINE


@given(
    VERSION,
    st.frozensets(FEATURE),
    st.dictionaries(st.sampled_from(pyo3_settings.VARIABLES), SETTING_VALUE, max_size=4),
    st.dictionaries(
        st.sampled_from(["version", "lib_name", "shared", "abi3", "target_abi"]), SETTING_VALUE, max_size=2
    ),
    st.sampled_from(["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-linux-android"]),
)
def test_any_request(
    pyo3: PyO3Version,
    features: frozenset[str],
    environment: dict[str, str],
    overrides: dict[str, str],
    target: str,
) -> None:
    made = request(pyo3.version, *features, target=target, environment=environment, facts=facts(), overrides=overrides)
    resolved = value_or_error(lambda: pyo3_resolve.resolve(made))
    if resolved is not None:
        assert set(pyo3_config_file.to_values(resolved.config, pyo3)) <= set(resolved.origins)
