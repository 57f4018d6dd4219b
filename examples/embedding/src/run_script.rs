//! Runs a Python script that imports a module out of this program.

use std::ffi::CString;

use host::host;
use pyo3::prelude::*;

fn main() -> PyResult<()> {
    let path = std::env::args()
        .nth(1)
        .expect("expected the path of a script");
    let script = std::fs::read(path).expect("expected a script to read");
    let script = CString::new(script).expect("expected a script without NUL");
    // Before Python starts.
    pyo3::append_to_inittab!(host);
    Python::initialize();
    Python::attach(|py| py.run(&script, None, None))?;
    println!("total: {}", ::host::total());
    Ok(())
}
