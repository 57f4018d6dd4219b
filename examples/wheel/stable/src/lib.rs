//! Measures words, with nothing but the stable ABI.

use pyo3::prelude::*;

/// Gives the longest word of a text, the first of several.
#[pyfunction]
fn longest(text: &str) -> &str {
    text.split_whitespace().rev().max_by_key(|word| word.chars().count()).unwrap_or("")
}

#[pymodule]
fn longest_word(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(longest, module)?)
}
