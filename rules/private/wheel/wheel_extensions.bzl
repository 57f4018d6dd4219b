"""The extensions in a wheel: whether its Python imports them, and what its tool reads of them."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/common:toolchain_types.bzl", "RUST_TOOLCHAIN_TYPE")
load("//rules/private/interpreter:interpreter_info.bzl", "PyO3InterpreterInfo")
load(":wheel_parts_info.bzl", "PyO3WheelPartsInfo")

EXTENSION_ATTRS = {
    "_interpreter": attr.label(default = "//rules/private/interpreter:current", providers = [PyO3InterpreterInfo]),
}

def wheel_extensions(ctx):
    """Collects the extensions of `deps`; fails for one that the wheel's Python does not import.

    Args:
      ctx: the context of a rule with EXTENSION_ATTRS and `deps`

    Returns:
      list of struct: see PyO3WheelPartsInfo
    """
    python = ctx.attr._interpreter[PyO3InterpreterInfo]

    # A source file has no such provider.
    found = [dep[PyO3WheelPartsInfo].extensions for dep in ctx.attr.deps if PyO3WheelPartsInfo in dep]
    parts = depset(transitive = found).to_list()
    for part in parts:
        abi = part.tagged.abi
        if abi.kind == "version" and part.tagged.ext_suffix != python.ext_suffix:
            fail(error_text(
                ctx.label,
                "{} makes {}, which is of another Python than the wheel's ({} {})".format(
                    part.label,
                    part.tagged.file.basename,
                    python.implementation,
                    python.version,
                ),
                "extensions of one Python, whose files end with {}".format(python.ext_suffix),
                "set `python_version` on the wheel, not on the extension; a wheel for each of several Pythons is made with `python_versions`",
            ))
        if not part.tagged.tag:
            fail(error_text(
                ctx.label,
                "{} is of a Python that is only described".format(part.label),
                "a Python whose facts are known, because the wheel's tags follow from them",
                "give the toolchain of that Python its facts, or build for a stable ABI with a floor",
            ))
    return parts

def described_extension(ctx, part):
    """Describes an extension for the wheel's tool.

    Args:
      ctx: the context of a rule with the Rust toolchain
      part: (struct) one of wheel_extensions

    Returns:
      dict: `extensions` of wheel.schema.json, without `path`
    """
    toolchain = ctx.toolchains[RUST_TOOLCHAIN_TYPE]
    return {
        "gates": part.gates.to_list()[0].path,
        "label": str(part.label),
        "source": part.tagged.file.path,
        "tag": part.tagged.tag.path,
        "target": toolchain.target_triple.str if toolchain else "",
    }

def extension_reports(parts):
    """Gives the files that described_extension names, the extensions themselves apart.

    Args:
      parts: (list of struct) see wheel_extensions

    Returns:
      depset of File
    """
    return depset([part.tagged.tag for part in parts], transitive = [part.gates for part in parts])
