//! A program that carries Python.

fn main() {}
