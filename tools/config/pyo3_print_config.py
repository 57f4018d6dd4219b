"""Prints an interpreter config as PyO3's build script does under PYO3_PRINT_CONFIG=1.

Source of the text: pyo3-ffi 0.30.1, build.rs, print_config_and_exit. Machine paths
(lib_dir, executable) are not part of the config that the rules make.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from runfiles import Runfiles

_HEAD = "\n-- PYO3_PRINT_CONFIG=1 is set, printing configuration and halting compile --"
_FOOT = "\nnote: unset the PYO3_PRINT_CONFIG environment variable and retry to compile with the above config"


def render(config: str) -> str:
    """Frames the text of a config file.

    Args:
        config: PyO3's config-file format.

    Returns:
        What the build script would print.
    """
    return f"{_HEAD}\n{config}{_FOOT}\n"


def main(argv: Sequence[str]) -> int:
    """Prints the config at the given runfiles path; 1 when there is none."""
    runfiles = Runfiles.Create()
    path = runfiles.Rlocation(argv[0]) if runfiles and argv else None
    if not path:
        print(
            "ERROR: no interpreter config: the extension names a `pyo3` crate of its own,"
            " which these rules did not configure; expected a crate of pyo3.crates(...)",
            file=sys.stderr,
        )
        return 1
    sys.stdout.write(render(Path(path).read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
