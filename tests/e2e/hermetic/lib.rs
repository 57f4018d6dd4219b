//! A module with one function.

use pyo3::prelude::*;

/// Adds.
#[pyfunction]
fn sum(a: i64, b: i64) -> i64 {
    a + b
}

#[pymodule]
fn my_ext(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sum, module)?)
}
