//! Modules for a program's table of built-in modules; one is named like one of Python's own.

use pyo3::prelude::*;

#[pymodule]
pub mod engine {
    use pyo3::prelude::*;

    #[pyfunction]
    pub fn power() -> u32 {
        42
    }
}

#[pymodule]
pub mod marshal {}

#[cfg(test)]
mod tests {
    use pyo3::prelude::*;

    /// Each test runs in a thread of its own, and any of them may be the first.
    fn engine_power() -> u32 {
        Python::initialize();
        Python::attach(|py| {
            let engine = pyo3::wrap_pymodule!(super::engine)(py);
            engine.call_method0(py, "power")?.extract(py)
        })
        .unwrap_or_else(|error: PyErr| panic!("{error}"))
    }

    #[test]
    fn power() {
        assert_eq!(super::engine::power(), 42);
    }

    #[test]
    fn standard_library() {
        Python::initialize();
        let digits: usize = Python::attach(|py| py.import("math")?.getattr("pi")?.str()?.len()).unwrap();
        assert_eq!(digits, 17);
    }

    #[test]
    fn module() {
        assert_eq!(engine_power(), 42);
    }
}
