//! Vectors: an extension module, and a library of the same code for Rust programs.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Multiplies two vectors of one length.
#[pyfunction]
pub fn dot(left: Vec<f64>, right: Vec<f64>) -> PyResult<f64> {
    if left.len() != right.len() {
        return Err(PyValueError::new_err(format!(
            "expected vectors of one length, got {} and {}",
            left.len(),
            right.len()
        )));
    }
    Ok(left.iter().zip(&right).map(|(a, b)| a * b).sum())
}

/// Gives the twofold area that two vectors of a plane enclose, negative when they turn clockwise.
#[pyfunction]
pub fn cross(left: (f64, f64), right: (f64, f64)) -> f64 {
    left.0 * right.1 - left.1 * right.0
}

#[pymodule]
pub fn vectors(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(dot, module)?)?;
    module.add_function(wrap_pyfunction!(cross, module)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_alone() {
        assert_eq!(cross((1.0, 0.0), (0.0, 2.0)), 2.0);
        assert_eq!(dot(vec![1.0, 2.0], vec![3.0, 4.0]).unwrap(), 11.0);
    }

    #[test]
    fn error_that_python_sees() {
        Python::initialize();
        Python::attach(|py| {
            let error = dot(vec![1.0], vec![]).unwrap_err();
            assert!(error.is_instance_of::<PyValueError>(py));
            assert_eq!(
                error.value(py).to_string(),
                "expected vectors of one length, got 1 and 0"
            );
        });
    }

    #[test]
    fn through_a_function_object() {
        Python::initialize();
        Python::attach(|py| {
            let module = PyModule::new(py, "vectors").unwrap();
            vectors(&module).unwrap();
            let product = module
                .call_method1("dot", (vec![1.0, 2.0], (3, 4)))
                .unwrap();
            assert_eq!(product.extract::<f64>().unwrap(), 11.0);
        });
    }
}
