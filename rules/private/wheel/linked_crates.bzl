"""Which crates are linked into the extensions of a wheel: its SBOM and its collected licences come from that."""

# What a licence's file is called, in capitals.
_LICENSE_NAMES = ["AUTHORS", "COPYING", "COPYRIGHT", "LICENCE", "LICENSE", "NOTICE", "UNLICENSE"]

def is_license_file(path):
    """Tells whether a file is a licence, by its name.

    Args:
      path: (str) relative to its crate

    Returns:
      bool
    """
    folder, _, name = path.rpartition("/")
    if folder.upper() in ["LICENCES", "LICENSES"]:
        return True
    return not folder and not name.endswith(".rs") and any([name.upper().startswith(word) for word in _LICENSE_NAMES])

def _manifest_of(crate, files):
    """Finds the Cargo.toml of a crate among its compile_data: the nearest one above its root."""
    nearest = None
    for file in files:
        above = file.basename == "Cargo.toml" and crate.root.path.startswith(file.dirname + "/")
        if above and (not nearest or len(file.dirname) > len(nearest.dirname)):
            nearest = file
    return nearest

def _crates_of(variants):
    """Gives the CrateInfos of dependencies, those of a crate group too, without what only the compiler runs."""
    flat = []
    for variant in variants.to_list():
        group = getattr(variant, "crate_group_info", None)
        flat += group.dep_variant_infos.to_list() if group else [variant]
    return [variant for variant in flat if variant.crate_info and variant.crate_info.type != "proc-macro"]

def _linked(crate):
    """Gives all crates that are linked into one, itself first."""
    deps = _crates_of(crate.deps)
    below = depset(
        [dep.crate_info for dep in deps],
        transitive = [dep.dep_info.transitive_crates for dep in deps if dep.dep_info],
    )
    return [crate] + [each for each in below.to_list() if each.type != "proc-macro"]

def _described(crate, is_extension):
    files = crate.compile_data.to_list()
    manifest = _manifest_of(crate, files)
    licenses = []
    if manifest:
        prefix = manifest.dirname + "/"
        licenses = [file for file in files if file.path.startswith(prefix) and is_license_file(file.path[len(prefix):])]
    return struct(
        files = licenses + ([manifest] if manifest else []),
        json = {
            "deps": sorted({str(dep.crate_info.owner): None for dep in _crates_of(crate.deps)}),
            "extension": is_extension,
            "external": bool(crate.owner.workspace_name),
            "label": str(crate.owner),
            "license_files": sorted([file.path for file in licenses]),
            "manifest": manifest.path if manifest else None,
            "name": crate.name,
        },
    )

def linked_crates(ctx, name, extensions):
    """Writes crates.json.

    Args:
      ctx: the rule's context
      name: (str) the file to declare
      extensions: (list of PyO3ExtensionInfo) those in the wheel

    Returns:
      struct: file (File: schema 1, tools/common/schemas/crates.schema.json), inputs (depset of File: it and the manifests
        and licence files that it names)
    """
    found, files = {}, []
    for extension in extensions:
        for crate in _linked(extension.crate):
            key = str(crate.owner)
            if key not in found:
                described = _described(crate, crate.output == extension.cdylib)
                found[key] = described.json
                files += described.files
    file = ctx.actions.declare_file(name)
    content = {"crates": [found[key] for key in sorted(found)], "schema": 1}
    ctx.actions.write(file, json.encode_indent(content, indent = " ") + "\n")
    return struct(file = file, inputs = depset([file] + files))
