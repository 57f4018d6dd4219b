//! Calls what Python calls, many times, for a profiler to look at: `perf record $(bazel info bazel-bin)/profile_vectors`.

use std::hint::black_box;
use std::time::Instant;

use pyo3::prelude::*;

const CALLS: u32 = 10_000;

fn main() -> PyResult<()> {
    Python::initialize();
    Python::attach(|py| {
        let module = PyModule::new(py, "vectors")?;
        vectors::vectors(&module)?;
        let dot = module.getattr("dot")?;
        let vector: Vec<f64> = (0..100).map(f64::from).collect();
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(dot.call1((&vector, &vector))?);
        }
        println!(
            "{CALLS} calls of vectors.dot: {:?} each",
            start.elapsed() / CALLS
        );
        Ok(())
    })
}
