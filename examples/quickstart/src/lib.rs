//! A Python module in Rust: two functions, a class, and an error that Python sees.

use pyo3::exceptions::PyZeroDivisionError;
use pyo3::prelude::*;

/// Formats the sum of two numbers as text.
#[pyfunction]
fn sum_as_string(a: i64, b: i64) -> String {
    (a + b).to_string()
}

/// Divides, or raises ZeroDivisionError.
#[pyfunction]
fn checked_divide(a: i64, b: i64) -> PyResult<i64> {
    a.checked_div(b)
        .ok_or_else(|| PyZeroDivisionError::new_err("division by zero in Rust"))
}

/// Counts upwards.
#[pyclass]
struct Counter {
    value: u64,
}

#[pymethods]
impl Counter {
    #[new]
    fn new() -> Self {
        Counter { value: 0 }
    }

    fn increment(&mut self) -> u64 {
        self.value += 1;
        self.value
    }

    #[getter]
    fn value(&self) -> u64 {
        self.value
    }
}

#[pymodule]
fn my_ext(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sum_as_string, module)?)?;
    module.add_function(wrap_pyfunction!(checked_divide, module)?)?;
    module.add_class::<Counter>()
}
