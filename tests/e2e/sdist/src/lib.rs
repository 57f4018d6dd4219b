use pyo3::prelude::*;

mod words;

#[pymodule]
mod _native {
    use super::*;

    #[pyfunction]
    fn count(text: &str) -> usize {
        counting::count(text)
    }

    #[pyfunction]
    fn known() -> usize {
        counting::count(words::KNOWN)
    }
}
