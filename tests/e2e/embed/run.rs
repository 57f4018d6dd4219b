//! `run ROUTE CODE`: runs Python code in a Python that is initialised by one of PyO3's routes.

use std::ffi::CString;
use std::process::exit;

use built_in::{engine, marshal};
use pyo3::prelude::*;

fn run(py: Python<'_>, code: &str) {
    let code = CString::new(code).expect("code without NUL");
    if let Err(error) = py.run(&code, None, None) {
        // For SystemExit it ends the process with its code.
        error.print(py);
        exit(1);
    }
}

fn with_embedded_interpreter(code: &str) {
    // SAFETY: nothing of Python is kept from one call to the next.
    unsafe { pyo3::with_embedded_python_interpreter(|py| run(py, code)) }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [route, code] = &arguments[..] else {
        panic!("usage: run ROUTE CODE, not {arguments:?}");
    };
    pyo3::append_to_inittab!(engine);
    match route.as_str() {
        "initialize" => {
            println!("Rust before Python");
            Python::initialize();
            Python::attach(|py| run(py, code));
            println!("Rust after Python");
        }
        "with_embedded_python_interpreter" => with_embedded_interpreter(code),
        "twice" => {
            with_embedded_interpreter(code);
            with_embedded_interpreter(code);
        }
        "threads" => std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    Python::initialize();
                    Python::attach(|py| run(py, code));
                });
            }
        }),
        "clash" => {
            pyo3::append_to_inittab!(marshal);
            Python::initialize();
        }
        _ => panic!("no route {route}"),
    }
}
