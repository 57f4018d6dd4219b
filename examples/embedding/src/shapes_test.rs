//! A test crate of its own: what Rust code gets when it imports the Python package and the extension below it.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

#[test]
fn package_and_extension_import() {
    Python::initialize();
    Python::attach(|py| {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 3.0)];
        let area = py
            .import("shapes")
            .unwrap()
            .call_method1("area", (corners.to_vec(),))
            .unwrap();
        assert_eq!(area.extract::<f64>().unwrap(), 6.0);
    });
}

#[test]
fn errors_of_the_extension_arrive() {
    Python::initialize();
    Python::attach(|py| {
        let vectors = py.import("vectors").unwrap();
        let error = vectors
            .call_method1("dot", (vec![1.0], Vec::<f64>::new()))
            .unwrap_err();
        assert!(error.is_instance_of::<PyValueError>(py));
    });
}
