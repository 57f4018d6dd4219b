//! A module with one function and a unit test.

use pyo3::prelude::*;

fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Adds.
#[pyfunction]
fn sum(a: i64, b: i64) -> i64 {
    add(a, b)
}

#[pymodule]
fn my_ext(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(sum, module)?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(1, 2), 3);
    }
}
