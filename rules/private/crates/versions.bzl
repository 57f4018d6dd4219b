"""Which PyO3 is meant. Pure functions."""

load(":known.bzl", "PYO3_VERSIONS")

def lock_checksums(lock):
    """Gives the checksums of a Cargo.lock.

    Args:
      lock: (str) the file's text

    Returns:
      dict of str to str: "name version" -> sha256
    """
    checksums, fields = {}, {}
    for line in lock.splitlines():
        key, separator, value = line.partition(" = ")
        if line == "[[package]]":
            fields = {}
        elif separator and value.startswith("\""):
            fields[key] = value.strip("\"")
            if key == "checksum" and "name" in fields and "version" in fields:
                checksums["{name} {version}".format(**fields)] = fields[key]
    return checksums

def locked_versions(lock):
    """Gives the versions of pyo3 in a Cargo.lock.

    Args:
      lock: (str) the file's text

    Returns:
      list of str: "X.Y.Z"
    """
    return [crate.removeprefix("pyo3 ") for crate in lock_checksums(lock) if crate.startswith("pyo3 ")]

def choose_version(wanted, known):
    """Finds the version that is meant by "X.Y" or "X.Y.Z".

    Args:
      wanted: (str) the attribute's value
      known: (list of str) versions to choose from, the best first

    Returns:
      str: "X.Y.Z", or None
    """
    for version in known:
        if wanted in (version, ".".join(version.split(".")[:2])):
            return version
    return None

def _minor(version):
    return [int(part) for part in version.split(".")[:2] if part.isdigit()]

def nearest_known(version):
    """Finds the known version whose interpreter config another version reads.

    Args:
      version: (str) "X.Y.Z" of any pyo3

    Returns:
      str: the version itself, or the newest that is not of a later minor version, or the oldest
    """
    if version in PYO3_VERSIONS:
        return version
    for known in PYO3_VERSIONS:
        if _minor(known) <= _minor(version):
            return known
    return PYO3_VERSIONS[-1]

def build_script_features(version):
    """Gives the features that keep a real build script of PyO3 from linking libpython.

    A program that embeds Python links it on its own. From PyO3 0.26 on a variable does the same.

    Args:
      version: (str) "X.Y.Z" of any pyo3

    Returns:
      list of str: Cargo features of pyo3
    """
    return [] if version in PYO3_VERSIONS or _minor(version) >= [0, 26] else ["extension-module"]
