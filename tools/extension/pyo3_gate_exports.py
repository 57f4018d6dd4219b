"""The gate exports: the library offers its entry points and nothing else.

Whatever else it exports can replace a symbol of the same name in another library of the process, or be replaced by it.
"""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

from pyo3_gate import Outcome, enumerate_some, failed_if
from pyo3_gate_entry import is_entry_point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyo3_binary import Binary
    from pyo3_gate import Module

# PyO3's feature experimental-inspect (pyo3-macros-backend 0.30.1, src/introspection.rs).
_INTROSPECTION = "PYO3_INTROSPECTION_"
# https://doc.rust-lang.org/rustc/symbol-mangling, the newer and the older one.
_MANGLED = ("_R", "_ZN")
# Put there by linkers and compilers.
_MARKS = frozenset(("_init", "_fini", "__bss_start", "_edata", "_end"))


def check(module: Module, binary: Binary) -> Outcome:
    """Apply the gate."""
    extra = sorted(unexpected(binary.exports, module.allowed_exports))
    if not extra:
        return failed_if(None)
    mangled = [name for name in extra if name.startswith(_MANGLED)]
    if mangled:
        return failed_if(
            f"it exports Rust's own symbols, {enumerate_some(mangled, 2)}, expected entry points alone: the linker "
            "does not heed rustc's list of exports, so take another one or switch this gate off"
        )
    return failed_if(
        f"it exports {enumerate_some(extra)}, expected entry points alone: take `#[no_mangle]` (or the linker's export "
        f'options) away, or name them in `allowed_exports`, for instance ["{extra[0]}"]'
    )


def unexpected(exports: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Give the symbols that are neither entry points nor allowed; `allowed` are fnmatch patterns."""
    patterns = list(allowed)
    return [
        name
        for name in exports
        if not is_entry_point(name)
        and not name.startswith(_INTROSPECTION)
        and name not in _MARKS
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
