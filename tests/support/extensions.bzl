"""What only the development of rules_pyo3 needs."""

load(":buildifier_repo.bzl", "buildifier_repo")
load(":wheels_repo.bzl", "wheels_repo")

_LIBRARIES = {
    "hypothesis": ["_hypothesis_*", "hypothesis", "sortedcontainers"],
    "jsonschema": ["attr", "attrs", "jsonschema", "jsonschema_specifications", "referencing", "rpds", "typing_extensions"],
    "mypy": ["*__mypyc", "ast_serialize", "librt", "mypy", "mypy_extensions", "mypyc", "pathspec", "typing_extensions"],
    "pytest": ["_pytest", "iniconfig", "pluggy", "py", "pygments", "pytest"],
    "tools_libraries": ["jinja2", "markupsafe", "packaging", "runfiles"],
}

def _development_impl(_mctx):
    for version in ["3.13", "3.14"]:
        wheels_repo(
            name = "dev_wheels_" + version.replace(".", "_"),
            libraries = _LIBRARIES,
            python_version = version,
        )
        wheels_repo(
            name = "dev_wheel_peers_" + version.replace(".", "_"),
            libraries = {"peers": ["*"]},
            python_version = version,
            requirements = "//tests/wheel/peers:requirements_lock.txt",
        )
    buildifier_repo(name = "dev_buildifier")

development = module_extension(
    implementation = _development_impl,
    doc = "Repositories of the tests.",
)
