"""The WORKSPACE twin of the module extension `pyo3` (Bazel 7).

    load("@rules_pyo3//rules:repositories.bzl", "pyo3_repositories", "pyo3_system_python")

    pyo3_repositories()
    pyo3_system_python(name = "python", interpreter = "python3")
    register_toolchains("@python//:toolchain")
"""

load("//rules/private/bzlmod:environment_repo.bzl", "environment_repo")
load("//rules/private/bzlmod:features_repo.bzl", "features_repo")
load("//rules/private/bzlmod:repair_tools_repo.bzl", "repair_tools_repo")
load("//rules/private/bzlmod:tool_wheels_repo.bzl", "tool_wheels_repo")
load("//rules/private/crates:crates_repo.bzl", "crates_repo")
load("//rules/private/crates:vendored_crates.bzl", "vendored_crates_repo")
load("//rules/private/interpreter:system_python_repo.bzl", "system_python_repo")

def pyo3_crates(name = "pyo3_crates", features = [], **kwargs):
    """Makes a crate repository; see the tag `pyo3.crates`.

    Args:
      name: (str) the repository; "pyo3_crates" is the one that extensions use by default
      features: (list of str) Cargo features of pyo3
      **kwargs: version, default_features, interpreter_config, lockfile, vendored, cargo
    """
    crates_repo(name = name, crate_features = features, crates_name = name, **kwargs)

def pyo3_vendored_crates(name, **kwargs):
    """Makes a repository of a project's crates; see the tag `pyo3.vendored_crates`.

    Args:
      name: (str) the repository; @name//:crates has them
      **kwargs: cargo_toml, cargo_lock, cargo
    """
    vendored_crates_repo(name = name, crates_name = name, **kwargs)

def pyo3_system_python(name, **kwargs):
    """Makes a Python toolchain of an installed interpreter; see the tag `pyo3.system_python`.

    Args:
      name: (str) the repository; register @name//:toolchain
      **kwargs: interpreter, optional, timeout
    """
    system_python_repo(name = name, python_name = name, **kwargs)

def pyo3_repositories(environment = []):
    """Makes what the rules need, except what the workspace has defined already.

    Args:
      environment: (list of str) variables that may act; see the tag `pyo3.environment`
    """
    if not native.existing_rule("pyo3_crates"):
        pyo3_crates()
    if not native.existing_rule("rules_pyo3_environment"):
        environment_repo(name = "rules_pyo3_environment", variables = environment)
    if not native.existing_rule("rules_pyo3_features"):
        features_repo(name = "rules_pyo3_features")
    if not native.existing_rule("rules_pyo3_repair"):
        repair_tools_repo(name = "rules_pyo3_repair")
    if not native.existing_rule("rules_pyo3_wheels"):
        tool_wheels_repo(name = "rules_pyo3_wheels")
