"""What a Cargo.lock says, and the crates of it in a vendored folder.

https://doc.rust-lang.org/cargo/reference/source-replacement.html#directory-sources has the layout of the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pyo3_common
from pyo3_common import ToolError
from pyo3_toml import Table
from pyo3_wheel_archive import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyo3_cargo_manifest import CargoPackage

VENDOR = "vendor"
CONFIG = ".cargo/config.toml"

# Cargo.lock names crates.io by the repository of its older index, whatever index or mirror is used.
_CRATES_IO = "/rust-lang/crates.io-index"
_RECORD = ".cargo-checksum.json"
# What rules/private/crates/vendored_crates.bzl adds to the names of files that Bazel would read.
_HIDDEN = ".hidden"
_AGAIN = "run `cargo vendor --versioned-dirs` with this Cargo.lock again, or use the tag `pyo3.vendored_crates`"


@dataclass(frozen=True)
class LockedCrate:
    """A package of a Cargo.lock; one of the project itself has no source."""

    name: str
    version: str
    source: str | None
    checksum: str | None


def read_lock(lock: Mapping[str, Any]) -> tuple[LockedCrate, ...]:
    """Read a Cargo.lock.

    Raises:
        ToolError: it is none.
    """
    crates = []
    for table in Table(lock, "Cargo.lock").tables("package"):
        name, version = table.text("name"), table.text("version")
        if not name or not version:
            raise ToolError(f"{table.where} has no name or no version, expected both: run `cargo generate-lockfile`")
        crates.append(LockedCrate(name, version, table.text("source"), table.text("checksum")))
    return tuple(crates)


def check_own(crates: Iterable[LockedCrate], package: CargoPackage) -> None:
    """Make sure that a Cargo.lock is of a package.

    Raises:
        ToolError: the package is not in it.
    """
    version = package.version or "0.0.0"
    own = [crate for crate in crates if crate.source is None]
    if not any((crate.name, crate.version) == (package.name, version) for crate in own):
        found = ", ".join(f"{crate.name} {crate.version}" for crate in own) or "no crate without a source"
        raise ToolError(
            f"the Cargo.toml is of {package.name} {version}, and the Cargo.lock has {found}, "
            "expected both to agree: run `cargo update --workspace`"
        )


def vendored_entries(crates: Iterable[LockedCrate], folder: str) -> list[Entry]:
    """Give the files of a vendored folder that belong to a Cargo.lock, and cargo's configuration to use them.

    Args:
        crates: of the Cargo.lock.
        folder: what `cargo vendor` made.

    Raises:
        ToolError: a crate is missing, or a file is not what its checksum says.
    """
    entries: list[Entry] = []
    sources = []
    for crate in crates:
        if crate.source is not None:
            sources.append(crate.source)
            entries += _crate_entries(crate, folder)
    return [*entries, Entry(CONFIG, data=render_config(sources).encode("utf-8"))]


def _crate_entries(crate: LockedCrate, folder: str) -> Iterator[Entry]:
    name = f"{crate.name}-{crate.version}"
    record = os.path.join(folder, name, _RECORD)
    if not os.path.isfile(record):
        raise ToolError(f"the vendored crates have no {name}, expected all crates of the Cargo.lock: {_AGAIN}")
    try:
        found = json.loads(pyo3_common.read_text(record, "record of a vendored crate"))
        package, files = found["package"], dict(found["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise ToolError(f"{record} is no record of a crate ({error!r}), expected that of cargo: {_AGAIN}") from error
    if package != crate.checksum:
        raise ToolError(
            f"the vendored crate {name} is {package}, expected {crate.checksum} as in the Cargo.lock: {_AGAIN}"
        )
    yield Entry(f"{VENDOR}/{name}/{_RECORD}", record)
    for path, sha256 in files.items():
        source = os.path.join(folder, name, path)
        if not os.path.exists(source):
            source += _HIDDEN
        if not os.path.isfile(source) or _sha256(source) != sha256:
            raise ToolError(
                f"{path} of the vendored crate {name} is missing or changed, expected the sha256 {sha256}: {_AGAIN}"
            )
        yield Entry(f"{VENDOR}/{name}/{path}", source)


def _sha256(path: str) -> str:
    with open(path, "rb") as stream:  # noqa: PTH123
        return hashlib.sha256(stream.read()).hexdigest()


def render_config(sources: Sequence[str]) -> str:
    """Give cargo's configuration that replaces sources of crates by the vendored folder.

    Args:
        sources: as the Cargo.lock has them.
    """
    tables = {"\n".join([*_source_lines(source), 'replace-with = "vendored-sources"', ""]) for source in sources}
    return "\n".join([*sorted(tables), f'[source.vendored-sources]\ndirectory = "{VENDOR}"\n'])


def _source_lines(source: str) -> list[str]:
    kind, _, url = source.partition("+")
    if kind == "registry" and url.endswith(_CRATES_IO):
        return ["[source.crates-io]"]
    if kind != "git":
        url = url if kind == "registry" else source
        return [f'[source."{source}"]', f'registry = "{url}"']
    parts = urlsplit(url)
    plain = parts._replace(query="", fragment="").geturl()
    references = [f'{key} = "{value}"' for key, value in parse_qsl(parts.query) if key in ("branch", "rev", "tag")]
    return [f'[source."{source.partition("#")[0]}"]', f'git = "{plain}"', *references]
