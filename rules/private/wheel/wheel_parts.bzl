"""The aspect that finds extensions among the dependencies of a wheel, however deep."""

load("//rules/private/common:attributes.bzl", "attribute_targets")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load(":wheel_parts_info.bzl", "PyO3WheelPartsInfo")

# Those that put files of other targets into runfiles, or into `files`.
_FOLLOWED = ["actual", "data", "deps", "py_deps", "srcs"]

def _parts_impl(target, ctx):
    own = []
    if PyO3TagInfo in target:
        own.append(struct(
            extension = target[PyO3ExtensionInfo],
            gates = target[OutputGroupInfo].pyo3_gates,
            label = target.label,
            tagged = target[PyO3TagInfo],
        ))
    below = [each for name in _FOLLOWED for each in attribute_targets(ctx.rule.attr, name)]
    return [PyO3WheelPartsInfo(extensions = depset(
        own,
        transitive = [each[PyO3WheelPartsInfo].extensions for each in below if PyO3WheelPartsInfo in each],
    ))]

pyo3_wheel_parts = aspect(
    implementation = _parts_impl,
    doc = "Collects PyO3WheelPartsInfo.",
    attr_aspects = _FOLLOWED,
)
