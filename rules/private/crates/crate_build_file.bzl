"""Writes the BUILD file of one crate. Pure functions."""

load(":compiler_crates.bzl", "COMPILER_SIDE_FLAGS")
load(":known.bzl", "PYO3_BUILD_SCRIPTS", "UNUSED_FILES")

_CRATE = '''\
load("@rules_rust//rust:defs.bzl", "{rule}")

package(default_visibility = ["//visibility:public"])

filegroup(
    name = "files",
    srcs = glob(["**"]),
)

{rule}(
    name = "{target}",
    srcs = glob(["**/*.rs"], exclude = {unused}),
    aliases = {aliases},
    compile_data = glob(["**"], exclude = {unused} + ["**/*.rs", "BUILD.bazel", ".cargo*"], allow_empty = True),
    crate_features = {features},
    crate_name = "{crate_name}",
    crate_root = "{root}",
    deps = {deps},
    edition = "{edition}",
    proc_macro_deps = {proc_macro_deps},
    rustc_flags = {flags},
    tags = ["no-clippy", "no-rustfmt"],
    version = "{version}",
)
'''

# The same for all Pythons.
_INDEPENDENT = '''
load("@rules_pyo3//rules/private/crates:independent_crate.bzl", "pyo3_independent_crate")

pyo3_independent_crate(
    name = "{name}",
    crate = ":{target}",
)
'''

# What the name of a crate that is forwarded ends with.
_FORWARDED = ".crate"

_BUILD_SCRIPT = '''
load("@rules_rust//cargo:defs.bzl", "cargo_build_script")

cargo_build_script(
    name = "build_script",
    srcs = glob(["**/*.rs"], exclude = {unused}),{settings}
    crate_features = {features},
    crate_root = "{build_script}",
    deps = {build_deps},
    edition = "{edition}",
    links = {links},
    pkg_name = "{name}",
    proc_macro_deps = {build_macros},
    version = "{version}",
)
'''

# The real scripts of PyO3 read the same config as computed ones, and link no libpython (versions.bzl, build_script_features).
_PYO3_SETTINGS = '''
    build_script_env = {
        "PYO3_BUILD_EXTENSION_MODULE": "1",
        "PYO3_CONFIG_FILE": "$(execpath //:config)",
    },
    data = ["//:config"],'''

def crate_label(package, twin = False):
    """Names the target of a crate.

    Args:
      package: (struct) the package's facts, from read_metadata
      twin: (bool) whether the compiler's own is meant, of a crate that programs contain too

    Returns:
      str: the label
    """
    return "//vendor/{}:{}{}".format(package.folder, package.name, ".compiler" if twin else "")

def _resolve(crates, wanted, twins, forwarded):
    """Splits a crate's dependencies as rules_rust wants them."""
    deps, macros, aliases = [], [], {}
    for dep, name in wanted:
        package = crates[dep].package
        label = crate_label(package, twin = dep in twins)
        (macros if package.is_proc_macro else deps).append(label)
        if name != package.lib_name:
            # rules_rust looks for the owner of the crate, not for who forwards it.
            aliases[label + (_FORWARDED if dep in forwarded and dep not in twins else "")] = name
    return struct(aliases = aliases, deps = sorted(deps), macros = sorted(macros))

def _common(variants):
    """Gives what all lists, or all dicts, have in common."""
    first = variants[0]
    if type(first) == "dict":
        return {key: first[key] for key in first if all([key in other for other in variants])}
    return [item for item in first if all([item in other for other in variants])]

def _by_platform(values):
    """Gives one expression, with a select only where platforms differ; others get the common part."""
    if len({repr(value): True for value in values.values()}) == 1:
        return repr(values.values()[0])
    branches = values | {"//conditions:default": _common(values.values())}
    return "select({\n" + "".join([
        "    \"{}\": {},\n".format(key if key.startswith("//") else "//:" + key, repr(value))
        for key, value in branches.items()
    ]) + "})"

def _build_script(members, id, twins, forwarded, fields):
    resolved = {triple: _resolve(crates, crates[id].build_deps, twins, forwarded) for triple, crates in members.items()}
    package = members.values()[0][id].package
    return _BUILD_SCRIPT.format(**(fields | dict(
        build_deps = _by_platform({triple: value.deps for triple, value in resolved.items()}),
        build_macros = _by_platform({triple: value.macros for triple, value in resolved.items()}),
        build_script = package.build_script,
        links = repr(package.links),
        settings = _PYO3_SETTINGS if package.name in PYO3_BUILD_SCRIPTS else "",
    )))

def crate_build_file(id, graphs, compiler_side, forwarded, twins = []):
    """Writes the BUILD file of one crate.

    Args:
      id: (str) the package id
      graphs: (dict of str to dict) target triple -> crates, from read_metadata
      compiler_side: (bool) whether only the compiler runs the crate
      forwarded: (dict of str to True) package ids of crates that are the same for all Pythons, and not compiled together
      twins: (list of str) package ids of crates that are compiled for programs and for the compiler

    Returns:
      str: text of the BUILD file
    """
    members = {triple: crates for triple, crates in graphs.items() if id in crates}
    own_twins = twins if compiler_side else []
    resolved = {triple: _resolve(crates, crates[id].deps, own_twins, forwarded) for triple, crates in members.items()}
    crate = members.values()[0][id]
    package = crate.package
    build_info = []
    if package.computed:
        build_info = ["//:{}.build_info".format(package.name)]
    elif package.build_script:
        build_info = [":build_script"]
    fields = dict(
        aliases = _by_platform({triple: value.aliases for triple, value in resolved.items()}),
        crate_name = package.lib_name,
        deps = _by_platform({triple: value.deps + build_info for triple, value in resolved.items()}),
        edition = package.edition,
        features = repr(crate.features),
        flags = repr(COMPILER_SIDE_FLAGS if compiler_side else ["--cap-lints=allow"]),
        name = package.name,
        target = package.name + (_FORWARDED if id in forwarded else ""),
        proc_macro_deps = _by_platform({triple: value.macros for triple, value in resolved.items()}),
        root = package.root,
        rule = "rust_proc_macro" if package.is_proc_macro else "rust_library",
        unused = repr(UNUSED_FILES),
        version = package.version,
    )
    text = _CRATE.format(**fields)
    if id in forwarded:
        text += _INDEPENDENT.format(**fields)
    if build_info == [":build_script"]:
        text += _build_script(members, id, twins, forwarded, fields)
    return text
