//! Counts words.

use pyo3::prelude::*;

/// Gives the number of words in a text.
#[pyfunction]
fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(count, module)?)
}
