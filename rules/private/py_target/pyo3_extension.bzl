"""The macro pyo3_extension."""

load(":extension_targets.bzl", "extension_targets")

def pyo3_extension(
        *,
        name,
        srcs,
        abi = "auto",
        aliases = {},
        allowed_exports = [],
        compilation_mode = "current",
        compile_data = [],
        crate_features = [],
        crate_name = None,
        crate_root = None,
        data = [],
        deps = [],
        edition = None,
        imports = [],
        interpreter_config = None,
        module_name = None,
        proc_macro_deps = [],
        py_deps = [],
        py_srcs = [],
        pyo3 = None,
        python_version = "",
        rustc_env = {},
        rustc_env_files = [],
        rustc_flags = [],
        skip_gates = [],
        stubs = None,
        tags = [],
        version = None,
        visibility = None,
        **kwargs):
    """Builds a Python extension module from Rust code that uses PyO3.

    Depend on it as on a py_library. The file is named with the chosen Python's own suffix,
    such as `my_ext.cpython-314-x86_64-linux-gnu.so`.

    The code is compiled with PyO3's cfgs of that Python, such as `Py_3_12` and `Py_LIMITED_API`, unless `deps` has a
    build script: it answers then, as with cargo. Other Rust targets get them with `@pyo3_crates//:cfgs` in their `deps`.

    Makes three targets: `name`, `name.rust` (the rust_shared_library) and `name.config`
    (`bazel run` prints the interpreter config that PyO3 was built with; `-- explain` says why).

    Args:
      name: (str) the target, and the module unless `module_name` says otherwise
      srcs: (list of label) Rust sources, at least one
      abi: (str) "auto" (the default: the flag @rules_pyo3//rules/settings:abi, and where that is "auto" too, what the
        features of the crate set say), "version", or features of pyo3 such as "abi3-py310" or "abi3-py310,abi3t-py315"
      aliases: (dict) see rust_shared_library
      allowed_exports: (list of str) patterns of symbols that the module may export besides its entry points (docs/gates.md)
      compilation_mode: (str) "current" (the build's own, the default), "opt", "dbg" or "fastbuild"
      compile_data: (list of label) see rust_shared_library
      crate_features: (list of str) see rust_shared_library
      crate_name: (str) name of the crate; the target's name by default
      crate_root: (label) see rust_shared_library
      data: (list of label) files that the module reads at run time
      deps: (list of label) Rust libraries; pyo3 comes by itself
      edition: (str) see rust_shared_library
      imports: (list of str) see py_library
      interpreter_config: (label) a pyo3_interpreter_config for this extension and its pyo3
      module_name: (str) dotted name relative to the package, such as "pkg._native"; its last part
        is the name of the `#[pymodule]`
      proc_macro_deps: (list of label) see rust_shared_library
      py_deps: (list of label) Python libraries that the module needs
      py_srcs: (list of label) Python files that travel with the module
      pyo3: (label) the pyo3 crate; @rules_pyo3//rules/settings:pyo3 by default
      python_version: (str) the Python to build for, whatever the build's own is: "3.13", "3.13t" (free-threaded),
        "3.13d" (debug), "pypy3.11"; the build's by default
      rustc_env: (dict) see rust_shared_library
      rustc_env_files: (list of label) see rust_shared_library
      rustc_flags: (list of str) see rust_shared_library
      skip_gates: (list of str) names of checks that are switched off (docs/gates.md)
      stubs: (bool) accepted for rules_rust's sake; type stubs are not generated yet, so True is an error
      tags: (list of str) tags of all targets
      version: (str) see rust_shared_library
      visibility: (list of label) visibility of all targets
      **kwargs: attributes that all rules have (testonly, target_compatible_with, ...), and for
        anything else attributes of rust_shared_library
    """
    extension_targets(
        name = name,
        srcs = srcs,
        abi = abi,
        aliases = aliases,
        allowed_exports = allowed_exports,
        compilation_mode = compilation_mode,
        compile_data = compile_data,
        crate_features = crate_features,
        crate_name = crate_name,
        crate_root = crate_root,
        data = data,
        deps = deps,
        edition = edition,
        imports = imports,
        interpreter_config = interpreter_config,
        module_name = module_name,
        proc_macro_deps = proc_macro_deps,
        py_deps = py_deps,
        py_srcs = py_srcs,
        pyo3 = pyo3,
        python_versions = {name: python_version},
        rustc_env = rustc_env,
        rustc_env_files = rustc_env_files,
        rustc_flags = rustc_flags,
        skip_gates = skip_gates,
        stubs = stubs,
        tags = tags,
        version = version,
        visibility = visibility,
        **kwargs
    )
