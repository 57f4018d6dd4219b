"""How rules_rust hands Python to the linker: a dependency that is no crate."""

load("@rules_cc//cc:defs.bzl", "CcInfo", "cc_common")
load("@rules_rust//rust:defs.bzl", "rust_common")

def link_dependency(ctx, link_args, files):
    """Gives the provider of a Rust program's dependency that adds arguments to its link, and no more.

    As `compile_data`, the files would not do: from rules_rust 0.57 on, a target with generated ones is compiled from
    links to its sources, which a rust_test with `crate` does not find, and whose names are in messages and debug
    information.

    Args:
      ctx: context of a rule
      link_args: (File) words for the C compiler driver
      files: (list of File) what they name

    Returns:
      CrateGroupInfo of one C library. Plain CcInfo in `deps` is deprecated from rules_rust 0.71 on, and older ones have
      no `link_deps`.
    """
    linker_input = cc_common.create_linker_input(
        owner = ctx.label,
        additional_inputs = depset([link_args] + files),
        user_link_flags = depset(["@" + link_args.path]),
    )
    context = cc_common.create_linking_context(linker_inputs = depset([linker_input]))
    return rust_common.crate_group_info(dep_variant_infos = depset([rust_common.dep_variant_info(
        build_info = None,
        cc_info = CcInfo(linking_context = context),
        crate_group_info = None,
        crate_info = None,
        dep_info = None,
    )]))
