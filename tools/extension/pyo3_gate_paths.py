"""The gate paths: the library names no folder of the machine that built it.

Such a path makes the file different on each machine and tells strangers about it, and as a run path it decides which
library is loaded. Paths that rustc made virtual (/rustc/HASH/...) and those of a distribution's sources are fine.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pyo3_gate import Outcome, enumerate_some, failed_if

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyo3_binary import Binary
    from pyo3_gate import Module

_RELATIVE = ("$ORIGIN", "${ORIGIN}", "@loader_path", "@executable_path", "@rpath")
# A fixed text that is quick to find, and what the path must look like around it.
_FOLDERS = (
    (b"/execroot/", re.compile(rb"[\w.@~+/:\\-]*/execroot/[\w.@~+/-]+")),
    (b"_bazel_", re.compile(rb"[\w.@~+/:\\-]*[/\\]_bazel_[\w.-]+[/\\][\w.@~+/\\-]*")),
    (b"-sandbox/", re.compile(rb"[\w.@~+/:\\-]*/sandbox/[a-z]+-sandbox/\d+[\w.@~+/-]*")),
    (b"/home/", re.compile(rb"/home/[\w.-]+/[\w.@~+/-]+")),
    (b"/Users/", re.compile(rb"/Users/[\w.-]+/[\w.@~+/-]+")),
    (b":\\Users\\", re.compile(rb"[A-Za-z]:\\Users\\[\w.-]+\\[\w.@~+\\-]+")),
    # The link of that name in a process's folder of /proc leads to the top of the file system instead.
    (b"/root/", re.compile(rb"(?<!/self)/root/(?:[\w.@~+-]+/)+[\w@~+-]+\.\w+")),
)
_BEFORE, _AFTER = 400, 400
_SHORTEST_FOLDER = 2
_OUTPUT_BASE = re.compile(r"(.*?)/(?:sandbox|execroot)/.*")


def check(module: Module, binary: Binary) -> Outcome:
    """Apply the gate."""
    messages = [message for message in (_run_paths(binary), _install_name(binary), _bytes(module, binary)) if message]
    return failed_if("; ".join(messages) or None)


def _run_paths(binary: Binary) -> str | None:
    wrong = [path for path in binary.run_paths if not path.startswith(_RELATIVE)]
    if not wrong:
        return None
    return (
        f"its run path has {enumerate_some(wrong)}, expected paths that start with {_RELATIVE[0]} or {_RELATIVE[2]}: "
        "take the -rpath out of the linker's arguments"
    )


def _install_name(binary: Binary) -> str | None:
    """Without -install_name it is where the linker wrote the file, in an action below bazel-out."""
    name = binary.install_name
    if name is None or not name.startswith("/"):
        return None
    return (
        f"its install name is {name}, expected one that starts with @rpath/: "
        f"link with `-Clink-arg=-Wl,-install_name,@rpath/{os.path.basename(name)}`"
    )


def _bytes(module: Module, binary: Binary) -> str | None:
    with open(module.library, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        found = sorted(set(build_paths(stream.read(), module.build_folder)).difference(binary.debug_map))
    if not found:
        return None
    return (
        f"its bytes name {enumerate_some(found, 2)}, expected no path of the machine that built it: pass "
        "`--remap-path-prefix` to rustc (`-ffile-prefix-map` to a C compiler), strip debug information, or do not "
        "take such a path into the code with env!"
    )


def build_paths(content: bytes, build_folder: str) -> Iterator[str]:
    """Find paths of the building machine.

    Args:
        content: a file.
        build_folder: where the build runs; Bazel's output base is taken from it.
    """
    for text, pattern in (*_FOLDERS, *_own_folder(build_folder)):
        end = 0
        while (at := content.find(text, end)) >= 0:
            end = at + len(text)
            start = max(0, at - _BEFORE)
            for matched in pattern.finditer(content[start : end + _AFTER]):
                if matched.start() <= at - start < matched.end():
                    yield matched[0].decode()


def _own_folder(build_folder: str) -> list[tuple[bytes, re.Pattern[bytes]]]:
    matched = _OUTPUT_BASE.fullmatch(build_folder)
    folder = matched[1] if matched else build_folder
    if len(folder.strip("/\\").replace("\\", "/").split("/")) < _SHORTEST_FOLDER:
        return []
    text = os.fsencode(folder)
    return [(text, re.compile(re.escape(text) + rb"[\w.@~+/\\-]*"))]
