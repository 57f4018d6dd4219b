//! Counts words, without those of a file that travels with the module.

use std::collections::BTreeMap;
use std::path::Path;

use pyo3::prelude::*;
use words::words;

/// Reads `stop_words.txt`, which Bazel puts beside the module.
fn stop_words(module: &Bound<'_, PyModule>) -> PyResult<Vec<String>> {
    let file = module.filename()?.to_string();
    let list = std::fs::read_to_string(Path::new(&file).with_file_name("stop_words.txt"))?;
    Ok(list.lines().map(str::to_owned).collect())
}

/// Counts how often each word occurs; words are normalised in Python.
#[pyfunction]
#[pyo3(pass_module)]
fn count(module: &Bound<'_, PyModule>, text: &Bound<'_, PyAny>) -> PyResult<BTreeMap<String, usize>> {
    let stop_words = stop_words(module)?;
    let normalise = module.py().import("textstats.normalise")?.getattr("normalise")?;
    let mut counts = BTreeMap::new();
    for word in words(text)? {
        let word: String = normalise.call1((word,))?.extract()?;
        if !stop_words.contains(&word) {
            *counts.entry(word).or_default() += 1;
        }
    }
    Ok(counts)
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(count, module)?)
}
