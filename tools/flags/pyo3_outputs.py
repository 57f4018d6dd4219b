"""What a build script tells Cargo, and the compiler that it asks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pyo3_common
from pyo3_common import ToolError


@dataclass(frozen=True)
class RustcVersion:
    """The compiler; `parse_rustc_version` makes one."""

    minor: int
    """N of the version 1.N.P."""
    channel: str
    """stable, beta, nightly or dev."""
    host: str
    """Target triple of the machine that it runs on."""
    patch: int = 0
    """P of the version 1.N.P."""
    date: tuple[int, int, int] | None = None
    """Year, month and day of its source."""


@dataclass(frozen=True)
class CrateOutputs:
    """What a build script tells Cargo, in its order."""

    cfgs: tuple[str, ...] = ()
    """`name` or `name="value"`."""
    check_cfgs: tuple[str, ...] = ()
    """`cfg(...)`."""
    env: tuple[tuple[str, str], ...] = ()
    """Variables to set for rustc."""
    link_args: tuple[str, ...] = ()
    """`-lNAME` for a native library; anything else is an argument for the linker."""
    link_search: tuple[str, ...] = ()
    """Where to look for native libraries, `native=FOLDER`."""
    cdylib_link_args: tuple[str, ...] = ()
    """Arguments for the linker of a cdylib."""
    extra_lines: tuple[str, ...] = ()
    """Lines for Cargo in its own words, from the configuration; `interpreted` sorts them into the other fields."""
    metadata: tuple[tuple[str, str], ...] = ()
    """What Cargo hands on to the build scripts of dependents, as DEP_<LINKS>_<NAME>."""
    warnings: tuple[str, ...] = ()
    out_files: tuple[tuple[str, str], ...] = ()
    """Name and text of the files that the script writes to OUT_DIR."""


def parse_rustc_version(text: str) -> RustcVersion:
    """Read what `rustc -vV` prints.

    Raises:
        ToolError: there is no release 1.N or no host in it.
    """
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    number, _, suffix = fields.get("release", "").partition("-")
    parts = number.split(".")
    if len(parts) < 2 or parts[0] != "1" or not pyo3_common.is_number(parts[1]) or "host" not in fields:
        raise ToolError(
            f"`rustc -vV` printed {pyo3_common.excerpt(text)}, expected lines `release: 1.N.P` and `host: TRIPLE`: "
            "check the Rust toolchain"
        )
    patch = int(parts[2]) if len(parts) > 2 and pyo3_common.is_number(parts[2]) else 0
    channel = suffix.split(".")[0] or "stable"
    return RustcVersion(int(parts[1]), channel, fields["host"], patch, _date(fields.get("commit-date", "")))


def _date(text: str) -> tuple[int, int, int] | None:
    parts = text.split("-")
    if len(parts) != 3 or not all(map(pyo3_common.is_number, parts)):
        # A compiler that was built outside of its repository says `unknown`.
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


_FIELDS = {
    "rustc-cfg": "cfgs",
    "rustc-check-cfg": "check_cfgs",
    "rustc-link-arg": "link_args",
    "rustc-link-search": "link_search",
    "rustc-link-arg-cdylib": "cdylib_link_args",
    "rustc-cdylib-link-arg": "cdylib_link_args",
    "warning": "warnings",
}


def interpreted(outputs: CrateOutputs) -> CrateOutputs:
    """Sort `extra_lines` into the other fields, as Cargo does with what a build script prints.

    Instructions that concern Cargo alone, such as rerun-if-changed, have no effect here.
    """
    found: dict[str, list[str]] = {field: [] for field in _FIELDS.values()}
    env, libraries = [], []
    for line in outputs.extra_lines:
        key, value = _instruction(line)
        if key == "rustc-link-lib":
            libraries.append(f"-l{value}")
        elif key == "rustc-env":
            name, _, content = value.partition("=")
            env.append((name, content))
        elif key == "rustc-flags":
            for kind, name in _library_flags(value):
                (libraries if kind == "-l" else found["link_search"]).append(f"-l{name}" if kind == "-l" else name)
        elif key in _FIELDS:
            found[_FIELDS[key]].append(value)
    own = outputs.link_args
    found["link_args"] += [argument for argument in own if not argument.startswith("-l")]
    return dataclasses.replace(
        outputs,
        env=(*outputs.env, *env),
        extra_lines=(),
        cfgs=(*outputs.cfgs, *found["cfgs"]),
        check_cfgs=(*outputs.check_cfgs, *found["check_cfgs"]),
        link_args=(*(argument for argument in own if argument.startswith("-l")), *libraries, *found["link_args"]),
        link_search=(*outputs.link_search, *found["link_search"]),
        cdylib_link_args=(*outputs.cdylib_link_args, *found["cdylib_link_args"]),
        warnings=(*outputs.warnings, *found["warnings"]),
    )


def _instruction(line: str) -> tuple[str, str]:
    for prefix in ("cargo::", "cargo:"):
        if line.startswith(prefix):
            key, _, value = line[len(prefix) :].partition("=")
            return key, value
    return "", ""


def _library_flags(text: str) -> list[tuple[str, str]]:
    """Read `-l NAME -LFOLDER`, the only flags that Cargo takes here."""
    flags = []
    words = iter(text.split())
    for word in words:
        if word[:2] in ("-l", "-L"):
            flags.append((word[:2], word[2:] or next(words, "")))
    return flags
