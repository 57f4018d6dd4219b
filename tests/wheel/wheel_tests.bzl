"""Tests of rules/private/wheel: where files lie, what the tools are told, and what is refused."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_library")
load("@rules_python//python:packaging.bzl", "PyWheelInfo")
load("//rules:defs.bzl", "pyo3_extension", "pyo3_tagged_wheel", "pyo3_wheel")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load("//rules/private/wheel:wheel_info.bzl", "PyO3WheelInfo")
load("//rules/private/wheel:wheel_paths.bzl", "wheel_paths")
load("//tests/support:analysis.bzl", "failure_test", "find_action", "option_values")

_TAGS = ["manual"]

def _place(strip_path_prefixes, short_path, package = "py/app", repository = ""):
    label = struct(package = package, workspace_name = repository)
    paths = wheel_paths(label, "_main", [], strip_path_prefixes)
    file = struct(short_path = short_path)
    return paths.place(file), paths.inside(file)

def _paths_test_impl(ctx):
    env = unittest.begin(ctx)
    for expected, strip, short_path in [
        (("py/app/a.py", True), [], "py/app/a.py"),
        (("a.py", True), ["py/app"], "py/app/a.py"),
        (("app/a.py", True), ["/py/", "py/app"], "py/app/a.py"),
        (("py/apps/a.py", False), ["py/app"], "py/apps/a.py"),
        (("far/a.py", False), ["py/app"], "far/a.py"),
        ((None, False), [], "../other/py/app/a.py"),
    ]:
        asserts.equals(env, expected, _place(strip, short_path), short_path)
    asserts.equals(env, ("far.py", True), _place([], "far.py", package = ""))
    asserts.equals(env, ("a.py", True), _place(["py/app"], "../mine/py/app/a.py", repository = "mine"))
    asserts.equals(env, None, _place([], "py/app/a.py", repository = "mine")[0])
    return unittest.end(env)

_paths_test = unittest.make(_paths_test_impl)

def _fake_extension_impl(ctx):
    file = ctx.actions.declare_file("_fake" + ctx.attr.ext_suffix)
    ctx.actions.write(file, "")
    suffix = ctx.attr.ext_suffix or ctx.attr._interpreter[PyO3InterpreterInfo].ext_suffix
    return [
        DefaultInfo(files = depset([file])),
        OutputGroupInfo(pyo3_gates = depset()),
        PyO3ExtensionInfo(),
        PyO3TagInfo(abi = struct(kind = "version"), ext_suffix = suffix, file = file, tag = None),
    ]

_fake_extension = rule(
    implementation = _fake_extension_impl,
    attrs = {
        "ext_suffix": attr.string(),
        "_interpreter": attr.label(default = "//rules/private/interpreter:current"),
    },
)

def _written(env, ending):
    """Gives the content of the one file that is written and has some ending."""
    found = [
        action.content
        for action in analysistest.target_actions(env)
        if any([file.basename.endswith(ending) for file in action.outputs.to_list()]) and action.mnemonic == "FileWrite"
    ]
    asserts.equals(env, 1, len(found), "files " + ending)
    return found[0]

def _wheel_rule_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    description = json.decode(_written(env, ".wheel.json"))
    asserts.equals(env, ["pkg/_native"], [each["path"].partition(".")[0] for each in description["extensions"]])
    asserts.equals(env, [{"path": "NOTES", "source": "tests/wheel/BUILD.bazel"}], description["distinfo"])
    asserts.equals(env, "1.0", description["metadata"]["version"])
    pack, check = find_action(env, "PyO3Wheel"), find_action(env, "PyO3WheelCheck")
    folder, report = target[PyO3WheelInfo].folder, target[PyO3WheelInfo].report
    asserts.equals(env, [folder.path], option_values(pack.argv, "--output"))
    asserts.equals(env, [folder.path], option_values(check.argv, "--folder"))
    inputs = [file.path for file in pack.inputs.to_list()]
    for each in description["extensions"]:
        for key in ["gates", "source", "tag"]:
            asserts.true(env, each[key] in inputs, each[key])
    asserts.true(env, report in target[OutputGroupInfo]._validation.to_list())
    asserts.true(env, description["crates"] in inputs)
    return analysistest.end(env)

_wheel_rule_test = analysistest.make(_wheel_rule_test_impl)

def _single_file_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[PyWheelInfo]
    asserts.equals(env, ["wheel_rules_wheel.whl"], [file.basename for file in target[DefaultInfo].files.to_list()])
    asserts.equals(env, [info.wheel], target[DefaultInfo].files.to_list())
    asserts.equals(env, "wheel_rules_wheel.name", info.name_file.basename)
    checked = [file.basename for file in target[OutputGroupInfo]._validation.to_list()]
    asserts.true(env, "wheel_rules_wheel.wheel_check.json" in checked, str(checked))
    return analysistest.end(env)

_single_file_test = analysistest.make(_single_file_test_impl)

def _tagged_rule_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    description = json.decode(_written(env, ".retag.json"))
    asserts.equals(env, "tests/wheel/testdata/packed-1.0-py3-none-any.whl", description["wheel"])
    asserts.equals(env, None, description["name_file"])
    asserts.equals(env, "manylinux_2_28", description["platform"])
    retag, check = find_action(env, "PyO3WheelRetag"), find_action(env, "PyO3WheelCheck")
    folder = target[PyO3WheelInfo].folder
    asserts.equals(env, [folder.path], option_values(retag.argv, "--output"))
    asserts.equals(env, [folder.path], option_values(check.argv, "--folder"))
    inputs = [file.path for file in retag.inputs.to_list()]
    asserts.equals(env, 1, len(description["extensions"]))
    for path in [description["wheel"]] + [description["extensions"][0][key] for key in ["gates", "source", "tag"]]:
        asserts.true(env, path in inputs, path)
    return analysistest.end(env)

_tagged_rule_test = analysistest.make(_tagged_rule_test_impl)

def _tagged_again_test_impl(ctx):
    env = analysistest.begin(ctx)
    description = json.decode(_written(env, ".retag.json"))
    asserts.true(env, description["wheel"].endswith("/wheel_rules_wheel.whl"), description["wheel"])
    asserts.true(env, description["name_file"].endswith("/wheel_rules_wheel.name"), description["name_file"])
    return analysistest.end(env)

_tagged_again_test = analysistest.make(_tagged_again_test_impl)

_WHEEL_FILE = "testdata/packed-1.0-py3-none-any.whl"

_REFUSED_TAGS = {
    "no_extension": (
        dict(deps = []),
        ["`deps` bring no extension", "the extensions in the wheel, which its tags follow from"],
    ),
    "no_wheel": (
        dict(wheel = ":two_wheels"),
        ["`wheel` names", "makes packed-1.0-py3-none-any.whl, packed-2.0-py3-none-any.whl", "one file whose name ends with .whl, or a py_wheel"],
    ),
    "tagged_another_python": (
        dict(deps = [":other_extension"]),
        ["_fake.other.so, which is of another Python than the wheel's"],
    ),
}

_REFUSED = {
    "another_python": (
        dict(deps = [":other_extension"]),
        ["_fake.other.so, which is of another Python than the wheel's", "set `python_version` on the wheel, not on the extension"],
    ),
    "data_of_many": (
        dict(data_files = {":two_files": "data/x"}),
        ["`data_files` names", "which is 2 files", "one file for the path data/x"],
    ),
    "described_python": (
        dict(deps = [":described_extension"]),
        ["is of a Python that is only described", "because the wheel's tags follow from them"],
    ),
    "foreign_file": (
        dict(deps = ["@rules_pyo3_wheels//:packaging"]),
        ["`deps` names files of other repositories", "name what they belong to in `requires`"],
    ),
    "one_place": (
        dict(extra_distinfo_files = {"BUILD.bazel": "X", "wheel_tests.bzl": "X"}),
        ["`extra_distinfo_files` places both", "one file for each path"],
    ),
}

def _targets(name):
    _fake_extension(name = "other_extension", ext_suffix = ".other.so", tags = _TAGS)
    _fake_extension(name = "described_extension", tags = _TAGS)
    native.filegroup(name = "two_files", srcs = ["BUILD.bazel", "wheel_tests.bzl"], tags = _TAGS)
    native.filegroup(
        name = "two_wheels",
        srcs = [_WHEEL_FILE, _WHEEL_FILE.replace("1.0", "2.0")],
        tags = _TAGS,
    )
    pyo3_extension(
        name = "packed",
        srcs = ["testdata/crates/lib.rs"],
        edition = "2021",
        module_name = "pkg._native",
        tags = _TAGS,
    )
    py_library(name = "above_extension", tags = _TAGS, deps = [":packed"])
    pyo3_wheel(
        name = name + "_wheel",
        distribution = "x",
        extra_distinfo_files = {"BUILD.bazel": "NOTES"},
        strip_path_prefixes = ["tests/wheel"],
        tags = _TAGS,
        version = "1.0",
        deps = [":above_extension"],
    )
    pyo3_tagged_wheel(
        name = name + "_tagged",
        platform = "manylinux_2_28",
        tags = _TAGS,
        wheel = _WHEEL_FILE,
        deps = [":packed"],
    )
    pyo3_tagged_wheel(name = name + "_tagged_again", tags = _TAGS, wheel = name + "_wheel", deps = [":packed"])
    for case, (attributes, _) in _REFUSED_TAGS.items():
        pyo3_tagged_wheel(name = name + "_" + case, tags = _TAGS, **(dict(wheel = _WHEEL_FILE, deps = [":packed"]) | attributes))
    for case, (attributes, _) in _REFUSED.items():
        pyo3_wheel(name = name + "_" + case, tags = _TAGS, **(dict(deps = []) | attributes))

def wheel_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _targets(name)
    _paths_test(name = name + "_paths_test")
    _wheel_rule_test(name = name + "_test", target_under_test = name + "_wheel")
    _single_file_test(name = name + "_single_test", target_under_test = name + "_wheel.file")
    _tagged_rule_test(name = name + "_tagged_test", target_under_test = name + "_tagged")
    _tagged_again_test(name = name + "_tagged_again_test", target_under_test = name + "_tagged_again")
    refused = _REFUSED | _REFUSED_TAGS
    for case, (_, fragments) in refused.items():
        failure_test(name = "{}_{}_test".format(name, case), fragments = fragments, target_under_test = "{}_{}".format(name, case))
    native.test_suite(
        name = name,
        tests = [
            "{}_{}".format(name, test)
            for test in ["paths_test", "single_test", "tagged_again_test", "tagged_test", "test"]
        ] + ["{}_{}_test".format(name, case) for case in refused],
    )
