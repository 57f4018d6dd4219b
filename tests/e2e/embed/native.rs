//! An extension that a program imports.

use pyo3::prelude::*;

#[pyfunction]
fn double(number: i64) -> i64 {
    2 * number
}

#[pymodule]
fn native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(double, module)?)
}
