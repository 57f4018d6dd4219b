//! A module that needs the GIL, or does not.

use pyo3::prelude::*;

#[cfg_attr(feature = "gil", pymodule(gil_used = true))]
#[cfg_attr(not(feature = "gil"), pymodule(gil_used = false))]
fn contract(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("NEEDS_GIL", cfg!(feature = "gil"))
}
