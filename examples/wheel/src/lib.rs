//! Counts words.

use std::collections::HashMap;

use pyo3::prelude::*;

/// Gives how often each word of a text is there; common words do not count.
#[pyfunction]
fn count(text: &str, common: Vec<String>) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for word in text.split_whitespace().map(str::to_lowercase) {
        if !common.contains(&word) {
            *found.entry(word).or_default() += 1;
        }
    }
    found
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(count, module)?)
}
