//! Libraries of Rust use PyO3's macros, and its cfgs where they ask for them.

use pyo3::prelude::*;

#[pyclass]
pub struct Shared {
    #[pyo3(get)]
    pub value: i64,
}

#[pymethods]
impl Shared {
    fn double(&self) -> i64 {
        self.value * 2
    }
}

#[cfg(all(feature = "with_cfgs", not(Py_3_13)))]
compile_error!("the cfgs of Python 3.13 are missing");

#[cfg(all(not(feature = "with_cfgs"), Py_3_13))]
compile_error!("nobody asked for cfgs");
