//! The module `host`: what a program offers to the scripts that it runs. It is part of the program, no file.

use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;

static TOTAL: AtomicU64 = AtomicU64::new(0);

/// Gives what scripts have added so far.
pub fn total() -> u64 {
    TOTAL.load(Ordering::Relaxed)
}

/// Adds to the program's total.
#[pyfunction]
fn add(amount: u64) -> u64 {
    TOTAL.fetch_add(amount, Ordering::Relaxed) + amount
}

#[pymodule]
pub fn host(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(add, module)?)
}
