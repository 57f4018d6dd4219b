//! Splits Python text into words; shared by the extensions of the package.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// Takes a `str`, or a list of `str`, and gives its words.
pub fn words(text: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let lines = match text.extract::<String>() {
        Ok(line) => vec![line],
        Err(_) => text.extract::<Vec<String>>().map_err(|_| {
            PyTypeError::new_err(format!("expected str or a list of str, got {}", text.get_type()))
        })?,
    };
    Ok(lines
        .iter()
        .flat_map(|line| line.split_whitespace())
        .map(str::to_owned)
        .collect())
}
