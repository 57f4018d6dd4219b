"""The targets that every wheel has."""

load("@rules_python//python:defs.bzl", "py_binary")
load("//rules/private/common:attributes.bzl", "COMMON_ATTRS", "pop_attributes")
load("//rules/private/py_target:python_list.bzl", "python_targets")
load(":wheel_set.bzl", "pyo3_wheel_set")
load(":wheel_single.bzl", "pyo3_wheel_single")

_INSTALL = Label("//tools/wheel:pyo3_wheel_install.py")

def wheel_targets(wheel_rule, *, name, python_version, python_versions, tags, visibility, **kwargs):
    """Makes a wheel, wheels for several Pythons, `name.all`, `name.file` and `name.install`.

    Args:
      wheel_rule: (rule) gives PyO3WheelInfo; has the attribute `python_version`
      name: (str) the wheel
      python_version: (str) its Python; empty for the build's
      python_versions: (list of str) words of Pythons, for wheels named `name.cp313` and the like and for `name.all`
      tags: (list of str) tags of all targets
      visibility: (list of label) visibility of all targets
      **kwargs: attributes of the rule, and those that all rules have
    """
    common = pop_attributes(kwargs, COMMON_ATTRS)
    manual = tags + [tag for tag in ["manual"] if tag not in tags]
    wheels = {name: python_version}
    if python_versions:
        label = "//{}:{}".format(native.package_name(), name)
        targets = python_targets(label, name, python_versions)
        wheels |= {target: word for word, target in targets.items()}
        pyo3_wheel_set(
            name = name + ".all",
            tags = tags,
            visibility = visibility,
            wheels = targets.values(),
            **common
        )
    for target, word in wheels.items():
        wheel_rule(
            name = target,
            python_version = word,
            tags = tags,
            visibility = visibility,
            **(common | kwargs)
        )
    pyo3_wheel_single(
        name = name + ".file",
        tags = manual,
        visibility = visibility,
        wheel = name,
        **common
    )
    py_binary(
        name = name + ".install",
        srcs = [_INSTALL],
        args = ["--label", "//{}:{}".format(native.package_name(), name), "--wheel", "$(rlocationpath :{})".format(name)],
        data = [name],
        legacy_create_init = 0,
        main = _INSTALL,
        tags = manual,
        visibility = visibility,
        deps = [Label("//tools/wheel:install")],
        **common
    )
