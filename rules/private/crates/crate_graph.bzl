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
            return target["src_path"].replace("\\", "/").removeprefix(folder)
    return None

def _package_facts(package):
    folder = package["manifest_path"].replace("\\", "/").removesuffix("Cargo.toml")
    target = _library_target(package)
    return struct(
        build_script = _build_script(package, folder),
        edition = package["edition"],
        folder = folder.rstrip("/").rpartition("/")[2],
        is_proc_macro = "proc-macro" in target["kind"],
        lib_name = target["name"].replace("-", "_"),
        links = package.get("links") or "",
        name = package["name"],
        root = target["src_path"].replace("\\", "/").removeprefix(folder),
        version = package["version"],
    )

def _deps(node, kind):
    """Gives (id, name under which the crate is known) of a kind: None, "build" or "dev"."""
    return [(dep["pkg"], dep["name"]) for dep in node["deps"] if any([each["kind"] == kind for each in dep["dep_kinds"]])]

def read_metadata(metadata, root, computed):
    """Gives the crates that a crate needs to be compiled.

    Args:
      metadata: (dict) decoded output of `cargo metadata --filter-platform`
      root: (str) name of the crate to start from
      computed: (container of str) packages whose build scripts are not run; what those would need is left out

    Returns:
      dict of str to struct: package id -> facts of the package, its features, and
      deps and build_deps (lists of (id, name under which the crate is known))
    """
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    pending = [id for id in nodes if packages[id]["name"] == root]
    crates = {}
    for _ in range(len(nodes)):
        following = []
        for id in pending:
            if id not in crates:
                scripted = packages[id]["name"] not in computed
                crates[id] = struct(
                    build_deps = _deps(nodes[id], "build") if scripted else [],
                    deps = _deps(nodes[id], None),
                    features = sorted(nodes[id]["features"]),
                    package = _package_facts(packages[id]),
                )
                following.extend([dep for dep, _ in crates[id].deps + crates[id].build_deps])
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

def _can_join(crates, id, members, known):
    package = crates[id].package
    answered = not package.build_script or package.name in known
    return answered and all([dep in members for dep, _ in crates[id].deps])

def compiled_together(graphs, in_programs, known):
    """Gives the crates that pyo3_compiler_crates can compile.

    Args:
      graphs: (dict of str to dict) target triple -> crates, from read_metadata
      in_programs: (dict of str to True) from compiled_into_programs, for all targets
      known: (container of str) packages whose build scripts need not run

    Returns:
      list of str: package ids; empty when one of them needs something else than rustc, or when targets differ
    """
    members = {}
    for crates in graphs.values():
        members |= {id: crates[id] for id in crates if id not in in_programs and not crates[id].package.is_proc_macro}
    for crates in graphs.values():
        for id in members:
            if id not in crates or crates[id] != members[id] or not _can_join(crates, id, members, known):
                return []
    packages = {members[id].package.name: True for id in members}
    return sorted(members) if len(packages) == len(members) else []
