//! An extension's own build script.

fn main() {
    println!("cargo:rustc-cfg=feature=\"own\"");
}
