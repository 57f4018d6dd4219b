//! Calls a C library that is linked dynamically.

use pyo3::prelude::*;

extern "C" {
    fn sum_with_base(value: i32) -> i32;
}

#[pymodule]
mod _native {
    use super::*;

    #[pyfunction]
    fn add(value: i32) -> i32 {
        unsafe { sum_with_base(value) }
    }
}
