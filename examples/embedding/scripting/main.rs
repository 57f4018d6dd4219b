//! Runs a Python script that imports a module out of this program.

use std::ffi::CString;

use host::host;
use pyo3::prelude::*;

fn main() -> PyResult<()> {
    let script = std::env::args().nth(1).expect("expected the path of a script");
    let text = CString::new(std::fs::read_to_string(&script)?)?;
    // Before Python starts.
    pyo3::append_to_inittab!(host);
    Python::initialize();
    Python::attach(|py| py.run(&text, None, None))?;
    println!("total: {}", ::host::total());
    Ok(())
}
