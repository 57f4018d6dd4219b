"""Stand-ins for what a test wants to choose: toolchains and providers of earlier stages."""

load("//rules/private/config:abi_info.bzl", "PyO3AbiInfo")
load("//rules/private/config:config_info.bzl", "PyO3ConfigInfo")
load("//rules/private/config:settings_info.bzl", "PyO3SettingsInfo")
load("//rules/private/interpreter:interpreter_config_info.bzl", "PyO3InterpreterConfigInfo")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load("//rules/private/probe:probe_info.bzl", "PyO3ProbeInfo")

def _fake_rust_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        exec_triple = struct(str = ctx.attr.exec_triple),
        rustc = ctx.file.rustc,
        rustc_lib = depset(),
        target_triple = struct(str = ctx.attr.target_triple),
    )]

fake_rust_toolchain = rule(
    implementation = _fake_rust_toolchain_impl,
    doc = "A Rust toolchain that says for which target it compiles; its compiler is no program.",
    attrs = {
        "exec_triple": attr.string(default = "x86_64-unknown-linux-gnu"),
        "rustc": attr.label(default = "//tests/support:fakes.bzl", allow_single_file = True),
        "target_triple": attr.string(default = "x86_64-unknown-linux-gnu"),
    },
)

def _fake_python_toolchain_impl(_ctx):
    return [platform_common.ToolchainInfo(py2_runtime = None, py3_runtime = None)]

fake_python_toolchain = rule(
    implementation = _fake_python_toolchain_impl,
    doc = "A Python toolchain without a Python 3.",
)

def _fake_interpreter_impl(ctx):
    return [PyO3InterpreterInfo(
        abiflags = "",
        executable = None,
        ext_suffix = ".cpython-314-x86_64-linux-gnu.so",
        facts = ctx.file.facts,
        files = depset(),
        implementation = "cpython",
        interpreter = ctx.attr.interpreter or None,
        interpreter_config = ctx.attr.interpreter_config[PyO3InterpreterConfigInfo] if ctx.attr.interpreter_config else None,
        origin = "a test",
        shared_library = ctx.file.shared_library,
        static_library = ctx.file.static_library,
        version = "3.14",
    )]

fake_interpreter = rule(
    implementation = _fake_interpreter_impl,
    doc = "The interpreter stage's answer: Python 3.14 of x86_64 Linux.",
    attrs = {
        "facts": attr.label(allow_single_file = True),
        "interpreter": attr.string(),
        "interpreter_config": attr.label(providers = [PyO3InterpreterConfigInfo]),
        "shared_library": attr.label(allow_single_file = True),
        "static_library": attr.label(allow_single_file = True),
    },
)

def _fake_probe_impl(ctx):
    return [PyO3ProbeInfo(facts = ctx.file.facts)]

fake_probe = rule(
    implementation = _fake_probe_impl,
    doc = "The probe stage's answer.",
    attrs = {"facts": attr.label(allow_single_file = True)},
)

def _fake_config_impl(ctx):
    return [PyO3ConfigInfo(
        abi = PyO3AbiInfo(floor = None, kind = "version", problem = None, shared = False),
        config = ctx.file.config,
        explanation = ctx.file.config,
        facts = ctx.file.facts,
        settings = tuple(ctx.attr.settings),
    )]

fake_config = rule(
    implementation = _fake_config_impl,
    doc = "The config stage's answer.",
    attrs = {
        "config": attr.label(mandatory = True, allow_single_file = True),
        "facts": attr.label(mandatory = True, allow_single_file = True),
        "settings": attr.string_list(),
    },
)

def _fake_settings_impl(ctx):
    return [PyO3SettingsInfo(settings = tuple(ctx.attr.settings))]

fake_settings = rule(
    implementation = _fake_settings_impl,
    doc = "Variables in force.",
    attrs = {"settings": attr.string_list()},
)
