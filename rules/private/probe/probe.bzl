"""The probe stage: asks the chosen interpreter what it is and holds it to what analysis assumed."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:python_tool.bzl", "run_python_tool")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load(":probe_info.bzl", "PyO3ProbeInfo")

def _declared_file(ctx, interpreter):
    """Gives the file with what is already believed of the interpreter."""
    if interpreter.facts:
        return interpreter.facts
    declared = ctx.actions.declare_file(ctx.label.name + ".declared.json")
    ctx.actions.write(declared, json.encode_indent({
        "abiflags": interpreter.abiflags,
        "ext_suffix": interpreter.ext_suffix,
        "implementation_name": interpreter.implementation,
        "schema": 1,
        "version": [int(part) for part in interpreter.version.split(".")],
    }, indent = " ") + "\n")
    return declared

def _runs_here(ctx):
    rust = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    return rust.exec_triple.str == rust.target_triple.str

def _probe_impl(ctx):
    interpreter = ctx.attr.interpreter[PyO3InterpreterInfo]
    if not interpreter.version:
        return [PyO3ProbeInfo(facts = None), DefaultInfo()]
    if not interpreter.interpreter and not interpreter.facts and interpreter.interpreter_config:
        # Only described; a stable ABI can do without more.
        return [PyO3ProbeInfo(facts = None), DefaultInfo()]
    if not interpreter.interpreter or not _runs_here(ctx):
        if not interpreter.facts:
            fail(error_text(
                ctx.label,
                "the Python {} of {} cannot run where the build runs, and its facts are not declared".format(
                    interpreter.version,
                    interpreter.origin,
                ),
                "a Python toolchain with facts",
                "declare it with pyo3_python_toolchain(facts = ...)",
            ))
        return [PyO3ProbeInfo(facts = interpreter.facts), DefaultInfo(files = depset([interpreter.facts]))]
    declared = _declared_file(ctx, interpreter)
    facts = ctx.actions.declare_file(ctx.label.name + ".facts.json")
    installed = type(interpreter.interpreter) == "string"
    args = ctx.actions.args()
    args.add("--label", str(ctx.label))
    args.add("--interpreter", interpreter.interpreter)
    args.add("--probe", ctx.file._probe)
    args.add("--declared", declared)
    args.add("--output", facts)
    run_python_tool(
        ctx,
        ctx.attr._tool,
        mnemonic = "PyO3Probe",
        inputs = depset([declared, ctx.file._probe], transitive = [interpreter.files]),
        outputs = [facts],
        arguments = args,
        progress_message = "Asking Python {} what it is".format(interpreter.version),
        # An installed interpreter is only where its toolchain was made.
        execution_requirements = {"no-remote-exec": "1"} if installed else {},
    )
    return [PyO3ProbeInfo(facts = facts), DefaultInfo(files = depset([facts]))]

pyo3_probe = rule(
    implementation = _probe_impl,
    doc = "Gives facts.json of the current interpreter.",
    attrs = {
        "interpreter": attr.label(
            default = "//rules/private/interpreter:current",
            providers = [PyO3InterpreterInfo],
            doc = "The chosen interpreter.",
        ),
        "_probe": attr.label(default = "//tools/probe:pyo3_probe.py", allow_single_file = True),
        "_tool": attr.label(default = "//tools/probe", cfg = "exec"),
    },
    provides = [PyO3ProbeInfo],
    toolchains = [RUST_TOOLCHAIN_TYPE],
)
