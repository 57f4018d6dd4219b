//! Carries Python: reads corners of a polygon from the command line and lets the Python package `shapes` do the rest.

use pyo3::prelude::*;

/// Reads corners such as `0,0 4,0 4,3`.
fn corners(arguments: impl Iterator<Item = String>) -> Vec<(f64, f64)> {
    arguments
        .map(|word| {
            let (x, y) = word.split_once(',').expect("expected X,Y");
            (
                x.parse().expect("expected a number"),
                y.parse().expect("expected a number"),
            )
        })
        .collect()
}

fn main() -> PyResult<()> {
    Python::initialize();
    Python::attach(|py| {
        let area: f64 = py
            .import("shapes")?
            .call_method1("area", (corners(std::env::args().skip(1)),))?
            .extract()?;
        println!("area: {area}");
        let version = py.version_info();
        println!("Python: {}.{}", version.major, version.minor);
        Ok(())
    })
}
