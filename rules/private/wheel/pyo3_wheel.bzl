"""The macro pyo3_wheel."""

load(":wheel.bzl", "pyo3_wheel_file")
load(":wheel_targets.bzl", "wheel_targets")

def pyo3_wheel(*, name, deps, python_version = "", python_versions = [], tags = [], visibility = None, **kwargs):
    """Makes a wheel of extensions, Python files and data.

    `name` is a folder that holds one wheel, whose name follows from what is in it: the tags are those of the extensions and
    of the libraries that they turn out to need; "py3-none-any" without an extension. An action beside the build checks the
    finished wheel. `bazel run :name.install -- --venv DIR` (or `--target DIR`) installs it. `name.file` is the
    same wheel as the file NAME.whl, for rules that take a label of one file; both have rules_python's PyWheelInfo.

    The wheel holds the `files` of `deps`, and what `deps` bring along (sources and data of dependencies, however deep) as
    far as it lies in the package of the wheel or below it. Other files of the same repository are an error: name their target in
    `deps`, or `exclude` them when another wheel brings them. Those of other repositories are left out: name them in
    `requires`.

    Args:
      name: (str) the wheel
      deps: (list of label) extensions, Python libraries and files
      python_version: (str) the Python to build for, such as "3.13t"; the build's by default
      python_versions: (list of str) words of Pythons: `name.cp313` and the like are wheels for each of them, and `name.all`
        holds all of them; wheels that serve several Pythons are there once
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: attributes of the wheel: distribution, version, pyproject, cargo_toml, cargo_workspace_toml, requires, extra_requires,
        python_requires, console_scripts, entry_points, summary, description_file, description_content_type, author,
        author_email, license, license_files, keywords, classifiers, homepage, project_urls, data_files,
        extra_distinfo_files, strip_path_prefixes, exclude, platform, build_tag, compression; and those that all rules have
    """
    wheel_targets(
        pyo3_wheel_file,
        name = name,
        deps = deps,
        python_version = python_version,
        python_versions = python_versions,
        tags = tags,
        visibility = visibility,
        **kwargs
    )
