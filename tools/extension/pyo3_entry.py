"""Checks that a shared library exports the function that Python calls to initialise the module.

Python looks for `PyInit_<module>` (https://docs.python.org/3/extending/building.html), since 3.15 also for
`PyModExport_<module>` (PEP 793). Without it the import fails, long after the build. Only ELF files are read.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pyo3_common
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

    from elftools.elf.sections import Symbol

_PREFIXES = ("PyInit_", "PyModExport_")
_FORMATS = (
    (b"MZ", "PE"),
    (b"\xfe\xed\xfa\xce", "Mach-O"),
    (b"\xfe\xed\xfa\xcf", "Mach-O"),
    (b"\xce\xfa\xed\xfe", "Mach-O"),
    (b"\xcf\xfa\xed\xfe", "Mach-O"),
    (b"\xca\xfe\xba\xbe", "Mach-O"),
    (b"\0asm", "WebAssembly"),
)


def binary_format(content: bytes) -> str | None:
    """Name the format of a file, ELF, PE, Mach-O or WebAssembly, from its first bytes; None for any other."""
    if content.startswith(b"\x7fELF"):
        return "ELF"
    return next((name for magic, name in _FORMATS if content.startswith(magic)), None)


def exported_symbols(stream: BinaryIO, origin: str) -> set[str]:
    """Give the names of the functions and variables that an ELF file exports.

    Raises:
        ToolError: the file is damaged or has no dynamic symbols.
    """
    # Slow to import, and not needed for files of other formats.
    from elftools.common.exceptions import ELFError
    from elftools.construct import ConstructError
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    try:
        table = ELFFile(stream).get_section_by_name(".dynsym")
        if not isinstance(table, SymbolTableSection):
            raise ToolError(f"{origin} has no dynamic symbols, expected a shared library: build the crate as a cdylib")
        return {symbol.name for symbol in table.iter_symbols() if _is_exported(symbol)}
    except (ELFError, ConstructError, ValueError, UnicodeDecodeError) as error:
        raise ToolError(f"{origin} is a damaged ELF file ({error}): build it again") from error


def _is_exported(symbol: Symbol) -> bool:
    entry = symbol.entry
    return (
        entry["st_shndx"] != "SHN_UNDEF"
        and entry["st_info"]["bind"] in ("STB_GLOBAL", "STB_WEAK")
        and entry["st_other"]["visibility"] in ("STV_DEFAULT", "STV_PROTECTED")
    )


def entry_point(module: str, exported: Iterable[str], origin: str, source: str) -> str:
    """Find the function that initialises a module.

    Args:
        module: the module's name; of a dotted one the last part counts.
        exported: names of the exported symbols.
        origin: what messages call the library.
        source: what messages call the source to change.

    Raises:
        ToolError: it is not exported; the message tells which entry points are.
    """
    name = module.rpartition(".")[2]
    names = set(exported)
    for prefix in _PREFIXES:
        if prefix + name in names:
            return prefix + name
    found = sorted(symbol for symbol in names if symbol.startswith(_PREFIXES))
    if not found:
        raise ToolError(
            f"{origin} exports no PyInit_ function, expected {_PREFIXES[0]}{name}: "
            f"give {source} a `#[pymodule] fn {name}` or `#[pymodule] mod {name}`"
        )
    others = " or ".join(sorted({symbol.partition("_")[2] for symbol in found}))
    raise ToolError(
        f"{origin} exports {', '.join(found)}, expected {_PREFIXES[0]}{name} for the module {name}: "
        f"rename the `#[pymodule]` in {source} to {name}, or set `module_name` or `crate_name` to {others}"
    )


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--library", required=True)
    parser.add_argument("--module", required=True, help="name that Python imports")
    parser.add_argument("--crate-file-hint", default="the crate", help="source file to name in messages")
    parser.add_argument("--output", required=True, help="written when the check passes")
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    origin = f"the library {os.path.basename(args.library)}"
    with open(args.library, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        kind = binary_format(stream.read(8))
        if kind is None:
            raise ToolError(
                f"{origin} is neither ELF, PE, Mach-O nor WebAssembly, expected a shared library: "
                "build the crate as a cdylib"
            )
        if kind == "ELF":
            answer = entry_point(args.module, exported_symbols(stream, origin), origin, args.crate_file_hint)
        else:
            answer = f"not checked: {kind}"
    pyo3_common.write_text(args.output, answer + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Check a library; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
