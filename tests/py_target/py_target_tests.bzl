"""Tests of rules/private/py_target."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_python//python:defs.bzl", "py_library")
load("@rules_rust//rust:rust_common.bzl", "TestCrateInfo")
load("//rules:defs.bzl", "pyo3_extension")
load("//rules:toolchains.bzl", "pyo3_interpreter_config", "pyo3_python_toolchain")
load("//rules/private/common:toolchain_types.bzl", "PYTHON_TOOLCHAIN_TYPE")
load("//rules/private/extension:extension_info.bzl", "PyO3ExtensionInfo")
load("//rules/private/py_target:imports.bzl", "import_roots")
load("//rules/private/py_target:py_infos.bzl", "PY_INFOS", "py_infos")
load("//rules/private/tag:tag_info.bzl", "PyO3TagInfo")
load("//tests/support:analysis.bzl", "failure_test", "find_action", "names")

def _import_roots_test_impl(ctx):
    env = unittest.begin(ctx)
    main = Label("//pkg/sub:target")
    asserts.equals(env, ["_main"], import_roots(main, "_main", []))
    asserts.equals(
        env,
        ["_main", "_main/pkg/sub", "_main/pkg", "_main", "_main/pkg/sub/python"],
        import_roots(main, "_main", [".", "..", "../..", "python/x/.."]),
    )
    external = Label("@bazel_skylib//lib:paths.bzl")
    asserts.equals(
        env,
        [external.workspace_name, external.workspace_name + "/lib/a"],
        import_roots(external, "_main", ["a"]),
    )
    return unittest.end(env)

_import_roots_test = unittest.make(_import_roots_test_impl)

def _py_infos_test_impl(ctx):
    env = unittest.begin(ctx)
    infos = py_infos([ctx.file.source], ["_main"], [ctx.attr.dep])
    asserts.equals(env, len(PY_INFOS), len(infos))
    for info in infos:
        asserts.equals(env, ["dep.py", "own.py"], names(info.transitive_sources.to_list()))
        asserts.true(env, "_main" in info.imports.to_list())
        asserts.true(env, "_main/tests/py_target/roots" in [_in_main(root, ctx) for root in info.imports.to_list()])
        asserts.true(env, info.uses_shared_libraries)
    return unittest.end(env)

def _in_main(root, ctx):
    return "_main" + root.removeprefix(ctx.workspace_name)

_py_infos_test = unittest.make(
    _py_infos_test_impl,
    attrs = {
        "dep": attr.label(default = "//tests/py_target:dep"),
        "source": attr.label(default = "//tests/py_target:testdata/own.py", allow_single_file = True),
    },
)

def _target_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    file = target[PyO3TagInfo].file
    asserts.equals(env, sorted([file.basename, "own.py"]), names(target[DefaultInfo].files.to_list()))
    runfiles = names(target[DefaultInfo].default_runfiles.files.to_list())
    for name in [file.basename, "own.py", "dep.py", "data.txt"]:
        asserts.true(env, name in runfiles, name + " is a runfile")
    for provider in PY_INFOS:
        sources = names(target[provider].transitive_sources.to_list())
        asserts.equals(env, sorted([file.basename, "own.py", "dep.py"]), sources)
        roots = target[provider].imports.to_list()
        asserts.true(env, ctx.workspace_name + "/tests/py_target/testdata" in roots, str(roots))
    groups = target[OutputGroupInfo]
    asserts.equals(env, [target[PyO3TagInfo].tag], groups.pyo3_tag.to_list())
    asserts.equals(env, [target[PyO3ExtensionInfo].cdylib], groups.rust.to_list())
    pyo3 = target[PyO3ExtensionInfo].pyo3
    asserts.equals(env, [pyo3.config, pyo3.explanation], groups.pyo3_config.to_list())
    asserts.equals(
        env,
        sorted(["{}.{}".format(crate, kind) for crate in ["pyo3-ffi", "pyo3"] for kind in ["env", "flags", "link"]] + [
            "extension." + kind
            for kind in ["checked.flags", "env", "flags"]
        ]),
        names(groups.pyo3_flags.to_list()),
    )
    asserts.equals(env, ["target.module.gates.json", "target.module.tag.json"], names(groups._validation.to_list()))
    asserts.equals(env, ["target.module.gates.json"], names(groups.pyo3_gates.to_list()))
    asserts.equals(env, target[TestCrateInfo].crate.output, target[PyO3ExtensionInfo].cdylib)
    asserts.true(env, InstrumentedFilesInfo in target)
    return analysistest.end(env)

_target_test = analysistest.make(_target_test_impl)

def _own_pyo3_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, None, target[PyO3ExtensionInfo].pyo3)
    for group in ["pyo3_config", "pyo3_flags"]:
        asserts.false(env, hasattr(target[OutputGroupInfo], group), group)
    return analysistest.end(env)

_own_pyo3_test = analysistest.make(_own_pyo3_test_impl)

def _rust_test_impl(ctx):
    env = analysistest.begin(ctx)
    action = find_action(env, "Rustc")
    found = [name for name in names(action.inputs.to_list()) if name.startswith("extension.")]
    asserts.equals(env, sorted([ctx.attr.flags, "extension.env"]), found)
    return analysistest.end(env)

_rust_test = analysistest.make(_rust_test_impl, attrs = {"flags": attr.string()})

def _mode_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    for file in [target[PyO3TagInfo].file, target[PyO3ExtensionInfo].cdylib]:
        mode = file.root.path.split("/")[1].split("-")[1]
        asserts.equals(env, ctx.attr.mode, mode)
    return analysistest.end(env)

_mode_test = analysistest.make(_mode_test_impl, attrs = {"mode": attr.string()})
_mode_of_dbg_build_test = analysistest.make(
    _mode_test_impl,
    attrs = {"mode": attr.string()},
    config_settings = {"//command_line_option:compilation_mode": "dbg"},
)

def _req_10_own_config_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    own, common = [each[PyO3ExtensionInfo].pyo3.config.root.path for each in [target, ctx.attr.common]]
    asserts.true(env, own != common, "the pyo3 of a target with a config of its own is another one")
    return analysistest.end(env)

_req_10_own_config_test = analysistest.make(_req_10_own_config_test_impl, attrs = {"common": attr.label()})

def _req_51_described_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, "target.abi3.so", target[PyO3TagInfo].file.basename)
    asserts.equals(env, None, target[PyO3TagInfo].tag)
    asserts.equals(env, [], target[OutputGroupInfo].pyo3_tag.to_list())
    asserts.equals(env, ["target.module.gates.json"], names(target[OutputGroupInfo]._validation.to_list()))
    return analysistest.end(env)

_req_51_described_test = analysistest.make(_req_51_described_test_impl, config_settings = {
    "//command_line_option:extra_toolchains": "//tests/py_target:described",
    "//command_line_option:platforms": str(Label("//tests/py_target:elsewhere")),
})

def _describe_a_python():
    """Makes a platform like this machine, with a Python that nobody can ask."""
    native.constraint_setting(name = "python")
    native.constraint_value(name = "unknown_python", constraint_setting = "python")
    native.platform(name = "elsewhere", constraint_values = ["unknown_python"], parents = ["@platforms//host"])
    pyo3_interpreter_config(name = "stated", tags = ["manual"], version = "3.10")
    pyo3_python_toolchain(
        name = "described_toolchain",
        ext_suffix = ".abi3.so",
        interpreter_config = "stated",
        tags = ["manual"],
        version = "3.10",
    )
    native.toolchain(
        name = "described",
        target_compatible_with = ["unknown_python"],
        toolchain = "described_toolchain",
        toolchain_type = PYTHON_TOOLCHAIN_TYPE,
    )

def _targets():
    py_library(name = "dep", srcs = ["testdata/dep.py"], imports = ["roots"], tags = ["manual"])
    common = dict(srcs = ["testdata/lib.rs"], edition = "2021", tags = ["manual"])
    pyo3_extension(
        name = "target",
        data = ["testdata/data.txt"],
        imports = ["testdata"],
        py_deps = ["dep"],
        py_srcs = ["testdata/own.py"],
        **common
    )
    pyo3_extension(name = "checked", rustc_flags = select({
        "//conditions:default": ["--check-cfg=cfg(own)"],
    }), **common)
    pyo3_extension(name = "own_config", interpreter_config = "stated", **common)
    pyo3_extension(name = "opt", compilation_mode = "opt", **common)
    pyo3_extension(name = "own_pyo3", pyo3 = select({
        "//conditions:default": "//tests/extension:other_pyo3",
    }), **common)
    for case, path in {"above": "../../..", "absolute": "/usr"}.items():
        pyo3_extension(name = "imports_" + case, imports = [path], **common)

def py_target_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    _describe_a_python()
    _targets()
    _req_10_own_config_test(name = name + "_req_10_own_config_test", common = "target", target_under_test = "own_config")
    _req_51_described_test(name = name + "_req_51_described_test", target_under_test = "target")
    unittest.suite(name + "_pure", _import_roots_test, _py_infos_test)
    _target_test(name = name + "_test", target_under_test = "target")
    _rust_test(name = name + "_flags_test", flags = "extension.flags", target_under_test = "target.rust")
    _rust_test(name = name + "_checked_flags_test", flags = "extension.checked.flags", target_under_test = "checked.rust")
    _own_pyo3_test(name = name + "_own_pyo3_test", target_under_test = "own_pyo3")
    _mode_test(name = name + "_mode_test", mode = "opt", target_under_test = "opt")
    _mode_of_dbg_build_test(name = name + "_mode_of_dbg_build_test", mode = "opt", target_under_test = "opt")
    _mode_of_dbg_build_test(name = name + "_current_mode_test", mode = "dbg", target_under_test = "target")
    for case, path in {"above": "../../..", "absolute": "/usr"}.items():
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = [
                "//tests/py_target:imports_{}: `imports` holds \"{}\", which leaves the repository".format(case, path),
                "expected: a folder relative to the package",
                "to do: correct `imports`",
            ],
            target_under_test = "imports_" + case,
        )
    native.test_suite(name = name, tests = [name + suffix for suffix in [
        "_above_failure_test",
        "_absolute_failure_test",
        "_checked_flags_test",
        "_current_mode_test",
        "_flags_test",
        "_mode_of_dbg_build_test",
        "_mode_test",
        "_own_pyo3_test",
        "_pure",
        "_req_10_own_config_test",
        "_req_51_described_test",
        "_test",
    ]])
