//! A module that tells which Python it was compiled for.

use pyo3::prelude::*;

#[pymodule]
fn which(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let built_for = if cfg!(Py_LIMITED_API) {
        "the stable ABI"
    } else if cfg!(Py_3_15) {
        "3.15"
    } else if cfg!(Py_3_14) {
        "3.14"
    } else {
        "3.13"
    };
    module.add("BUILT_FOR", built_for)
}
