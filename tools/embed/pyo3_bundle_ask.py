"""Prints where the standard library of the Python that runs it lies, as one JSON object on stdout.

Run as `python -I -B pyo3_bundle_ask.py`, by an installed Python. Only the standard library is imported.
"""

from __future__ import annotations

import json
import sys
import sysconfig


def main() -> int:
    """Print the answer."""
    answer = {
        "schema": 1,
        "stdlib": sysconfig.get_path("stdlib"),
        "platstdlib": sysconfig.get_path("platstdlib"),
        # The folder of a prefix that Python looks into, such as "lib64": it is compiled into libpython.
        "platlibdir": getattr(sys, "platlibdir", "lib"),
        "lib_dir": sysconfig.get_config_var("LIBDIR"),
    }
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
