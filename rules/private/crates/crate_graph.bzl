"""Reads `cargo metadata`: which crates are needed, and who needs whom. Pure functions."""

def _library_target(package):
    for target in package["targets"]:
        for kind in target["kind"]:
            if kind in ("lib", "rlib", "proc-macro"):
                return target
    return None

def _build_script(package, folder):
    for target in package["targets"]:
        if "custom-build" in target["kind"]:
            return target["src_path"].removeprefix(folder)
    return None

def _package_facts(package):
    folder = package["manifest_path"].removesuffix("Cargo.toml")
    target = _library_target(package)
    return struct(
        build_script = _build_script(package, folder),
        edition = package["edition"],
        folder = folder.rstrip("/").replace("\\", "/").rpartition("/")[2],
        is_proc_macro = "proc-macro" in target["kind"],
        lib_name = target["name"].replace("-", "_"),
        links = package.get("links") or "",
        name = package["name"],
        root = target["src_path"].removeprefix(folder).replace("\\", "/"),
        version = package["version"],
    )

def _is_normal(dep):
    return any([kind["kind"] == None for kind in dep["dep_kinds"]])

def read_metadata(metadata, root):
    """Gives the crates that a crate needs to be compiled, build dependencies left out.

    Args:
      metadata: (dict) decoded output of `cargo metadata --filter-platform`
      root: (str) name of the crate to start from

    Returns:
      dict of str to struct: package id -> facts of the package, its features and
      deps (list of (id, name under which the crate is known))
    """
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    pending = [id for id in nodes if packages[id]["name"] == root]
    crates = {}
    for _ in range(len(nodes)):
        following = []
        for id in pending:
            if id not in crates:
                deps = [(dep["pkg"], dep["name"]) for dep in nodes[id]["deps"] if _is_normal(dep)]
                crates[id] = struct(
                    deps = deps,
                    features = sorted(nodes[id]["features"]),
                    package = _package_facts(packages[id]),
                )
                following.extend([dep for dep, _ in deps])
        pending = following
    return crates

def compiled_into_programs(crates, root):
    """Gives the crates that end up in the user's program; the others only run in the compiler.

    Args:
      crates: (dict) from read_metadata
      root: (str) name of the crate to start from

    Returns:
      dict of str to True: package ids
    """
    pending = [id for id, crate in crates.items() if crate.package.name == root]
    found = {}
    for _ in range(len(crates)):
        following = []
        for id in pending:
            if id not in found and not crates[id].package.is_proc_macro:
                found[id] = True
                following.extend([dep for dep, _ in crates[id].deps])
        pending = following
    return found
