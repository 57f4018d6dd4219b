//! Areas of shapes.

use pyo3::prelude::*;

/// Gives the area of a square.
#[pyfunction]
fn square(side: f64) -> f64 {
    side * side
}

#[pymodule]
fn stable_ext(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(square, module)?)
}
