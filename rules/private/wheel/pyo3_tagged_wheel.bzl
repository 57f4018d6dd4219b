"""The macro pyo3_tagged_wheel."""

load(":tagged_wheel.bzl", "pyo3_tagged_wheel_file")
load(":wheel_targets.bzl", "wheel_targets")

def pyo3_tagged_wheel(*, name, wheel, deps, python_version = "", python_versions = [], tags = [], visibility = None, **kwargs):
    """Gives a wheel that another rule packs the tags that follow from the extensions in it.

    For users of py_wheel, which takes tags as they are typed. File name, WHEEL and RECORD are corrected, every other file stays as
    it is. The extensions are found by their names and contents; one that the wheel does not have is an error.

    Args:
      name: (str) the tagged wheel: a folder as of pyo3_wheel, with the targets `name.install` and so on that one has
      wheel: (label) a py_wheel, or a .whl file; its tags do not matter
      deps: (list of label) the extensions in it, or libraries that depend on them
      python_version: (str) as in pyo3_wheel
      python_versions: (list of str) as in pyo3_wheel
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: platform, as in pyo3_wheel; and attributes that all rules have
    """
    wheel_targets(
        pyo3_tagged_wheel_file,
        name = name,
        deps = deps,
        python_version = python_version,
        python_versions = python_versions,
        tags = tags,
        visibility = visibility,
        wheel = wheel,
        **kwargs
    )
