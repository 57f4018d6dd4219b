"""One extension, one pyo3: two of them share no types and crash or refuse to compile."""

load("@rules_rust//rust:rust_common.bzl", "DepInfo")
load("//rules/private/common:errors.bzl", "error_text")

_SINGLE = ["pyo3", "pyo3_ffi"]

def duplicate_crates(crates, names):
    """Finds crates that occur more than once under one name.

    Args:
      crates: (list of struct or CrateInfo) with name and owner
      names: (list of str) the crate names that may occur once

    Returns:
      list of (name, list of str): names and their owners, sorted
    """
    owners = {name: {} for name in names}
    for crate in crates:
        if crate.name in owners:
            owners[crate.name][str(crate.owner)] = True
    return [(name, sorted(found)) for name, found in owners.items() if len(found) > 1]

def check_one_pyo3(label, crate):
    """Fails when a crate's dependencies hold two pyo3 or two pyo3-ffi.

    Args:
      label: (Label) the extension, for the message
      crate: (Target) a target with DepInfo
    """
    duplicates = duplicate_crates(crate[DepInfo].transitive_crates.to_list(), _SINGLE)
    if duplicates:
        name, owners = duplicates[0]
        fail(error_text(
            label,
            "its dependencies hold the crate {} {} times: {}".format(name, len(owners), ", ".join(owners)),
            "one pyo3 for the extension and all libraries below it",
            "drop the pyo3 in `deps`, or name the one that your libraries use with `pyo3 = \"...\"`",
        ))
