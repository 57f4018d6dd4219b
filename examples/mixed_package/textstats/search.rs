//! Finds words.

use pyo3::prelude::*;
use words::words;

/// Gives the positions of a word, counted in words from 0.
#[pyfunction]
fn positions(text: &Bound<'_, PyAny>, wanted: &str) -> PyResult<Vec<usize>> {
    Ok(words(text)?
        .iter()
        .enumerate()
        .filter(|(_, word)| *word == wanted)
        .map(|(position, _)| position)
        .collect())
}

#[pymodule]
fn _search(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(positions, module)?)
}
