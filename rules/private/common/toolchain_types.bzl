"""Labels of the toolchain types, apart from any implementation."""

# An alias of Bazel's own type on old rules_python, so one label serves every version.
PYTHON_TOOLCHAIN_TYPE = "@rules_python//python:toolchain_type"

RUST_TOOLCHAIN_TYPE = "@rules_rust//rust:toolchain_type"
