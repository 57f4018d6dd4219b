"""One extension, one pyo3: two of them share no types and crash or refuse to compile."""

load("@rules_rust//rust:rust_common.bzl", "DepInfo")
load("//rules/private/common:errors.bzl", "error_text")

_SINGLE = ["pyo3", "pyo3_ffi"]

def duplicate_crates(crates, names):
    """Finds crates that occur more than once under one name: other targets, or one target built in two ways.

    Args:
      crates: (list of struct or CrateInfo) with name and output
      names: (list of str) the crate names that may occur once

    Returns:
      list of CrateInfo: all those of the first such name, sorted by output; empty when there is none
    """
    for name in names:
        found = {crate.output.path: crate for crate in crates if crate.name == name}
        if len(found) > 1:
            return [found[path] for path in sorted(found)]
    return []

def path_to(crate, wanted):
    """Finds a way through the graph of crates.

    Args:
      crate: (CrateInfo) where to start
      wanted: (CrateInfo) where to go

    Returns:
      list of str: the targets on a shortest way, the ends included; empty when there is none
    """
    seen, ways = {crate.output.path: True}, [(crate, [str(crate.owner)])]

    # Each round goes one crate deeper; no way is longer than there are crates.
    for _ in range(1000):
        deeper = []
        for end, way in ways:
            if end.output.path == wanted.output.path:
                return way
            for dep in end.deps.to_list():
                below = dep.crate_info
                if below and below.output.path not in seen:
                    seen[below.output.path] = True
                    deeper.append((below, way + [str(below.owner)]))
        ways = deeper
        if not ways:
            break
    return []

def check_one_pyo3(label, crate, info):
    """Fails when a crate's dependencies hold two pyo3 or two pyo3-ffi.

    Args:
      label: (str) the extension, for the message
      crate: (Target) a target with DepInfo
      info: (CrateInfo) its crate
    """
    duplicates = duplicate_crates(crate[DepInfo].transitive_crates.to_list(), _SINGLE)
    if duplicates:
        ways = ["{} (in {})".format(" -> ".join(path_to(info, each)), each.output.root.path) for each in duplicates]
        fail(error_text(
            label,
            "its dependencies hold the crate {} {} times:\n    {}".format(duplicates[0].name, len(ways), "\n    ".join(ways)),
            "one pyo3 for the extension and all libraries below it",
            "drop the pyo3 in `deps`, or name the one that your libraries use with `pyo3 = \"...\"`; " +
            "`skip_gates = [\"one_pyo3\"]` switches this off",
        ))
