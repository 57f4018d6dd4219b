"""Reading Rust source text: what is found, and what is reported as not there."""

from __future__ import annotations

import pytest
import rust_text
from rust_text import NotFoundError, Versions

TEXT = """\
// const OLDEST: PythonVersion = PythonVersion { major: 1, minor: 0 };
const OLDEST: PythonVersion = PythonVersion { major: 3, minor: 6 };
const NEWEST: PythonVersion = PythonVersion {
    major: 3,
    minor: 16,
};
const RANGE: Span = Span {
    min: OLDEST,
    max: PythonVersion { major: 3, minor: 14 },
};
const OTHER_RANGE: Span = Span {
    min: PythonVersion {
        major: 3,
        minor: 10,
    },
    max: RANGE.max,
};

pub fn outer(value: Option<u8>) -> Vec<String> {
    // fn commented() {}
    if let Some(it) = value { inner(&format!("{it}")) }
}

fn inner(text: &str)   { }

trait Declared { fn only_declared(&self); }

#[cfg(test)]
mod tests {
    fn a_test() {}
}
"""


@pytest.fixture
def text() -> str:
    return rust_text.library_text(TEXT)


def test_tests_and_comments_are_left_out(text: str) -> None:
    assert sorted(rust_text.functions(text)) == ["inner", "outer"]


def test_white_space_is_no_change(text: str) -> None:
    assert rust_text.functions(text) == rust_text.functions(text.replace("{ }", "{\n}"))
    assert rust_text.functions(text) != rust_text.functions(text.replace("{ }", "{ 1 }"))


def test_functions_of_one_name_are_joined() -> None:
    assert rust_text.functions("impl A { fn new() { 1 } } impl B { fn new() { 2 } }") == {"new": "12"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("OLDEST", [3, 6]),
        ("NEWEST", [3, 16]),
        ("RANGE.min", [3, 6]),
        ("RANGE.max", [3, 14]),
        ("OTHER_RANGE.min", [3, 10]),
        ("OTHER_RANGE.max", [3, 14]),
        ("PythonVersion { major: 4, minor: 0 }", [4, 0]),
    ],
)
def test_versions(text: str, expression: str, value: list[int]) -> None:
    assert Versions(text).value(expression) == value


@pytest.mark.parametrize("expression", ["MISSING", "MISSING.min", "RANGE.middle", "std::cmp::max(OLDEST, NEWEST)", ""])
def test_unknown_version(text: str, expression: str) -> None:
    with pytest.raises(NotFoundError):
        Versions(text).value(expression)


def test_function_that_is_not_there(text: str) -> None:
    with pytest.raises(NotFoundError, match=r"^`fn gone`$"):
        rust_text.function(text, "gone")


def test_function_without_an_end() -> None:
    with pytest.raises(NotFoundError, match=r"^the end of `fn open`$"):
        rust_text.function("fn open() { if true {", "open")


def test_pattern_that_does_not_match() -> None:
    with pytest.raises(NotFoundError, match=r"^`const A = \(.\)`$"):
        rust_text.first(r"\bconst A = (.)", "const B = 1")
