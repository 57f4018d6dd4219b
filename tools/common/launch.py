"""Starts a tool inside an action: `launch.py ROOT[:ROOT...] MODULE ARGS...`.

The interpreter runs isolated and without site-packages, so what a tool can import is
exactly the declared import roots and the standard library.
"""

import importlib
import os
import sys


def main(argv: list[str]) -> int:
    """Puts the import roots on sys.path and calls MODULE.main(ARGS)."""
    roots, module, *arguments = argv
    sys.path[:0] = [os.path.abspath(root) for root in roots.split(":")]
    result: int = importlib.import_module(module).main(arguments)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
