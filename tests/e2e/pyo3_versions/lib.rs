//! One source for every supported PyO3: what its macros read of the configuration, and the cfgs of the Python.
#![deny(unexpected_cfgs)]

use pyo3::prelude::*;

/// Its methods become C functions of another kind when the stable ABI is old.
#[pyclass]
struct Counter {
    value: i64,
}

#[pymethods]
impl Counter {
    #[new]
    fn new(value: i64) -> Self {
        Counter { value }
    }

    /// Adds, and gives the new value.
    fn add(&mut self, number: i64) -> i64 {
        self.value += number;
        self.value
    }
}

/// Tells which cfgs this code was compiled with.
#[pyfunction]
fn cfgs() -> Vec<&'static str> {
    let mut names = Vec::new();
    if cfg!(Py_3_9) {
        names.push("Py_3_9");
    }
    if cfg!(Py_3_13) {
        names.push("Py_3_13");
    }
    if cfg!(Py_LIMITED_API) {
        names.push("Py_LIMITED_API");
    }
    if cfg!(PyPy) {
        names.push("PyPy");
    }
    if cfg!(py_sys_config = "Py_DEBUG") {
        names.push("Py_DEBUG");
    }
    if cfg!(feature = "own") {
        names.push("own");
    }
    names
}

/// Tells which Python this runs on, which need not be the one that it was compiled for.
#[pyfunction]
fn running(py: Python<'_>) -> (u8, u8) {
    let version = py.version_info();
    (version.major, version.minor)
}

#[pymodule]
fn my_ext(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Counter>()?;
    module.add_function(wrap_pyfunction!(running, module)?)?;
    module.add_function(wrap_pyfunction!(cfgs, module)?)
}
