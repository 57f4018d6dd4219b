"""Reads `cargo metadata`: which crates are needed, and who needs whom. Pure functions."""

load(":known.bzl", "PYO3_BUILD_SCRIPTS", "is_computed")

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
    build_script = _build_script(package, folder)
    return struct(
        build_script = build_script,
        computed = build_script != None and is_computed(package["name"], package["version"]),
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

def read_metadata(metadata, root):
    """Gives the crates that a crate needs to be compiled; what computed build scripts would need is left out.

    Args:
      metadata: (dict) decoded output of `cargo metadata --filter-platform`
      root: (str) name of the crate to start from

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
                package = _package_facts(packages[id])
                crates[id] = struct(
                    build_deps = [] if package.computed else _deps(nodes[id], "build"),
                    deps = _deps(nodes[id], None),
                    features = sorted(nodes[id]["features"]),
                    package = package,
                )
                following.extend([dep for dep, _ in crates[id].deps + crates[id].build_deps])
        pending = following
    return crates

def _libraries_from(crates, ids):
    """Gives the libraries among some crates and those that they depend on; at a proc macro the walk ends."""
    found, pending = {}, ids
    for _ in range(len(crates)):
        following = []
        for id in pending:
            if id not in found and not crates[id].package.is_proc_macro:
                found[id] = True
                following.extend([dep for dep, _ in crates[id].deps])
        pending = following
    return found

def compiled_into_programs(crates, root):
    """Gives the crates that end up in the user's program; the others only run in the compiler.

    Args:
      crates: (dict) from read_metadata
      root: (str) name of the crate to start from

    Returns:
      dict of str to True: package ids
    """
    return _libraries_from(crates, [id for id, crate in crates.items() if crate.package.name == root])

def dependent_on_python(crates):
    """Gives the crates that are compiled anew for another Python.

    A build script of PyO3's that is run reads the interpreter config, whether or not its answer depends on it.

    Args:
      crates: (dict) from read_metadata

    Returns:
      dict of str to True: package ids
    """
    found = {}
    for id, crate in crates.items():
        package = crate.package
        if package.build_script and package.name in PYO3_BUILD_SCRIPTS:
            if PYO3_BUILD_SCRIPTS[package.name] or not package.computed:
                found[id] = True
    for _ in range(len(crates)):
        found |= {id: True for id, crate in crates.items() if any([dep in found for dep, _ in crate.deps + crate.build_deps])}
    return found

def _can_join(crates, id, members):
    package = crates[id].package
    answered = not package.build_script or package.computed
    return answered and all([dep in members for dep, _ in crates[id].deps])

def compiled_together(graphs, in_programs):
    """Gives the crates that pyo3_compiler_crates can compile.

    Crates that programs contain too are among them: they are compiled once for programs, once for the compiler.

    Args:
      graphs: (dict of str to dict) target triple -> crates, from read_metadata
      in_programs: (dict of str to True) from compiled_into_programs, for all targets

    Returns:
      list of str: package ids; empty when one of them needs something else than rustc, or when targets differ
    """
    members = {}
    for crates in graphs.values():
        ids = _libraries_from(crates, [id for id in crates if id not in in_programs])
        members |= {id: crates[id] for id in ids}
    for crates in graphs.values():
        for id in members:
            if id not in crates or crates[id] != members[id] or not _can_join(crates, id, members):
                return []
    packages = {members[id].package.name: True for id in members}
    return sorted(members) if len(packages) == len(members) else []
