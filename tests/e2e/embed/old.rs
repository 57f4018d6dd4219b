//! `old ROUTE CODE`: the routes of older versions of PyO3, and those of the feature auto-initialize.
#![allow(deprecated)]

use std::ffi::CString;

use pyo3::prelude::*;

fn run(py: Python<'_>, code: &str) {
    let code = CString::new(code).expect("code without NUL");
    if let Err(error) = py.run(&code, None, None) {
        error.print(py);
        std::process::exit(1);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [route, code] = &arguments[..] else {
        panic!("usage: old ROUTE CODE, not {arguments:?}");
    };
    match route.as_str() {
        "attach" => Python::attach(|py| run(py, code)),
        "prepare_freethreaded_python" => {
            pyo3::prepare_freethreaded_python();
            Python::attach(|py| run(py, code));
        }
        // SAFETY: nothing of Python is kept.
        "with_embedded_python_interpreter" => unsafe {
            pyo3::with_embedded_python_interpreter(|py| run(py, code));
        },
        "with_gil" => Python::with_gil(|py| run(py, code)),
        _ => panic!("no route {route}"),
    }
}
