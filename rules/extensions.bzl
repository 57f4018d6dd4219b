"""The module extension.

    pyo3 = use_extension("@rules_pyo3//rules:extensions.bzl", "pyo3")
    pyo3.system_python(name = "python", interpreter = "python3")
    use_repo(pyo3, "python")
    register_toolchains("@python//:toolchain")
"""

load("//rules/private/bzlmod:pyo3.bzl", _pyo3 = "pyo3")

pyo3 = _pyo3
