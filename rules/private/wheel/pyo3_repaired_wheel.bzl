"""The macro pyo3_repaired_wheel."""

load(":repaired_wheel.bzl", "pyo3_repaired_wheel_file")
load(":wheel_targets.bzl", "wheel_targets")

def pyo3_repaired_wheel(*, name, wheel, libraries, python_version = "", python_versions = [], tags = [], visibility = None, **kwargs):
    """Grafts shared libraries into a wheel for Linux, with auditwheel.

    Libraries that the wheel's files need, and that its platform does not have, are copied into it under names of its own, and
    what needs them finds them there. They are taken from `libraries`, never from the machine that builds.

    Args:
      name: (str) the repaired wheel: a folder as of pyo3_wheel, with the targets `name.install` and so on that one has
      wheel: (label) a pyo3_wheel with `platform = "linux"`
      libraries: (list of label) shared libraries: cc_shared_library, cc_binary with `linkshared`, or files; what nothing needs is left out
      python_version: (str) as in pyo3_wheel; give it here, not to the wheel
      python_versions: (list of str) as in pyo3_wheel
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: platform ("auto" by default, or a policy such as "manylinux_2_28"); exclude, patterns of names of libraries that are
        neither grafted nor held against the platform, because the system has them; and attributes that all rules have
    """
    wheel_targets(
        pyo3_repaired_wheel_file,
        name = name,
        libraries = libraries,
        python_version = python_version,
        python_versions = python_versions,
        tags = tags,
        visibility = visibility,
        wheel = wheel,
        **kwargs
    )
