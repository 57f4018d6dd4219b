"""Records what wheels for Linux may rely on: `tools/bazel run //tools/dev:record_policies -- AUDITWHEEL.whl`.

The policies of manylinux (PEP 600) and musllinux (PEP 656) are lists in the package auditwheel. Of each list here is
only where it ends: the newest version of each kind of symbol, the first policy that allows a library.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyo3_common
from dev_common import DevError, checkout, write
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLE = "tools/wheel/platform_policies.json"
# What is not auditwheel's stays.
MUSL = "musl"

_GENERIC = "linux"
"""auditwheel's policy that promises nothing."""


def policy_table(manylinux: Iterable[Mapping[str, Any]], musllinux: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn auditwheel's policies into those of platform_policies.json.

    Raises:
        DevError: something would be lost.
    """
    return {
        "manylinux": policies_of(manylinux),
        "musllinux": policies_of(musllinux),
    }


def policies_of(policies: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Turn the policies for one C library."""
    found = {release(policy): policy for policy in policies if policy["name"] != _GENERIC}
    ordered = {name: found[name] for name in sorted(found, key=Version)}
    return {
        "aliases": {name: alias for name, policy in ordered.items() for alias in policy["aliases"]},
        "internal": internal(ordered),
        "libraries": allowed_from(ordered),
        "versions": {
            name: {arch: newest(versions) for arch, versions in policy["symbol_versions"].items()}
            for name, policy in ordered.items()
        },
    }


def release(policy: Mapping[str, Any]) -> str:
    """Give X.Y of the policy manylinux_X_Y."""
    return ".".join(policy["name"].split("_")[1:])


def newest(versions: Mapping[str, Iterable[str]]) -> str:
    """Give of each kind of symbol version the newest number, and all words; a kind without any stands for itself."""
    found = []
    for kind, names in sorted(versions.items()):
        numbers = [name for name in names if is_number(name)]
        words = sorted(set(names).difference(numbers))
        chosen = [*([max(numbers, key=Version)] if numbers else []), *words]
        found += [f"{kind}_{name}" for name in chosen] or [kind]
    return " ".join(found)


def is_number(name: str) -> bool:
    """Tell 2.17 from ABI_DT_RELR."""
    try:
        return bool(Version(name))
    except InvalidVersion:
        return False


def allowed_from(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give each library and the first policy that allows it.

    Raises:
        DevError: a newer policy does not.
    """
    found: dict[str, str] = {}
    for name, policy in policies.items():
        missing = sorted(set(found).difference(policy["lib_whitelist"]))
        if missing:
            raise DevError(f"{missing[0]} is in no list from {name} on; expected: lists that grow")
        for library in policy["lib_whitelist"]:
            found.setdefault(library, name)
    return dict(sorted(found.items()))


def internal(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Give symbols that libraries export and may stop to: library to symbol to the last policy that forbids it.

    Raises:
        DevError: a policy forbids what an older one allows.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for name, policy in policies.items():
        for library, symbols in policy["blacklist"].items():
            for symbol in symbols:
                found.setdefault(library, {}).setdefault(symbol, []).append(name)
    for library, names in found.items():
        for symbol, forbidden in names.items():
            if forbidden != list(policies)[: len(forbidden)]:
                raise DevError(f"{symbol} of {library} is allowed and forbidden in turns; expected: forbidden first")
    return {
        library: {symbol: forbidden[-1] for symbol, forbidden in sorted(names.items())}
        for library, names in sorted(found.items())
    }


def read_wheel(path: Path) -> dict[str, Any]:
    """Read the policies of an auditwheel wheel.

    Raises:
        DevError: it is none.
    """
    try:
        _, version, _, _ = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as wheel:
            texts = [wheel.read(f"auditwheel/policy/{name}-policy.json") for name in ("manylinux", "musllinux")]
    except (InvalidWheelFilename, KeyError, zipfile.BadZipFile) as error:
        raise DevError(
            f"{path}: {error}; expected: a wheel of auditwheel; `pip download --no-deps auditwheel`"
        ) from error
    table = policy_table(*map(json.loads, texts))
    return {"schema": pyo3_common.SCHEMA, "origin": f"auditwheel {version}, auditwheel/policy/*.json", **table}


def main(argv: Sequence[str] | None = None) -> int:
    """Write the table anew."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if len(arguments) != 1:
            raise DevError(f"there are {len(arguments)} arguments; expected: the wheel of auditwheel")
        path = checkout(os.environ) / TABLE
        table = read_wheel(Path(arguments[0]))
        if path.exists():
            table[MUSL] = json.loads(path.read_text(encoding="utf-8"))[MUSL]
        write(path, pyo3_common.to_json(table))
        print(f"wrote {TABLE}: {', '.join(table['manylinux']['versions'])}")
    except (DevError, OSError) as error:
        print(f"ERROR: //tools/dev:record_policies: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
